/** The thread of one page: its head, the comments shown of it, and the form below. */
import { CommentForm } from "./form.js";
import { CommentList } from "./list.js";
import { element, fill, focusOn, icon } from "./dom.js";
import { Replies } from "./replies.js";
import { authorOf } from "./comment.js";
import { refreshTimes } from "./when.js";

/** @typedef {import("./api.js").Comment} Comment */
/** @typedef {import("./api.js").Sort} Sort */
/** @typedef {import("./api.js").Thread} Answer */
/** @typedef {import("./stage.js").Stage} Stage */

const ANCHOR = /^#kommentar-([A-Za-z0-9_-]+)$/;
const WALK = 1000;
const PEN = "m10.500 3 2.500 2.500L5.500 13H3v-2.500z";

export class ThreadView {
  /** @type {Sort} */
  #sort = "oldest";
  /** @type {string | null} */
  #next = null;
  #count = 0;
  #open = true;
  #busy = false;

  /**
   * @param {Stage} stage
   * @param {{heading: string, level: number}} head
   */
  constructor(stage, { heading, level }) {
    const { say } = stage;
    this.stage = stage;
    this.counter = element("span", { class: "count", part: "count" });
    this.title = element(/** @type {"h2"} */ (`h${level}`), { id: "title", part: "heading" }, heading);
    this.tools = element("div", { class: "tools" });
    this.status = element("p", { class: "unseen", role: "status" });
    this.notice = element("div", { class: "notice", part: "notice" }, element("p", { class: "waiting" }, say("loading")));
    this.news = element("p", { class: "news", role: "status" });
    this.replies = new Replies(stage);
    this.list = new CommentList(stage, {
      reply: (comment, button) => this.replies.open(comment, button, authorOf(comment, stage)),
      report: (comment, button) => this.#report(comment, button),
      helpful: (comment, button) => this.#helpful(comment, button),
      nameOf: (id) => this.list.nameOf(id),
    }, this.replies);
    this.list.onMore = () => this.#more();
    this.formPlace = element("div", { class: "write", part: "write" });
    /** @type {CommentForm | null} */
    this.form = null;
    stage.whenFacts = (facts) => this.#learn(facts);
    this.node = element(
      "section",
      { class: "thread", part: "thread", "aria-labelledby": "title", lang: say.tag },
      element("header", { class: "head", part: "head" }, element("div", { class: "topic" }, this.title, this.counter), this.tools),
      this.status,
      this.news,
      this.notice,
      this.list.node,
      this.formPlace,
    );
  }

  /** Loads and shows the thread; on failure says so, with a way on. */
  async load() {
    const { service } = this.stage;
    try {
      await this.#show(await service.thread(this.#sort));
    } catch {
      this.#unreachable();
    }
  }

