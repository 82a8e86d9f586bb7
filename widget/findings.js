/** What the netiquette's check noticed, with the passage. */
import { button, element } from "./dom.js";

/** @typedef {import("./api.js").Finding} Finding */
/** @typedef {import("./pen.js").Pen} Pen */

const AROUND = 40;
const BLOCKS = new Set(["P", "LI", "BLOCKQUOTE", "PRE", "UL", "OL"]);

/**
 * @param {Finding[]} findings
 * @param {string} checked the text their offsets point into
 * @param {HTMLTextAreaElement} control what was typed
 * @param {Pen} pen
 */
export function listOf(findings, checked, control, { say, stage }) {
  return element("ul", { class: "findings", part: "findings" }, ...findings.map((finding) => {
    const passage = passageOf(finding, checked);
    const at = passage ? control.value.indexOf(passage.quote) : -1;
    const show = at >= 0 && passage && button("link", say("showPassage"), () => select(control, at, passage.quote.length));
    const rule = element("a", { href: `${stage.service.netiquette}#${finding.rule}`, target: "_blank", rel: "noopener" }, say("rules"));
    return element(
      "li",
      null,
      element("p", null, finding.message),
      passage && element("p", { class: "passage" }, passage.before, element("mark", null, passage.quote), passage.after),
      element("p", { class: "row" }, show, rule),
    );
  }));
}

/**
 * The words of a rendered comment as the service counts them: one line for each block and each line break.
 * @param {Node} rendered
 */
export function plainOf(rendered) {
  /** @type {(node: Node) => string} */
  const read = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.textContent ?? "";
    const inside = [...node.childNodes].map(read).join("");
    if (node.nodeName === "BR") return "\n";
    return BLOCKS.has(node.nodeName) ? `\n${inside}\n` : inside;
  };
  return read(rendered).split("\n").filter((line) => line.trim()).join("\n");
}

/**
 * @param {Finding} finding
 * @param {string} text
 */
function passageOf({ start, end }, text) {
  if (start === null || end === null || end <= start) return null;
  // The service counts code points, JavaScript counts halves of them.
  const points = [...text];
  const part = (/** @type {number} */ from, /** @type {number} */ to) => points.slice(Math.max(0, from), to).join("");
  const quote = part(start, end);
  if (!quote.trim()) return null;
  return {
    quote,
    before: (start > AROUND ? "… " : "") + part(start - AROUND, start),
    after: part(end, end + AROUND) + (end + AROUND < points.length ? " …" : ""),
  };
}

/**
 * @param {HTMLTextAreaElement} control
 * @param {number} at
 * @param {number} length
 */
function select(control, at, length) {
  control.focus();
  control.setSelectionRange(at, at + length);
}
