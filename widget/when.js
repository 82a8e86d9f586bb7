/** Time as people say it, and in full. */
import { element } from "./dom.js";

/** @typedef {import("./words.js").Say} Say */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * `<time>` that says "vor 2 Stunden" and carries the whole date for print and for whoever points at it.
 * @param {string} moment RFC 3339
 * @param {Say} say
 */
export function timeOf(moment, say) {
  const whole = inFull(moment, say);
  return element(
    "time",
    { datetime: moment, title: whole },
    element("span", { class: "ago" }, ago(moment, say)),
    element("span", { class: "whole", "aria-hidden": "true" }, whole),
  );
}

/**
 * Brings every such `<time>` under a node up to date.
 * @param {ParentNode} root
 * @param {Say} say
 */
export function refreshTimes(root, say) {
  for (const span of root.querySelectorAll("time > .ago")) {
    const said = ago(span.parentElement?.getAttribute("datetime") ?? "", say);
    if (span.textContent !== said) span.textContent = said;
  }
}

/**
 * "7. Oktober 2025 um 13:05 Uhr", in the reader's own time zone.
 * @param {string} moment
 * @param {Say} say
 */
export function inFull(moment, say) {
  const date = new Date(moment);
  return say("absolute", {
    date: new Intl.DateTimeFormat(say.tag, { dateStyle: "long" }).format(date),
    time: new Intl.DateTimeFormat(say.tag, { timeStyle: "short" }).format(date),
  });
}

/**
 * @param {string} moment
 * @param {Say} say
 */
function ago(moment, say) {
  const past = Date.now() - Date.parse(moment);
  const relative = new Intl.RelativeTimeFormat(say.tag, { numeric: "auto" });
  if (past < MINUTE) return say("justNow");
  if (past < HOUR) return relative.format(-Math.floor(past / MINUTE), "minute");
  if (past < DAY) return relative.format(-Math.floor(past / HOUR), "hour");
  if (past < 7 * DAY) return relative.format(-Math.floor(past / DAY), "day");
  return new Intl.DateTimeFormat(say.tag, { dateStyle: "long" }).format(new Date(moment));
}
