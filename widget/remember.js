/**
 * Name, address and website on the reader's own device: only after they ticked the box and sent, gone when they untick.
 * Nothing else in the widget touches storage.
 */

/** @typedef {import("./pen.js").Person} Person */

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

/** @param {Person} person */
export function remember(person) {
  try {
    localStorage.setItem(KEY, JSON.stringify(person));
  } catch {
    // The reader's browser forbids storage or it is full: then nothing is remembered, and the comment is sent all the same.
  }
}

export function forget() {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // What cannot be reached holds nothing of ours.
  }
}
