/** The words of the form to a contact, by language. German is at hand; others come when a page asks for them. */
import german from "./strings/contact/de.js";
import { OTHERS, speaker } from "./words.js";

/** @typedef {import("./words.js").Speaker<keyof typeof german>} Tell */

/**
 * A language that is not spoken here, or cannot be fetched, falls back to German.
 * @param {string} asked
 * @returns {Promise<Tell>}
 */
export async function fetchContactWords(asked) {
  const language = OTHERS.find((each) => `${asked}-`.toLowerCase().startsWith(`${each}-`));
  const fetched = language && (await import(new URL(`wortmeldung-contact-${language}.js`, import.meta.url).href).catch(() => null));
  return speaker(fetched || /^de\b/i.test(asked) ? asked : "de", { ...german, ...fetched?.default });
}
