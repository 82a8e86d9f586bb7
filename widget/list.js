/** The comments on show: a window of the thread, so that the page never holds more than people can look at. */
import { anchorOf, showComment } from "./comment.js";
import { button, element } from "./dom.js";

/** @typedef {import("./api.js").Comment} Comment */
/** @typedef {import("./comment.js").Doings} Doings */
/** @typedef {import("./stage.js").Stage} Stage */

const STEP = 100;
const MOST = 300;

export class CommentList {
  #stage;
  #doings;
  #settle;
  #open = true;
  #items = element("ol", { class: "comments", part: "comments", role: "list" });
  #earlier;
  #more;
  /** All that were taken in, by id, in display order. @type {Map<string, Comment>} */
  #all = new Map();
  #from = 0;
  #to = 0;
  /** What each item was made from. @type {WeakMap<Element, string>} */
  #states = new WeakMap();

  /**
   * @param {Stage} stage
   * @param {Doings} doings
   * @param {() => void} onMore called when the reader asks for more
   * @param {(items: Element) => void} settle called when items were shown anew, so that a form finds its place again
   */
  constructor(stage, doings, onMore, settle) {
    const { say } = stage;
    this.#stage = stage;
    this.#doings = doings;
    this.#settle = settle;
    this.#earlier = button("secondary", say("earlier"), () => this.#showEarlier(), { hidden: true });
    this.#more = button("secondary", say("more"), onMore, { hidden: true });
    this.node = element("div", { class: "list" }, this.#earlier, this.#items, this.#more);
  }

  /**
   * Shows these in place of all others; as many as were on show before.
   * @param {Comment[]} comments
   * @param {boolean} open whether they can be answered
   * @param {boolean} hasNext whether the service has more
   */
  replace(comments, open, hasNext) {
    this.#open = open;
    this.#all.clear();
    this.add(comments);
    this.#show(0, Math.max(STEP, this.#to - this.#from), hasNext);
  }

  /**
   * Takes in comments that follow, without showing them.
   * @param {Comment[]} comments
   */
  add(comments) {
    for (const comment of comments) this.#all.set(comment.id, comment);
  }

  /** Whether there are comments that were taken in and are not shown. */
  get waiting() {
    return this.#to < this.#all.size;
  }

  /** @param {string} id */
  has(id) {
    return this.#all.has(id);
  }

  ids() {
    return new Set(this.#all.keys());
  }

  /** @param {Set<string>} known */
  firstNotIn(known) {
    return [...this.#all.keys()].find((id) => !known.has(id));
  }

  /** @param {string} id */
  find(id) {
    return this.#all.get(id);
  }

  /**
   * Shows the next ones, lets go of the first where there would be too many, and moves the focus to what is new.
   * @param {boolean} hasNext
   * @returns {number} how many came
   */
  showMore(hasNext) {
    const first = this.#to;
    const until = Math.min(first + STEP, this.#all.size);
    this.#show(Math.max(this.#from, until - MOST), until, hasNext);
    this.#focus(first, "nearest");
    return until - first;
  }

  /**
   * Shows a comment, wherever in the thread it is, and moves the focus there.
   * @param {string} id
   * @returns {boolean} whether it is there
   */
  reveal(id) {
    const at = [...this.#all.keys()].indexOf(id);
    if (at < 0) return false;
    const from = Math.max(0, at - STEP / 2);
    if (at < this.#from || at >= this.#to) this.#show(from, from + STEP, !this.#more.hidden);
    this.#items.querySelector(".named")?.classList.remove("named");
    this.#focus(at, "start")?.classList.add("named");
    return true;
  }

  #showEarlier() {
    const last = this.#from - 1;
    const from = Math.max(0, this.#from - STEP);
    this.#show(from, Math.min(this.#to, from + MOST), !this.#more.hidden);
    this.#focus(last, "start");
  }

  /**
   * @param {number} from
   * @param {number} to
   * @param {boolean} hasNext
   */
  #show(from, to, hasNext) {
    const old = new Map([...this.#items.children].map((item) => [/** @type {HTMLElement} */ (item).dataset.id, item]));
    const shown = [...this.#all.values()].slice(from, to);
    this.#items.replaceChildren(...shown.map((comment) => this.#item(comment, old.get(comment.id))));
    this.#items.classList.toggle("many", shown.length > STEP / 2);
    this.#settle(this.#items);
    this.#from = from;
    this.#to = from + shown.length;
    this.#earlier.hidden = from === 0;
    this.#more.hidden = !hasNext && !this.waiting;
  }

  /**
   * What shows this comment already, if nothing of it has changed: a form that is open in it keeps its cursor.
   * @param {Comment} comment
   * @param {Element | undefined} old
   */
  #item(comment, old) {
    const state = JSON.stringify([comment, this.#open]);
    if (old && this.#states.get(old) === state) return old;
    const item = showComment(comment, this.#stage, this.#doings, this.#open);
    this.#states.set(item, state);
    return item;
  }

  /**
   * @param {number} at
   * @param {ScrollLogicalPosition} block
   */
  #focus(at, block) {
    const id = [...this.#all.keys()][at] ?? "";
    const article = /** @type {HTMLElement | null} */ (this.#items.querySelector(`#${CSS.escape(anchorOf(id))}`));
    article?.focus({ preventScroll: true });
    article?.scrollIntoView({ block, behavior: "instant" });
    return article;
  }
}
