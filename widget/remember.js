/**
 * Name, address and website on the reader's own device: only after they ticked the box and sent, gone when they untick.
 * Nothing else in the widget touches storage.
 */

/** @typedef {import("./stage.js").Person} Person */

const KEY = "wortmeldung";

/** @returns {Person | null} what was remembered, or null */
export function remembered() {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? "null");
    return Array.isArray(stored) ? [String(stored[0]), String(stored[1]), String(stored[2])] : null;
  } catch {
    return null;
  }
}

/** @param {Person | null} person null: forget */
export function remember(person) {
  try {
    if (person) localStorage.setItem(KEY, JSON.stringify(person));
    else localStorage.removeItem(KEY);
  } catch {
    // The reader's browser forbids storage or it is full: then nothing is remembered, and the comment is sent all the same.
  }
}
