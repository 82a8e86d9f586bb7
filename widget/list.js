/** The comments on show: a window of the thread, so that the page never holds more than people can look at. */
import { anchorOf, authorOf, showComment } from "./comment.js";
import { element } from "./dom.js";

/** @typedef {import("./api.js").Comment} Comment */
/** @typedef {import("./comment.js").Doings} Doings */
/** @typedef {import("./stage.js").Stage} Stage */

const STEP = 100;
const MOST = 300;

export class CommentList {
  /** @type {Comment[]} */
  #all = [];
  /** @type {Map<string, Comment>} */
  #byId = new Map();
  #from = 0;
  #to = 0;
  /** What each item was made from. @type {WeakMap<Element, string>} */
  #states = new WeakMap();

  /**
   * @param {Stage} stage
   * @param {Doings} doings
   * @param {import("./replies.js").Replies} replies which find their place again when a comment is shown anew
   */
  constructor(stage, doings, replies) {
    const { say } = stage;
    this.stage = stage;
    this.doings = doings;
    this.replies = replies;
    this.replyable = true;
    /** Called when the reader asks for more. @type {() => void} */
    this.onMore = () => {};
    this.earlier = element("button", { type: "button", class: "secondary wide", hidden: true, click: () => this.#showEarlier() }, say("earlier"));
    this.items = element("ol", { class: "comments", part: "comments", role: "list" });
    this.more = element("button", { type: "button", class: "secondary wide", hidden: true, click: () => this.onMore() }, say("more"));
    this.node = element("div", { class: "list" }, this.earlier, this.items, this.more);
  }

  /**
   * Shows these in place of all others; as many as were on show before.
   * @param {Comment[]} comments
   * @param {boolean} hasNext whether the service has more
   */
  replace(comments, hasNext) {
    this.#all = [];
    this.#byId.clear();
    this.add(comments);
    this.#show(0, Math.max(STEP, Math.min(this.#to - this.#from, MOST)), hasNext);
  }

  /**
   * Takes in comments that follow, without showing them.
   * @param {Comment[]} comments
   */
  add(comments) {
    for (const comment of comments) {
      if (this.#byId.has(comment.id)) continue;
      this.#byId.set(comment.id, comment);
      this.#all.push(comment);
    }
  }

  /** Whether there are comments that were taken in and are not shown. */
  get waiting() {
    return this.#to < this.#all.length;
  }

  get shown() {
    return this.#to;
  }

  /** @param {string} id */
  has(id) {
    return this.#byId.has(id);
  }

  ids() {
    return new Set(this.#byId.keys());
  }

  /** @param {Set<string>} known */
  firstNotIn(known) {
    return this.#all.find(({ id }) => !known.has(id))?.id ?? null;
  }

  /** @param {string} id */
  nameOf(id) {
    const comment = this.#byId.get(id);
    return comment && !comment.removed ? authorOf(comment, this.stage) : null;
  }

  /**
   * Shows the next ones, lets go of the first where there would be too many, and moves the focus to what is new.
   * @param {boolean} hasNext
   * @returns {number} how many came
   */
  showMore(hasNext) {
    const first = this.#to;
    const until = Math.min(first + STEP, this.#all.length);
    this.#keepingPlace(this.more, () => this.#show(Math.max(this.#from, until - MOST), until, hasNext));
    this.#focus(first, false);
    return until - first;
  }

  /**
   * Shows a comment, wherever in the thread it is, and moves the focus there.
   * @param {string} id
   * @returns {boolean} whether it is there
   */
  reveal(id) {
    const at = this.#all.findIndex((comment) => comment.id === id);
    if (at < 0) return false;
    if (at < this.#from || at >= this.#to) {
      const from = Math.max(0, at - STEP / 2);
      this.#show(from, Math.min(from + STEP, this.#all.length), !this.more.hidden && !this.waiting);
    }
    this.items.querySelector(".named")?.classList.remove("named");
    this.#focus(at, true)?.classList.add("named");
    return true;
  }

  #showEarlier() {
    const last = this.#from;
    const from = Math.max(0, last - STEP);
    const anchor = this.items.firstElementChild ?? this.items;
    this.#keepingPlace(anchor, () => this.#show(from, Math.min(this.#to, from + MOST), this.#to < this.#all.length || !this.more.hidden));
    this.#focus(last - 1, false);
  }

  /**
   * @param {number} from
   * @param {number} to
   * @param {boolean} hasNext
   */
  #show(from, to, hasNext) {
    const shown = this.#all.slice(from, to);
    const old = new Map([...this.items.children].map((item) => [/** @type {HTMLElement} */ (item).dataset.id, item]));
    this.items.replaceChildren(...shown.map((comment) => this.#kept(old.get(comment.id), comment)));
    this.replies.settle(this.items);
    this.#from = from;
    this.#to = Math.min(to, this.#all.length);
    this.earlier.hidden = from === 0;
    this.more.hidden = !hasNext && !this.waiting;
  }

  /**
   * The item that shows exactly this already; a form that is open in it keeps the cursor.
   * @param {Element | undefined} item
   * @param {Comment} comment
   */
  #kept(item, comment) {
    const state = JSON.stringify([comment, this.replyable]);
    if (item && this.#states.get(item) === state) return item;
    const made = showComment(comment, this.stage, this.replyable ? this.doings : { ...this.doings, reply: null });
    this.#states.set(made, state);
    return made;
  }

  /**
   * Keeps what the reader looks at where it is, while something above it comes or goes.
   * @param {Element} anchor
   * @param {() => void} change
   */
  #keepingPlace(anchor, change) {
    const before = anchor.getBoundingClientRect().top;
    const first = this.items.firstElementChild;
    change();
    if (this.items.firstElementChild !== first && anchor !== this.more) scrollBy({ top: anchor.getBoundingClientRect().top - before, behavior: "instant" });
  }

  /**
   * @param {number} at
   * @param {boolean} scroll
   */
  #focus(at, scroll) {
    const comment = this.#all[at];
    const article = comment && this.items.querySelector(`#${CSS.escape(anchorOf(comment.id))}`);
    if (!(article instanceof HTMLElement)) return null;
    article.focus({ preventScroll: true });
    article.scrollIntoView({ block: scroll ? "start" : "nearest", behavior: "instant" });
    return article;
  }
}
