/** What the author gets after sending: what happens next, and the key to their own comment, shown this once. */
import { element, fill, focusOn } from "./dom.js";
import { nodesOf, webAddress } from "./wall.js";
import { inFull } from "./when.js";

/** @typedef {import("./api.js").Receipt} Receipt */
/** @typedef {import("./stage.js").Stage} Stage */

/**
 * @param {HTMLElement} place
 * @param {Receipt} receipt
 * @param {string} text as it was typed
 * @param {Stage} stage
 * @param {() => void} another called when the author wants to go on
 */
export function showReceipt(place, receipt, text, stage, another) {
  const { say } = stage;
  const body = element("div", { class: "body" }, nodesOf(receipt.html));
  const tools = element("div", { class: "tend" });
  const card = element(
    "article",
    { class: "receipt", part: "receipt", "aria-label": say("pendingTitle") },
    element("p", null, element("span", { class: "chip pending" }, say("pendingChip"))),
    body,
    element("p", { class: "hint" }, receipt.message),
    manage(receipt, stage),
    tools,
  );
  fill(place, card, element("p", null, element("button", { type: "button", class: "link", click: another }, say("another"))));
  focusOn(card);
  void stage.more().then((more) => more?.own({ receipt, text, card, body, tools }));
}

/**
 * @param {Receipt} receipt
 * @param {Stage} stage
 */
function manage(receipt, { say }) {
  const href = webAddress(receipt.manage_url);
  if (!href) return null;
  return element(
    "div",
    { class: "key" },
    element("p", null, say("manage")),
    // The address carries the author's secret: it must not travel on in a Referer.
    element("p", { class: "row" }, element("a", { href, rel: "noreferrer noopener", target: "_blank" }, say("manageLink"))),
    element("p", { class: "hint" }, say("editUntil", { time: inFull(receipt.edit_until, say) })),
  );
}
