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
    if (!stored) return null;
    const [name, email, url] = [stored.name, stored.email, stored.url].map((each) => (typeof each === "string" ? each : ""));
    return { name: name ?? "", email: email ?? "", url: url ?? "" };
  } catch {
    return null;
  }
}

/** @param {Person} person */
export function remember({ name, email, url }) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ name, email, url }));
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
