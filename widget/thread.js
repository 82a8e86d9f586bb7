/** The thread of one page: its head, the comments shown of it, and the form below. */
import { authorOf } from "./comment.js";
import { button, element, fill, focusOn } from "./dom.js";
import { CommentList } from "./list.js";
import { refreshTimes } from "./when.js";

/** @typedef {import("./api.js").Sort} Sort */
/** @typedef {import("./api.js").Thread} Answer */
/** @typedef {import("./stage.js").Stage} Stage */

const ANCHOR = /^#kommentar-([\w-]+)$/;
const WALK = 1000;

export class ThreadView {
  #stage;
  #title;
  #counter = element("span", { class: "count", part: "count" });
  #tools = element("div", { class: "tools" });
  #status = element("p", { class: "unseen", role: "status" });
  #news = element("p", { class: "news", role: "status" });
  #notice = element("div", { class: "notice", part: "notice" });
  #list;
  /** @type {import("./stage.js").Writing | null} */
  #writing = null;
  /** @type {ReturnType<import("./stage.js").Writing["form"]> | null} */
  #form = null;
  #formPlace = element("div", { class: "write", part: "write" });
  /** @type {Sort} */
  #sort = "oldest";
  /** @type {string | null} */
  #next = null;
  #count = 0;
  #open = true;
  #busy = false;
  #helpful = false;

  /**
   * @param {Stage} stage
   * @param {string} heading
   */
  constructor(stage, heading) {
    const { say } = stage;
    this.#stage = stage;
    this.#title = element(/** @type {"h2"} */ (`h${stage.level}`), { id: "title", part: "heading" }, heading);
    this.#list = new CommentList(
      stage,
      {
        reply: (comment, pressed) => this.#write(({ replies }) => replies.open(comment, pressed, authorOf(comment, stage))),
        report: (comment, pressed) => this.#write(({ report }) => report(comment, pressed, authorOf(comment, stage))),
        helpful: (comment, pressed) => this.#write(({ helpful }) => helpful(comment, pressed, (text) => this.#say(text))),
        find: (id) => this.#list.find(id),
      },
      () => this.#more(),
      (items) => this.#writing?.replies.settle(items),
    );
    this.#notice.append(element("p", null, say("loading")));
    this.node = element(
      "section",
      { class: "thread", part: "thread", "aria-labelledby": "title", lang: say.tag },
      element("header", { class: "head", part: "head" }, this.#title, this.#counter, this.#tools),
      this.#status,
      this.#news,
      this.#notice,
      this.#list.node,
      this.#formPlace,
    );
    stage.whenFacts = ({ helpful }) => {
      this.#helpful = helpful;
      this.node.classList.toggle("with-helpful", helpful);
      if (helpful) this.#furnish();
    };
  }

