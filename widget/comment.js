/** One comment as readers see it. */
import { avatarOf } from "./avatar.js";
import { element, icon } from "./dom.js";
import { nodesOf, webAddress } from "./wall.js";
import { inFull, timeOf } from "./when.js";

/** @typedef {import("./api.js").Comment} Comment */
/** @typedef {import("./stage.js").Stage} Stage */
/**
 * What can be done with a comment; each gets the comment and the button that was pressed.
 * @typedef {{
 *   reply: ((comment: Comment, button: HTMLButtonElement) => void) | null,
 *   report: (comment: Comment, button: HTMLButtonElement) => void,
 *   helpful: (comment: Comment, button: HTMLButtonElement) => void,
 *   nameOf: (id: string) => string | null,
 * }} Doings
 */

const DEEPEST = 3;
const ARROW = "M6.5 3 2.5 7l4 4M3 7h6.5a4 4 0 0 1 4 4v2";
const FLAG = "M3.5 14V2.5m0 .5h8.5l-2 3.2 2 3.3H3.5";
const THUMB = "M5 7v6.5H2.5V7zm0 0 3-5c1.2 0 1.7.9 1.5 2L9 6.500h3.700c.8 0 1.300.7 1.100 1.500l-1.100 4.500c-.2.6-.6 1-1.300 1H5";
const PIN = "M8 10v4.500M5.500 2h5l-.6 4.200L12 9.500H4l2.100-3.300z";
const STAR = "m8 2 1.800 3.800 4.200.5-3.100 2.900.8 4.100L8 11.300l-3.700 2 .8-4.100L2 6.300l4.200-.5z";

/**
 * @param {Comment} comment
 * @param {Stage} stage
 * @param {Doings} doings
 * @returns {HTMLLIElement}
 */
export function showComment(comment, stage, doings) {
  const article = comment.removed ? tombstone(comment, stage) : speech(comment, stage, doings);
  article.id = anchorOf(comment.id);
  article.tabIndex = -1;
  const item = element("li", { class: "item", part: "comment" }, article);
  item.dataset.id = comment.id;
  item.dataset.depth = String(Math.min(comment.depth, DEEPEST));
  return item;
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
export function authorOf(comment, stage) {
  return comment.author?.name || stage.say("guest");
}

/**
 * @param {Comment} comment
 * @param {Stage} stage
 */
function tombstone(comment, { say }) {
  return element(
    "article",
    { class: "comment gone", part: "tombstone" },
    element("p", null, say(comment.removed === "author" ? "removed_author" : "removed_moderation")),
  );
}

/**
 * @param {Comment} comment
 * @param {Stage} stage
 * @param {Doings} doings
 */
function speech(comment, stage, doings) {
  const { say } = stage;
  const name = authorOf(comment, stage);
  const labelled = `von-${comment.id}`;
  return element(
    "article",
    {
      class: `comment${comment.author?.role === "editor" ? " official" : ""}${comment.featured ? " featured" : ""}`,
      "aria-labelledby": labelled,
    },
    element(
      "header",
      { class: "byline" },
      avatarOf(name),
      element(
        "div",
        { class: "who" },
        element("span", { id: labelled, class: "name", part: "author" }, authorLink(comment, name)),
        comment.author?.role === "editor" && element("span", { class: "chip editor", part: "badge" }, say("editor")),
        comment.pinned && element("span", { class: "chip" }, icon(PIN), say("pinned")),
        comment.featured && element("span", { class: "chip" }, icon(STAR), say("featured")),
        element("span", { class: "meta" }, permalink(comment, stage), comment.edited_at && ` · ${say("edited")}`),
        parentLink(comment, stage, doings),
      ),
    ),
    element("div", { class: "body", part: "body" }, nodesOf(comment.html)),
    actions(comment, name, stage, doings),
  );
}

/**
 * @param {Comment} comment
 * @param {string} name
 */
function authorLink(comment, name) {
  const url = webAddress(comment.author?.url);
  return url ? element("a", { href: url, rel: "nofollow ugc noopener noreferrer" }, name) : name;
}

/**
 * @param {Comment} comment
 * @param {Stage} stage
 */
function permalink(comment, { say }) {
  const label = say("permalink", { time: inFull(comment.created_at, say) });
  return element("a", { href: hashLink(comment.id), "aria-label": label, part: "permalink" }, timeOf(comment.created_at, say));
}

/**
 * @param {Comment} comment
 * @param {Stage} stage
 * @param {Doings} doings
 */
function parentLink(comment, { say }, { nameOf }) {
  if (!comment.parent) return null;
  const name = nameOf(comment.parent);
  const text = name === null ? say("answerToEarlier") : say("answerTo", { name });
  // The indentation already says it to the eye; below the last step of indentation it no longer does.
  const quiet = comment.depth < DEEPEST && name !== null;
  return element("span", { class: quiet ? "unseen" : "meta to" }, element("a", { href: hashLink(comment.parent), tabindex: quiet && -1 }, text));
}

/**
 * @param {Comment} comment
 * @param {string} name
 * @param {Stage} stage
 * @param {Doings} doings
 */
function actions(comment, name, { say }, doings) {
  const { reply } = doings;
  return element(
    "div",
    { class: "actions", part: "actions" },
    reply && action(ARROW, say("reply"), say("replyTo", { name }), "reply", (button) => reply(comment, button)),
    action(THUMB, helpfulLabel(comment), say("helpful"), "helpful", (button) => doings.helpful(comment, button)),
    action(FLAG, say("report"), say("reportOf", { name }), "report", (button) => doings.report(comment, button)),
  );

  /** @param {Comment} of */
  function helpfulLabel(of) {
    return of.helpful ? `${say("helpful")} (${of.helpful})` : say("helpful");
  }
}

/**
 * @param {string} path
 * @param {string} text
 * @param {string} label
 * @param {string} kind
 * @param {(button: HTMLButtonElement) => void} act
 */
function action(path, text, label, kind, act) {
  // WCAG 2.5.3: what is read aloud begins with what is seen, so that it can be called by voice.
  const spoken = label.startsWith(text) ? label : `${text}: ${label}`;
  const button = element("button", { type: "button", class: `quiet ${kind}`, "aria-label": spoken, part: `button ${kind}` });
  button.append(icon(path), element("span", null, text));
  button.addEventListener("click", () => act(button));
  return button;
}

/** @param {string} id */
function hashLink(id) {
  return location.href.split("#")[0] + "#" + anchorOf(id);
}
