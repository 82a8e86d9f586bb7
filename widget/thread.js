/** The thread of one page: its head, the comments shown of it, and the form below. */
import { authorOf } from "./comment.js";
import { button, element, fill, focusOn } from "./dom.js";
import { openForm } from "./form.js";
import { fetchPart } from "./host.js";
import { listComments } from "./list.js";
import { gatherReplies } from "./replies.js";
import { refreshTimes } from "./when.js";

/** @typedef {import("./api.js").Sort} Sort */
/** @typedef {import("./api.js").Thread} Answer */
/** @typedef {import("./api.js").Comment} Comment */
/** @typedef {import("./list.js").List} List */
/** @typedef {Awaited<ReturnType<typeof import("./questions.js").open>>} Talk */
/** @typedef {ReturnType<typeof showThread>} ThreadView */

const ANCHOR = /^#kommentar-([\w-]+)$/;
const WALK = 1000;

/**
 * @param {import("./stage.js").Stage} stage
 * @param {string} heading
 */
export function showThread(stage, heading) {
  const { say, level, service } = stage;
  const title = element(/** @type {"h2.heading"} */ (`h${level}.heading`), { id: "title" }, heading);
  const counter = element("span.count");
  const tools = element("div.tools");
  const status = element("p.unseen", { role: "status" });
  const news = element("p.news", { role: "status" });
  const notice = element("div.notice", element("p", say("loading")));
  const form = openForm(stage, { title: say("formTitle"), level: level + 1 });
  const write = element("div.write", { hidden: true }, form.node);
  const replies = gatherReplies(stage);
  const doings = {
    reply: (/** @type {Comment} */ comment, /** @type {HTMLButtonElement} */ pressed) => replies.open(comment, pressed, authorOf(comment, stage)),
    report: (/** @type {Comment} */ comment, /** @type {HTMLButtonElement} */ pressed) => further((script) => script.report(comment, pressed, authorOf(comment, stage))),
    helpful: (/** @type {Comment} */ { id }, /** @type {HTMLButtonElement} */ pressed) => further((script) => script.helpful(id, pressed, announce)),
    find: (/** @type {string} */ id) => list.all.get(id),
  };
  const listWith = (/** @type {() => void} */ onMore) => listComments(stage, doings, onMore, replies.settle);
  /** @type {Omit<List, "replace"> & Pick<Talk, "replace"> & Partial<Talk>} */
  let list = listWith(more);
  const node = element(
    "section.thread",
    { "aria-labelledby": "title", lang: say.tag, dir: say("direction") },
    element("header.head", title, counter, tools),
    status,
    news,
    notice,
    list.node,
    write,
  );
  /** @type {Sort} */
  let sort = "oldest";
  /** @type {string | null} */
  let next = null;
  let count = 0;
  let open = true;
  let busy = false;
  let counting = false;

  stage.whenFacts = ({ helpful }) => {
    counting = helpful;
    node.classList.toggle("with-helpful", helpful);
    if (helpful) furnish();
  };

  return {
    node,
    load,

    /**
     * Goes to the comment that an address names after `#`, however far down it is.
     * @param {string} hash
     */
    async goTo(hash) {
      const id = ANCHOR.exec(hash)?.[1];
      if (!id) return list.goTo?.(hash);
      while (!list.all.has(id) && (await fetchMore(WALK)));
      // With a page still to come, the service did not answer, and that has been said.
      if (!list.reveal(id) && next === null) announce(say("missing"));
    },

    /** Says so when there are comments that are not shown yet; what is being written stays untouched. */
    async lookForNews() {
      const now = await service.count().catch(() => count);
      const text = now > count ? say("news", { n: now - count }) : "";
      if (news.textContent !== text) fill(news, text && button("secondary", text, showNews));
    },

    /** Keeps "vor 2 Minuten" true. */
    tick: () => refreshTimes(node, say),

    /** Whether something is written that was not sent. */
    unsent: () => form.unsent() || replies.unsent() || list.unsent?.(),
  };

  /** Loads and shows the thread; on failure says so, with a way on. */
  async function load() {
    try {
      show(await fetchThread());
    } catch {
      const again = button("secondary", say("again"), () => load().then(() => focusOn(title)));
      fill(notice, element("p", { role: "alert" }, say("unreachable")), element("p.row", again, element("a", { href: service.hosted }, say("elsewhere"))));
      furnish();
    }
  }

  /** The thread, and what it takes to show it: where that cannot be fetched, answers stand among the comments. */
  async function fetchThread() {
    const answer = await service.thread(sort);
    if ((answer.outcome || answer.questions?.[0]) && !list.goTo) {
      list = await fetchPart("questions").then(({ open }) => open(stage, /** @type {List} */ (list), { list: listWith, form: openForm })).catch(() => list);
      notice.after(list.node);
    }
    return answer;
  }

  /** @param {Answer} answer */
  function show(answer) {
    const { comments } = answer;
    ({ next, count, open } = answer);
    counter.textContent = count ? say("count", { n: count }) : "";
    list.replace(comments, open, next !== null, answer);
    fill(
      notice,
      !comments[0] && !answer.questions?.[0] && element("p.empty", open ? say("empty") : say("emptyClosed")),
      !open && element("p.closed", say("closed")),
    );
    furnish();
    node.previousSibling?.remove();
    stage.tell("thread", { count, open });
  }

  function furnish() {
    // Who is writing when the thread closes keeps the text, to copy it.
    write.hidden = !open && !form.unsent();
    fill(tools, count > 1 && sorter(), open && count > 2 && button("secondary", say("write"), form.focus));
  }

  function sorter() {
    const select = element("select.select", {
      "aria-label": say("sort"),
      change: async () => {
        sort = /** @type {Sort} */ (select.value);
        await load();
        tools.querySelector("select")?.focus();
      },
    });
    const option = (/** @type {Sort} */ value, /** @type {string} */ text) => element("option", { value, selected: value === sort }, text);
    fill(select, option("oldest", say("oldest")), option("newest", say("newest")), counting && option("helpful", say("helpfulFirst")));
    return select;
  }

  async function more() {
    if (!list.waiting()) await fetchMore();
    const n = list.showMore(next !== null);
    if (n) announce(say("moreShown", { n }));
  }

  /**
   * @param {number} [limit]
   * @returns {Promise<boolean>} whether there were more
   */
  async function fetchMore(limit) {
    if (busy || next === null) return false;
    busy = true;
    try {
      const answer = await service.thread(sort, next, limit);
      next = answer.next;
      list.add(answer.comments);
      return true;
    } catch {
      announce(say("notNow"));
      return false;
    } finally {
      busy = false;
    }
  }

  async function showNews() {
    const known = new Set(list.all.keys());
    try {
      show(await fetchThread());
    } catch {
      return announce(say("notNow"));
    }
    while (list.all.size <= known.size && (await fetchMore(WALK)));
    fill(news);
    const first = [...list.all.keys()].find((id) => !known.has(id));
    if (first) list.reveal(first);
  }

  /**
   * Does something that needs the second script.
   * @param {(script: import("./stage.js").More) => unknown} act
   */
  async function further(act) {
    const script = await stage.more();
    if (script) act(script);
    else announce(say("notNow"));
  }

  /** @param {string} text */
  function announce(text) {
    status.textContent = text;
  }
}