  /** Loads and shows the thread; on failure says so, with a way on. */
  async load() {
    try {
      this.#show(await this.#stage.service.thread(this.#sort));
    } catch {
      this.#unreachable();
    }
    // Only now, or the thread would push the form down under the reader's eyes.
    if (!this.#form) this.#whenNear();
  }

  /**
   * Goes to the comment that an address names after `#`, however far down it is.
   * @param {string} hash
   */
  async goTo(hash) {
    const id = ANCHOR.exec(hash)?.[1];
    if (!id) return;
    while (!this.#list.has(id) && (await this.#fetchMore(WALK)));
    // With a page still to come, the service did not answer, and that has been said.
    if (!this.#list.reveal(id) && this.#next === null) this.#say(this.#stage.say("missing"));
  }

  /** Says so when there are comments that are not shown yet; what is being written stays untouched. */
  async lookForNews() {
    const count = await this.#stage.service.count().catch(() => this.#count);
    const more = count - this.#count;
    const text = more > 0 ? this.#stage.say("news", { n: more }) : "";
    if (this.#news.textContent !== text) fill(this.#news, text && button("secondary", text, () => this.#showNews()));
  }

  /** Keeps "vor 2 Minuten" true. */
  tick() {
    refreshTimes(this.node, this.#stage.say);
  }

  /** Whether something is written that was not sent. */
  get unsent() {
    return this.#form?.unsent || this.#writing?.replies.unsent;
  }

  /** @param {Answer} answer */
  #show({ comments, count, next, open }) {
    const { say } = this.#stage;
    this.#next = next;
    this.#count = count;
    this.#open = open;
    this.#counter.textContent = count ? say("count", { n: count }) : "";
    this.#list.replace(comments, open, next !== null);
    fill(
      this.#notice,
      comments.length === 0 && element("p", { class: "empty" }, say(open ? "empty" : "emptyClosed")),
      !open && element("p", { class: "closed", part: "closed" }, say("closed")),
    );
    this.#furnish();
    this.#stage.tell("thread", { count, open });
  }

  #furnish() {
    const { say } = this.#stage;
    // Who is writing when the thread closes keeps the text, to copy it.
    this.#formPlace.hidden = !this.#open && !this.#form?.unsent;
    fill(
      this.#tools,
      this.#count > 1 && this.#sorter(),
      this.#open && this.#count > 2 && button("secondary", say("write"), () => this.#write(() => this.#form?.focus())),
    );
  }

  /** The form is fetched shortly before it comes into view: most people only read. */
  #whenNear() {
    const near = new IntersectionObserver(
      ([seen]) => {
        if (!seen?.isIntersecting) return;
        near.disconnect();
        void this.#write(() => {});
      },
      { rootMargin: "600px" },
    );
    near.observe(this.#formPlace);
  }

  /**
   * Does something that needs the second script. Without it people write on the service's own page.
   * @param {(writing: import("./stage.js").Writing) => unknown} act
   */
  async #write(act) {
    const { say, service } = this.#stage;
    this.#writing ??= await this.#stage.writing();
    if (!this.#writing) {
      fill(this.#formPlace, element("p", null, element("a", { href: service.hosted }, say("elsewhere"))));
      return this.#say(say("notNow"));
    }
    this.#form ??= this.#writing.form();
    if (!this.#form.node.isConnected) fill(this.#formPlace, this.#form.node);
    act(this.#writing);
  }

  #sorter() {
    const { say } = this.#stage;
    const select = element("select", {
      part: "select",
      "aria-label": say("sort"),
      change: async () => {
        this.#sort = /** @type {Sort} */ (select.value);
        await this.load();
        this.#tools.querySelector("select")?.focus();
      },
    });
    const option = (/** @type {Sort} */ value, /** @type {string} */ text) => element("option", { value, selected: value === this.#sort }, text);
    select.append(option("oldest", say("oldest")), option("newest", say("newest")));
    if (this.#helpful) select.append(option("helpful", say("helpfulFirst")));
    return select;
  }

  async #more() {
    if (!this.#list.waiting) await this.#fetchMore();
    const added = this.#list.showMore(this.#next !== null);
    if (added) this.#say(this.#stage.say("moreShown", { n: added }));
  }

  /**
   * @param {number} [limit]
   * @returns {Promise<boolean>} whether there were more
   */
  async #fetchMore(limit) {
    if (this.#busy || this.#next === null) return false;
    this.#busy = true;
    try {
      const { comments, next } = await this.#stage.service.thread(this.#sort, this.#next, limit);
      this.#next = next;
      this.#list.add(comments);
      return true;
    } catch {
      this.#say(this.#stage.say("notNow"));
      return false;
    } finally {
      this.#busy = false;
    }
  }

  async #showNews() {
    const known = this.#list.ids();
    try {
      this.#show(await this.#stage.service.thread(this.#sort));
    } catch {
      return this.#say(this.#stage.say("notNow"));
    }
    while (this.#list.ids().size <= known.size && (await this.#fetchMore(WALK)));
    fill(this.#news);
    const first = this.#list.firstNotIn(known);
    if (first) this.#list.reveal(first);
  }

  #unreachable() {
    const { say, service } = this.#stage;
    const again = button("secondary", say("again"), () => this.load().then(() => focusOn(this.#title)));
    fill(this.#notice, element("p", { role: "alert" }, say("unreachable")), element("p", { class: "row" }, again, element("a", { href: service.hosted }, say("elsewhere"))));
  }

  /** @param {string} text */
  #say(text) {
    this.#status.textContent = text;
  }
}
