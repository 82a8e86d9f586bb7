/** What all parts of one thread share. */
import { Refusal } from "./api.js";

/** @typedef {import("./api.js").Service} Service */
/** @typedef {import("./api.js").FormFacts} FormFacts */
/** @typedef {import("./words.js").Say} Say */
/** @typedef {Awaited<ReturnType<typeof import("./more.js").open>>} More */
/** @typedef {{name: string, email: string, url: string}} Person */

export class Stage {
  /**
   * @param {Service} service
   * @param {Say} say
   * @param {string} title of the host's page, for the moderators
   * @param {(name: string, detail: unknown) => void} tell tells the host's page what happened
   * @param {ShadowRoot} root
   */
  constructor(service, say, title, tell, root) {
    this.service = service;
    this.say = say;
    this.title = title;
    this.tell = tell;
    this.root = root;
    /** What the reader last entered about themself; nobody has to write it twice. @type {Person} */
    this.person = { name: "", email: "", url: "" };
    /** @type {Promise<FormFacts | null> | null} */
    this.asked = null;
    /** @type {Promise<More | null> | null} */
    this.fetched = null;
    /** @type {(facts: FormFacts) => void} */
    this.whenFacts = () => {};
  }

  /** What the service says about its form, asked once; null while it cannot be reached. */
  formFacts() {
    this.asked ??= this.#askForm();
    return this.asked;
  }

  /**
   * The parts that only those need who take part: preview, advice, reports, one's own comment. Null while they cannot
   * be fetched; nothing that matters depends on them.
   * @returns {Promise<More | null>}
   */
  more() {
    this.fetched ??= this.#fetchMore();
    return this.fetched;
  }

  async #fetchMore() {
    try {
      const { open } = await import(new URL("wortmeldung-more.js", import.meta.url).href);
      /** @type {More} */
      const more = await open(this);
      this.root.adoptedStyleSheets.push(more.sheet);
      return more;
    } catch {
      return (this.fetched = null);
    }
  }

  /** Forgets a token that the service no longer takes. */
  askAnew() {
    this.asked = null;
  }

  async #askForm() {
    try {
      const facts = await this.service.form();
      this.whenFacts(facts);
      return facts;
    } catch {
      this.asked = null;
      return null;
    }
  }

  /**
   * What to tell a reader whose request failed.
   * @param {unknown} failure
   */
  explain(failure) {
    const { say } = this;
    if (!(failure instanceof Refusal)) return say("failed");
    if (failure.status === 0) return say(navigator.onLine === false ? "offline" : "unanswered");
    if (failure.code === "closed") return say("closedMeanwhile");
    if (failure.status === 429) return [failure.message || say("tooMuch"), waiting(failure.wait, failure.message, say)].join(" ").trim();
    if (failure.status >= 500) return say("failed");
    return failure.message || say("refused");
  }
}

/**
 * @param {number} seconds
 * @param {string} said by the service, which names the time itself
 * @param {Say} say
 */
function waiting(seconds, said, say) {
  return seconds && !said ? say("wait", { n: Math.ceil(seconds / 60) }) : "";
}
