/** One comment as readers see it. */
import { avatarOf } from "./avatar.js";
import { button, element, icon } from "./dom.js";
import { nodesOf, webAddress } from "./wall.js";
import { inFull, timeOf } from "./when.js";

/** @typedef {import("./api.js").Comment} Comment */
/** @typedef {import("./stage.js").Stage} Stage */
/** @typedef {(comment: Comment, pressed: HTMLButtonElement) => unknown} Act */
/** What can be done with a comment. @typedef {{reply: Act, report: Act, helpful: Act, find: (id: string) => Comment | undefined}} Doings */

const DEEPEST = 3;
const ARROW = "M6.5 3l-4 4 4 4M3 7h6.5a4 4 0 0 1 4 4v2";
const FLAG = "M3.5 14V3h8.5l-2 3.2 2 3.3H3.5";
const THUMB = "M5 7v6.5H2.5V7zl3-5c1.2 0 1.7.9 1.5 2L9 6.5h3.7c.8 0 1.3.7 1.1 1.5l-1.1 4.5c-.2.6-.6 1-1.3 1H5";

/**
 * @param {Comment} comment
 * @param {Stage} stage
 * @param {Doings} doings
 * @param {boolean} open whether it can be answered
 * @returns {HTMLLIElement}
 */
export function showComment(comment, stage, doings, open) {
  const article = comment.removed ? tombstone(comment, stage) : speech(comment, stage, doings, open);
  article.id = anchorOf(comment.id);
  article.tabIndex = -1;
  return element("li", { class: "item", part: "comment", "data-id": comment.id, "data-depth": Math.min(comment.depth, DEEPEST) }, article);
}

/**
 * What stands in the address of a link to this comment, after `#`.
 * @param {string} id
 */
export function anchorOf(id) {
  return `kommentar-${id}`;
}

/**
 * The name of who wrote it, also where none was given.
 * @param {Comment} comment
 * @param {Stage} stage
 */
export function authorOf({ author }, { say }) {
  return author?.name || say("guest");
}

/**
 * @param {Comment} comment
 * @param {Stage} stage
 */
function tombstone({ removed }, { say }) {
  return element("article", { class: "comment gone", part: "tombstone" }, say(removed === "author" ? "removed_author" : "removed_moderation"));
}

/**
 * @param {Comment} comment
 * @param {Stage} stage
 * @param {Doings} doings
 * @param {boolean} open
 */
function speech(comment, stage, doings, open) {
  const { say } = stage;
  const name = authorOf(comment, stage);
  const url = webAddress(comment.author?.url);
  const official = comment.author?.role === "editor";
  const label = `von-${comment.id}`;
  const chip = (/** @type {unknown} */ shown, /** @type {"editor" | "pinned" | "featured"} */ key) => Boolean(shown) && element("span", { class: `chip ${key}`, part: "badge" }, say(key));
  return element(
    "article",
    { class: `comment${official || comment.featured ? " raised" : ""}`, part: official ? "official" : null, "aria-labelledby": label },
    element(
      "header",
      { class: "byline" },
      avatarOf(name),
      element(
        "div",
        { class: "who" },
        element("span", { id: label, class: "name", part: "author" }, url ? element("a", { href: url, rel: "nofollow ugc noopener noreferrer" }, name) : name),
        chip(official, "editor"),
        chip(comment.pinned, "pinned"),
        chip(comment.featured, "featured"),
        element("span", { class: "meta" }, permalink(comment, stage), comment.edited_at && ` · ${say("edited")}`, ...answered(comment, stage, doings)),
      ),
    ),
    element("div", { class: "body", part: "body" }, nodesOf(comment.html)),
    element(
      "div",
      { class: "actions", part: "actions" },
      open && action(ARROW, say("reply"), say("replyTo", { name }), "reply", (pressed) => doings.reply(comment, pressed)),
      action(FLAG, say("report"), say("reportOf", { name }), "report", (pressed) => doings.report(comment, pressed)),
      // Last, since whether a site counts is known later than the rest, and then nothing moves.
      action(THUMB, say("helpful") + (comment.helpful ? ` (${comment.helpful})` : ""), "", "helpful", (pressed) => doings.helpful(comment, pressed)),
    ),
  );
}

/**
 * @param {Comment} comment
 * @param {Stage} stage
 */
function permalink({ id, created_at }, { say }) {
  return element("a", { href: addressOf(id), "aria-label": say("permalink", { time: inFull(created_at, say) }) }, timeOf(created_at, say));
}

/**
 * @param {Comment} comment
 * @param {Stage} stage
 * @param {Doings} doings
 */
function answered({ parent, depth }, stage, { find }) {
  if (!parent) return [];
  const { say } = stage;
  const above = find(parent);
  const text = above && !above.removed ? say("answerTo", { name: authorOf(above, stage) }) : say("answerToEarlier");
  // The indentation says it to the eye; below its last step, or without the parent above, it no longer does.
  if (above && above.depth < depth && depth <= DEEPEST) return [element("span", { class: "unseen" }, `, ${text}`)];
  return [" · ", element("a", { href: addressOf(parent) }, text)];
}

/**
 * @param {string} path
 * @param {string} text
 * @param {string} label
 * @param {string} kind
 * @param {(pressed: HTMLButtonElement) => void} act
 */
function action(path, text, label, kind, act) {
  // WCAG 2.5.3: what is read aloud holds what is seen, so that it can be called by voice.
  const pressed = button(`quiet ${kind}`, icon(path), () => act(pressed), { "aria-label": label && `${text}: ${label}` || null });
  pressed.append(element("span", null, text));
  return pressed;
}

/** @param {string} id */
function addressOf(id) {
  return location.href.split("#")[0] + "#" + anchorOf(id);
}
