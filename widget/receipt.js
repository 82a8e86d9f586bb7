/** What the author gets after sending: what happens next, and the key to their own comment, shown this once. */
import { element, fill, focusOn } from "./dom.js";
import { tendOwn } from "./own.js";
import { nodesOf, webAddress } from "./wall.js";

/** @typedef {import("./api.js").Receipt} Receipt */
/** @typedef {import("./pen.js").Pen} Pen */

/**
 * @param {HTMLElement} place
 * @param {Receipt} receipt
 * @param {string} text as it was typed
 * @param {Pen} pen
 * @param {HTMLElement} onward what leads on from here
 */
export function showReceipt(place, receipt, text, pen, onward) {
  const { say } = pen;
  const href = webAddress(receipt.manage_url);
  const body = element("div", { class: "body" }, nodesOf(receipt.html));
  const tools = element("div");
  // The address carries the author's secret: it must not travel on in a Referer.
  const key = href && element("p", { class: "key" }, say("manage"), " ", element("a", { href, rel: "noreferrer noopener", target: "_blank" }, say("manageLink")));
  const card = element("article", { class: "receipt", part: "receipt", "aria-label": say("pendingTitle") }, body, key, tools);
  fill(place, card, onward);
  focusOn(card);
  tendOwn({ receipt, text, card, body, tools }, pen);
}
