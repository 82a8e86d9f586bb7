/** What is being written, kept while the page lives: also when the host's script takes the element out and puts it in anew. */

/** @typedef {{text: string}} Draft */

/** @type {Map<string, Draft>} */
const drafts = new Map();

/**
 * @param {import("./api.js").Service} service
 * @param {string | null} parent
 * @returns {Draft} shared by all forms for the same place
 */
export function draftOf(service, parent) {
  const place = [service.base, service.site, service.page, parent].join("\n");
  const draft = drafts.get(place) ?? { text: "" };
  drafts.set(place, draft);
  return draft;
}
