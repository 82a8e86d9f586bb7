/** The comments on show: a window of the thread, so that the page never holds more than people can look at. */
import { anchorOf, showComment } from "./comment.js";
import { button, element } from "./dom.js";

/** @typedef {import("./api.js").Comment} Comment */

/** @typedef {ReturnType<typeof listComments>} List */

const STEP = 100;
const MOST = 300;

/**
 * @param {import("./stage.js").Stage} stage
 * @param {import("./comment.js").Doings} doings
 * @param {() => void} onMore called when the reader asks for more
 * @param {(items: Element) => void} settle called when items were shown anew, so that a form finds its place again
 */
export function listComments(stage, doings, onMore, settle) {
  const { say } = stage;
  const earlier = button("secondary", say("earlier"), showEarlier, { hidden: true });
  const more = button("secondary", say("more"), onMore, { hidden: true });
  const items = element("ol.comments", { role: "list" });
  /** All that were taken in, by id, in display order. @type {Map<string, Comment>} */
  const all = new Map();
  /** What each item was made from. @type {WeakMap<Element, string>} */
  const states = new WeakMap();
  let open = true;
  let from = 0;
  let to = 0;

  return {
    node: element("div.list", earlier, items, more),
    /** All that were taken in. */
    all,
    add,

    /**
     * Shows these in place of all others; as many as were on show before.
     * @param {Comment[]} comments
     * @param {boolean} answerable
     * @param {boolean} hasNext whether the service has more
     */
    replace(comments, answerable, hasNext) {
      open = answerable;
      all.clear();
      add(comments);
      show(0, Math.max(STEP, to - from), hasNext);
    },

    /** Whether there are comments that were taken in and are not shown. */
    waiting,

    /**
     * Shows the next ones, lets go of the first where there would be too many, and moves the focus to what is new.
     * @param {boolean} hasNext
     * @returns {number} how many came
     */
    showMore(hasNext) {
      const first = to;
      const until = Math.min(first + STEP, all.size);
      show(Math.max(from, until - MOST), until, hasNext);
      focus(first, "nearest");
      return until - first;
    },

    /**
     * Shows a comment, wherever in the thread it is, and moves the focus there.
     * @param {string} id
     * @returns {boolean} whether it is there
     */
    reveal(id) {
      const at = [...all.keys()].indexOf(id);
      if (at < 0) return false;
      const start = Math.max(0, at - STEP / 2);
      if (at < from || at >= to) show(start, start + STEP, !more.hidden);
      items.querySelector(".named")?.classList.remove("named");
      focus(at, "start")?.classList.add("named");
      return true;
    },
  };

  /**
   * Takes in comments that follow, without showing them.
   * @param {Comment[]} comments
   */
  function add(comments) {
    for (const comment of comments) all.set(comment.id, comment);
  }

  function waiting() {
    return to < all.size;
  }

  function showEarlier() {
    const last = from - 1;
    const start = Math.max(0, from - STEP);
    show(start, Math.min(to, start + MOST), !more.hidden);
    focus(last, "start");
  }

  /**
   * @param {number} start
   * @param {number} end
   * @param {boolean} hasNext
   */
  function show(start, end, hasNext) {
    const old = new Map([...items.children].map((item) => [/** @type {HTMLElement} */ (item).dataset.id, item]));
    const shown = [...all.values()].slice(start, end);
    items.replaceChildren(...shown.map((comment) => itemOf(comment, old.get(comment.id))));
    items.classList.toggle("many", shown.length > STEP / 2);
    settle(items);
    from = start;
    to = start + shown.length;
    earlier.hidden = !from;
    more.hidden = !hasNext && !waiting();
  }

  /**
   * What shows this comment already, if nothing of it has changed: a form that is open in it keeps its cursor.
   * @param {Comment} comment
   * @param {Element | undefined} old
   */
  function itemOf(comment, old) {
    const state = JSON.stringify([comment, open]);
    if (old && states.get(old) === state) return old;
    const item = showComment(comment, stage, doings, open);
    states.set(item, state);
    return item;
  }

  /**
   * @param {number} at
   * @param {ScrollLogicalPosition} block
   */
  function focus(at, block) {
    const id = [...all.keys()][at] ?? "";
    const article = /** @type {HTMLElement | null} */ (items.querySelector(`#${CSS.escape(anchorOf(id))}`));
    article?.focus({ preventScroll: true });
    article?.scrollIntoView({ block, behavior: "instant" });
    return article;
  }
}
