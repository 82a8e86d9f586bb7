/** One comment as readers see it. */
import { avatarOf } from "./avatar.js";
import { button, dress, element } from "./dom.js";
import { nodesOf, webAddress } from "./wall.js";
import { inFull, timeOf } from "./when.js";

/** @typedef {import("./api.js").Comment} Comment */
/** @typedef {import("./stage.js").Stage} Stage */
/** @typedef {(comment: Comment, pressed: HTMLButtonElement) => unknown} Act */
/** What can be done with a comment. @typedef {{reply: Act, report: Act, helpful: Act, find: (id: string) => Comment | undefined}} Doings */

const DEEPEST = 3;
const SPACE = "http://www.w3.org/2000/svg";
/** Line drawings on a grid of 16 by 16. */
const ARROW = "M6.5 3l-4 4 4 4M3 7h6.5a4 4 0 0 1 4 4v2";
const FLAG = "M3.5 14V3h8.5l-2 3.2 2 3.3H3.5";
const TICK = "M2.5 8.5l3.5 3.5 7.5-8";

/**
 * @param {Comment} comment
 * @param {Stage} stage
 * @param {Doings} doings
 * @param {boolean} open whether it can be answered
 * @returns {HTMLLIElement}
 */
export function showComment(comment, stage, doings, open) {
  const article = comment.removed ? tombstone(comment, stage) : speech(comment, stage, doings, open);
  dress(article, { id: anchorOf(comment.id), tabindex: -1 });
  return element("li.item", { "data-id": comment.id, "data-depth": Math.min(comment.depth, DEEPEST) }, article);
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
  return element("article.comment.tombstone", removed === "author" ? say("removedByAuthor") : say("removed"));
}

/**
 * @param {Comment} comment
 * @param {Stage} stage
 * @param {Doings} doings
 * @param {boolean} open
 */
function speech(comment, stage, doings, open) {
  const { say } = stage;
  const { id, author, featured, helpful, html } = comment;
  const name = authorOf(comment, stage);
  const label = `von-${id}`;
  return element(
    `article.comment${author?.role ? ".official" : ""}${featured ? ".featured" : ""}`,
    { "aria-labelledby": label },
    byline(comment, stage, doings, label),
    element("div.body", { dir: "auto" }, nodesOf(html)),
    element(
      "div.actions",
      open && action("reply", ARROW, say("reply"), say("replyTo", { name }), (pressed) => doings.reply(comment, pressed)),
      action("report", FLAG, say("report"), say("reportOf", { name }), (pressed) => doings.report(comment, pressed)),
      // Last, since whether a site counts is known later than the rest, and then nothing moves.
      action("helpful", TICK, say("helpful") + (helpful ? ` (${helpful})` : ""), "", (pressed) => doings.helpful(comment, pressed)),
    ),
  );
}

/**
 * @param {Comment} comment
 * @param {Stage} stage
 * @param {Doings} doings
 * @param {string} label the name's own id
 */
function byline(comment, stage, doings, label) {
  const { say } = stage;
  const { author, pinned, featured, edited_at } = comment;
  const name = authorOf(comment, stage);
  const href = webAddress(author?.url);
  return element(
    "header.byline",
    avatarOf(name),
    element(
      "div.who",
      // A name in a script that runs the other way shall not turn round what stands beside it.
      element("bdi.author", { id: label }, href ? element("a", { href, rel: "nofollow ugc noopener noreferrer" }, name) : name),
      author?.role && element("span.badge.editor", comment.parent ? say("official") : say("editor")),
      pinned && element("span.badge", say("pinned")),
      featured && element("span.badge", say("featured")),
      element("span.meta", permalink(comment, stage), edited_at && ` · ${say("edited")}`, ...answered(comment, stage, doings)),
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
  const above = find(parent);
  const text = above && !above.removed ? stage.say("answerTo", { name: authorOf(above, stage) }) : stage.say("answerToEarlier");
  // The indentation says it to the eye; below its last step, or without the parent above, it no longer does.
  if (above && above.depth < depth && depth <= DEEPEST) return [element("span.unseen", `, ${text}`)];
  return [" · ", element("a", { href: addressOf(parent) }, text)];
}

/**
 * @param {string} kind
 * @param {string} path
 * @param {string} text
 * @param {string} label
 * @param {(pressed: HTMLButtonElement) => void} act
 */
function action(kind, path, text, label, act) {
  // WCAG 2.5.3: what is read aloud holds what is seen, so that it can be called by voice.
  const pressed = button(`quiet.${kind}`, icon(path), () => act(pressed), { "aria-label": label && `${text}: ${label}` || null });
  pressed.append(element("span", text));
  return pressed;
}

/**
 * It says nothing to a screen reader; the words stand beside it.
 * @param {string} path
 */
function icon(path) {
  const drawing = document.createElementNS(SPACE, "svg");
  const line = document.createElementNS(SPACE, "path");
  dress(drawing, { viewBox: "0 0 16 16", "aria-hidden": "true", class: "icon" });
  dress(line, { d: path });
  drawing.append(line);
  return drawing;
}

/** @param {string} id */
function addressOf(id) {
  return location.href.split("#")[0] + "#" + anchorOf(id);
}
