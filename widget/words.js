/** The words by language. German is at hand; others come when a page asks for them. */
import { fetchPart } from "./host.js";
import { main } from "./strings/de.js";

/** @typedef {Record<string, string | Record<string, string>>} Strings */
/** @typedef {{main: Strings, more: Strings, questions: Strings}} Language */
/**
 * @template {string} K
 * @typedef {((key: K, values?: Record<string, string | number>) => string) & {tag: string, language: string}} Speaker
 */
/** @typedef {Speaker<keyof typeof main>} Say */

/** What `strings/` has besides German; the two ways of speaking German hold only what they say in another way. */
export const OTHERS = ["de-du", "de-leicht", "en", "fr", "tr", "uk", "ar", "pl"];

/**
 * The words of a language tag such as `de-AT`: `say("count", { n: 3 })`, with `{n}` filled in and its plural chosen.
 * A language that is not spoken here, or cannot be fetched, falls back to German.
 * @param {string} asked
 * @returns {Promise<Say>}
 */
export async function words(asked) {
  const fetched = await fetchStrings(asked);
  return speaker(fetched || /^de\b/i.test(asked) ? asked : "de", Object.assign([], main, fetched?.main));
}

/**
 * The strings of a language, or null for plain German.
 * @param {string} asked
 * @returns {Promise<Language | null>}
 */
export async function fetchStrings(asked) {
  const language = OTHERS.find((each) => `${asked}-`.toLowerCase().startsWith(`${each}-`));
  return language ? fetchPart(language).catch(() => null) : null;
}

/**
 * @template {string} K
 * @param {string} asked what dates and numbers are written in
 * @param {any} strings
 * @returns {Speaker<K>}
 */
export function speaker(asked, strings) {
  // What follows "de" may be a way of speaking, which Intl and browsers do not know.
  const tag = Intl.PluralRules.supportedLocalesOf(asked.replace(/-(du|leicht)\b.*|[^\w-]/gi, "") || "de")[0] ?? "de";
  const plural = new Intl.PluralRules(tag);
  const number = new Intl.NumberFormat(tag);
  /** @type {(key: K, values?: Record<string, string | number>) => string} */
  const say = (key, values = {}) => {
    const text = strings[key];
    /** @type {string} */
    const form = text[plural.select(Number(values.n))] ?? text.other ?? text;
    return form.replace(/\{(\w+)\}/g, (all, name) => {
      const value = values[name];
      return typeof value === "number" ? number.format(value) : (value ?? all);
    });
  };
  return Object.assign(say, { tag, language: asked });
}

/**
 * The language of an element: its own `lang`, else what surrounds it.
 * @param {Element} node
 */
export function languageOf(node) {
  return node.closest("[lang]")?.getAttribute("lang") || "de";
}
