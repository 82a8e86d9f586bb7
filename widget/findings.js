/** What the netiquette's check noticed, with the passage. */
import { button, element } from "./dom.js";

/** @typedef {import("./api.js").Finding} Finding */
/** @typedef {import("./more.js").Desk} Desk */

const AROUND = 40;

/**
 * @param {Finding[]} findings
 * @param {HTMLTextAreaElement} area with the text that was checked
 * @param {Desk} desk
 */
export function listOf(findings, area, { say, stage }) {
  return element("ul.findings", ...findings.map((finding) => {
    const passage = passageOf(finding, area.value);
    return element(
      "li",
      element("p", finding.message),
      passage && element("p.passage", passage.before, element("mark", passage.quote), passage.after),
      element(
        "p.row",
        passage && button("link", say("showPassage"), () => select(area, passage)),
        element("a", { href: `${stage.service.netiquette}#${finding.rule}`, target: "_blank", rel: "noopener" }, say("rules")),
      ),
    );
  }));
}

/**
 * @param {Finding} finding
 * @param {string} text
 */
function passageOf({ start, end }, text) {
  if (start === null || end === null) return null;
  // The service counts code points, JavaScript counts halves of them.
  const points = [...text];
  const part = (/** @type {number} */ from, /** @type {number} */ to) => points.slice(Math.max(0, from), to).join("");
  const quote = part(start, end);
  if (!quote.trim()) return null;
  return {
    quote,
    at: part(0, start).length,
    before: (start > AROUND ? "… " : "") + part(start - AROUND, start),
    after: part(end, end + AROUND) + (end + AROUND < points.length ? " …" : ""),
  };
}

/**
 * Leads to a passage; what was typed since may have moved it.
 * @param {HTMLTextAreaElement} area
 * @param {{quote: string, at: number}} passage
 */
function select(area, { quote, at }) {
  const now = area.value.startsWith(quote, at) ? at : Math.max(0, area.value.indexOf(quote));
  area.focus();
  area.setSelectionRange(now, now + quote.length);
}
