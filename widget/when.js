/** Time as people say it, and in full. */
import { element } from "./dom.js";

/** @typedef {{tag: string} & ((key: "absolute" | "justNow", values?: Record<string, string>) => string)} Say */

/** From when on a span of seconds is counted in which unit. @type {[number, Intl.RelativeTimeFormatUnit][]} */
const UNITS = [[86_400, "day"], [3600, "hour"], [60, "minute"]];

/**
 * `<time>` that says "vor 2 Stunden" and carries the whole date as its title, for print and for whoever points at it.
 * @param {string} moment RFC 3339
 * @param {Say} say
 */
export function timeOf(moment, say) {
  return element("time", { datetime: moment, title: inFull(moment, say) }, ago(moment, say));
}

/**
 * Brings every such `<time>` under a node up to date.
 * @param {ParentNode} root
 * @param {Say} say
 */
export function refreshTimes(root, say) {
  for (const time of root.querySelectorAll("time")) {
    const said = ago(time.dateTime, say);
    if (time.textContent !== said) time.textContent = said;
  }
}

/**
 * "7. Oktober 2025 um 13:05 Uhr", in the reader's own time zone.
 * @param {string} moment
 * @param {Say} say
 */
export function inFull(moment, say) {
  return say("absolute", { date: dateOf(moment, say), time: new Date(moment).toLocaleTimeString(say.tag, { timeStyle: "short" }) });
}

/**
 * @param {string} moment
 * @param {Say} say
 */
function dateOf(moment, { tag }) {
  return new Date(moment).toLocaleDateString(tag, { dateStyle: "long" });
}

/**
 * @param {string} moment
 * @param {Say} say
 */
function ago(moment, say) {
  const past = (Date.now() - Date.parse(moment)) / 1000;
  const [seconds, unit] = UNITS.find(([least]) => past >= least) ?? [];
  if (!unit || !seconds) return say("justNow");
  if (past >= 7 * 86_400) return dateOf(moment, say);
  return new Intl.RelativeTimeFormat(say.tag, { numeric: "auto" }).format(-Math.floor(past / seconds), unit);
}
