/** The words by language. German is at hand; others come when a page asks for them. */
import { reading } from "./strings/de.js";

/** @typedef {Record<string, string | Record<string, string>>} Strings */
/** @typedef {((key: string, values?: Record<string, string | number>) => string) & {tag: string}} Anything */
/** @typedef {((key: keyof typeof reading, values?: Record<string, string | number>) => string) & {tag: string}} Say */

/** The languages that `strings/` has besides German. */
const OTHERS = new Set(["en"]);

/**
 * The words of a language tag such as `de-AT`: `say("count", { n: 3 })`, with `{n}` filled in and its plural chosen.
 * A language that is not spoken here, or cannot be fetched, falls back to German.
 * @param {string} asked
 * @returns {Promise<Say>}
 */
export async function words(asked) {
  const fetched = await fetchStrings(asked);
  if (fetched) return speaker(asked, fetched.reading);
  return speaker(/^de\b/i.test(asked) ? asked : "de", reading);
}

/**
 * The strings of a language other than German, or null.
 * @param {string} asked
 * @returns {Promise<{reading: Strings, writing: Strings} | null>}
 */
export async function fetchStrings(asked) {
  const language = asked.toLowerCase().split("-")[0] ?? "";
  if (!OTHERS.has(language)) return null;
  return import(new URL(`wortmeldung-${language}.js`, import.meta.url).href).catch(() => null);
}

/**
 * @param {string} asked what dates and numbers are written in
 * @param {Strings} strings
 * @returns {Anything}
 */
export function speaker(asked, strings) {
  const tag = Intl.PluralRules.supportedLocalesOf(asked.replace(/[^\w-]/g, "") || "de")[0] ?? "de";
  const plural = new Intl.PluralRules(tag);
  const number = new Intl.NumberFormat(tag);
  /** @type {(key: string, values?: Record<string, string | number>) => string} */
  const say = (key, values = {}) => {
    const text = strings[key] ?? "";
    const form = typeof text === "string" ? text : (text[plural.select(Number(values.n))] ?? text.other ?? "");
    return form.replace(/\{(\w+)\}/g, (all, name) => {
      const value = values[name];
      return typeof value === "number" ? number.format(value) : (value ?? all);
    });
  };
  return Object.assign(say, { tag });
}

/**
 * The language of an element: its own `lang`, else what surrounds it.
 * @param {Element} node
 */
export function languageOf(node) {
  return node.closest("[lang]")?.getAttribute("lang") || "de";
}
