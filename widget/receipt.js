/** What the author gets after sending: the comment as it is stored, and the key to it, shown this once. */
import { element, fill, focusOn } from "./dom.js";
import { tendOwn } from "./own.js";
import { nodesOf, webAddress } from "./wall.js";
import { inFull } from "./when.js";

/** @typedef {import("./api.js").Receipt} Receipt */

/**
 * @param {HTMLElement} place
 * @param {Receipt} receipt
 * @param {string} text as it was typed
 * @param {import("./more.js").Desk} desk
 */
export function showReceipt(place, receipt, text, desk) {
  const { say } = desk;
  const href = webAddress(receipt.manage_url);
  // The address carries the author's secret: it must not travel on in a Referer.
  const confided = receipt.status === "private";
  const link = href && element("a", { href, rel: "noreferrer noopener", target: "_blank" }, confided ? say("confidedLink") : say("manageLink"));
  if (confided) {
    const card = element("article.receipt", { "aria-label": receipt.message }, link && element("p.key", say("confided"), " ", link), element("p.typed", { dir: "auto" }, text));
    fill(place, card);
    return focusOn(card);
  }
  const body = element("div.body", { dir: "auto" }, nodesOf(receipt.html));
  const card = element(
    "article.receipt",
    { "aria-label": receipt.message || say("pendingTitle") },
    body,
    link && element("p.key", say("manage"), " ", link),
    element("p.hint", say("editUntil", { time: inFull(receipt.edit_until, say) })),
  );
  card.append(...tendOwn({ receipt, text, card, body }, desk));
  fill(place, card);
  focusOn(card);
}