  /**
   * Goes to the comment that an address names after `#`, however far down it is.
   * @param {string} hash
   */
  async goTo(hash) {
    const id = ANCHOR.exec(hash)?.[1];
    if (!id) return;
    while (!this.list.has(id) && this.#next && (await this.#fetchMore(WALK)));
    if (!this.list.reveal(id)) this.#say(this.stage.say("missing"));
  }

  /** Says so when there are comments that are not shown yet; what is being written stays untouched. */
  async lookForNews() {
    const count = await this.stage.service.count().catch(() => this.#count);
    const { say } = this.stage;
    const more = count - this.#count;
    if (more <= 0) return fill(this.news);
    if (this.news.dataset.more === String(more) && this.news.firstChild) return;
    this.news.dataset.more = String(more);
    const show = element("button", { type: "button", class: "secondary", click: () => this.#showNews() }, say("news", { n: more }));
    fill(this.news, show);
  }

  /** Keeps "vor 2 Minuten" true. */
  tick() {
    refreshTimes(this.node, this.stage.say);
  }

  /** Whether something is written that was not sent. */
  get unsent() {
    return Boolean(this.form?.unsent || this.replies.unsent);
  }

  /** @param {Answer} answer */
  async #show(answer) {
    const { say } = this.stage;
    this.#next = answer.next;
    this.#count = answer.count;
    this.#open = answer.open;
    this.list.replyable = answer.open;
    this.counter.textContent = answer.count ? say("count", { n: answer.count }) : "";
    this.list.replace(answer.comments, Boolean(this.#next));
    fill(
      this.notice,
      !answer.count && !answer.comments.length && element("p", { class: "empty" }, say(answer.open ? "empty" : "emptyClosed")),
      !answer.open && element("p", { class: "closed", part: "closed" }, say("closed")),
    );
    this.#furnish();
    this.stage.tell("thread", { count: answer.count, open: answer.open });
  }

  #furnish() {
    const { say } = this.stage;
    if (this.#open && !this.form) {
      this.form = new CommentForm(this.stage, { title: say("formTitle"), level: Number(this.title.localName[1]) + 1 });
      fill(this.formPlace, this.form.node);
    }
    if (!this.#open && !this.form?.unsent) fill(this.formPlace);
    const jump = this.#open && this.#count > 2 && element("button", { type: "button", class: "secondary", part: "button", click: () => this.form?.focus() });
    if (jump) jump.append(icon(PEN), say("write"));
    fill(this.tools, this.#count > 1 && this.#sorter(), jump);
  }

  /** @param {import("./api.js").FormFacts} facts */
  #learn({ helpful }) {
    if (!helpful) return;
    this.node.classList.add("with-helpful");
    this.#furnish();
  }

  #sorter() {
    const { say } = this.stage;
    /** @type {[Sort, string][]} */
    const orders = [["oldest", say("oldest")], ["newest", say("newest")]];
    if (this.node.classList.contains("with-helpful")) orders.push(["helpful", say("helpfulFirst")]);
    const select = element("select", { part: "select", change: () => this.#reorder(/** @type {Sort} */ (select.value)) });
    select.append(...orders.map(([value, text]) => element("option", { value, selected: value === this.#sort }, text)));
    return element("label", { class: "sort" }, element("span", { class: "unseen" }, say("sort")), select);
  }

  /** @param {Sort} sort */
  async #reorder(sort) {
    this.#sort = sort;
    this.tools.querySelector("select")?.setAttribute("aria-busy", "true");
    await this.load();
    this.tools.querySelector("select")?.focus();
  }

  async #more() {
    const shown = this.list.shown;
    if (!this.list.waiting && this.#next) await this.#fetchMore();
    const added = this.list.showMore(Boolean(this.#next));
    if (this.list.shown !== shown) this.#say(this.stage.say("moreShown", { n: added }));
  }

  /** @param {number} [limit] */
  async #fetchMore(limit) {
    if (this.#busy) return false;
    this.#busy = true;
    try {
      const answer = await this.stage.service.thread(this.#sort, this.#next, limit);
      this.#next = answer.next;
      this.list.add(answer.comments);
      return true;
    } catch (failure) {
      this.#say(this.stage.explain(failure));
      return false;
    } finally {
      this.#busy = false;
    }
  }

  async #showNews() {
    const known = this.list.ids();
    const wanted = known.size;
    try {
      await this.#show(await this.stage.service.thread(this.#sort, null, undefined, "no-cache"));
    } catch (failure) {
      return this.#say(this.stage.explain(failure));
    }
    while (this.#next && this.list.ids().size <= wanted && (await this.#fetchMore(WALK)));
    fill(this.news);
    const first = this.list.firstNotIn(known);
    if (first) this.list.reveal(first);
  }

  /**
   * @param {Comment} comment
   * @param {HTMLButtonElement} button
   */
  async #report(comment, button) {
    const more = await this.stage.more();
    if (more) more.report(comment, button, authorOf(comment, this.stage));
    else this.#say(this.stage.say("notNow"));
  }

  /**
   * @param {Comment} comment
   * @param {HTMLButtonElement} button
   */
  async #helpful(comment, button) {
    if (button.getAttribute("aria-disabled")) return;
    button.setAttribute("aria-disabled", "true");
    try {
      const { helpful } = await this.stage.service.helpful(comment.id);
      const { say } = this.stage;
      const label = button.querySelector("span");
      if (label) label.textContent = `${say("helpful")} (${helpful})`;
      this.#say(say("helpfulCount", { n: helpful }));
    } catch (failure) {
      button.removeAttribute("aria-disabled");
      this.#say(this.stage.explain(failure));
    }
  }

  #unreachable() {
    const { say, service } = this.stage;
    const again = element("button", { type: "button", class: "secondary", click: () => this.load().then(() => focusOn(this.title)) }, say("again"));
    const elsewhere = element("a", { href: service.hosted }, say("elsewhere"));
    fill(this.notice, element("p", { role: "alert" }, say("unreachable")), element("p", { class: "row" }, again, elsewhere));
  }

  /** @param {string} text */
  #say(text) {
    this.status.textContent = text;
  }
}
