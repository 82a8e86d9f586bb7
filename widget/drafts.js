/** What is being written, kept while the page lives: also when the host's script takes the element out and puts it in anew. */

/** @type {Map<string, {text: string}>} */
const drafts = new Map();

/**
 * @param {import("./api.js").Service} service
 * @param {string} [parent]
 * @returns {{text: string}} shared by all forms for the same place
 */
export function draftOf({ hosted }, parent) {
  const place = `${hosted}\n${parent}`;
  const draft = drafts.get(place) ?? { text: "" };
  drafts.set(place, draft);
  return draft;
}
