/** What all forms of one thread share: the words, the service, what the reader said of themself. */
import { Participation } from "./api.js";

/** @typedef {import("./api.js").FormFacts} FormFacts */
/** @typedef {import("./stage.js").Stage} Stage */
/** @typedef {((key: keyof typeof import("./strings/de.js").writing, values?: Record<string, string | number>) => string) & {tag: string}} Say */
/** @typedef {[name: string, email: string, url: string]} Person */

export class Pen {
  /** @type {Promise<FormFacts | null> | null} */
  #asked = null;

  /**
   * @param {Stage} stage
   * @param {Say} say
   */
  constructor(stage, say) {
    this.stage = stage;
    this.say = say;
    this.service = new Participation(stage.service);
    /** What the reader last entered about themself; nobody has to write it twice. @type {Person} */
    this.person = ["", "", ""];
  }

  /** What the service says about its form, asked once; null while it cannot be reached. */
  facts() {
    this.#asked ??= this.#ask();
    return this.#asked;
  }

  /** Forgets a token that the service no longer takes. */
  askAnew() {
    this.#asked = null;
  }

  /**
   * What to tell a reader whose request failed.
   * @param {unknown} failure
   */
  explain(failure) {
    const { say } = this;
    const { status, code, message } = refusalOf(failure);
    if (status === 0) return say(navigator.onLine === false ? "offline" : "unanswered");
    if (code === "closed") return say("closedMeanwhile");
    if (status === 429) return message || say("tooMuch");
    return (status < 500 && message) || say("failed");
  }

  async #ask() {
    try {
      const facts = await this.service.form();
      this.stage.whenFacts(facts);
      return facts;
    } catch {
      this.#asked = null;
      return null;
    }
  }
}

/**
 * The service's refusal, or the look of one for whatever else went wrong. Not by `instanceof`: it was thrown by the
 * first script, which has no class in common with this one.
 * @param {unknown} failure
 * @returns {import("./api.js").Refusal}
 */
export function refusalOf(failure) {
  const unforeseen = { status: 500, message: "", errors: [], findings: [] };
  return /** @type {any} */ (failure instanceof Error && "findings" in failure ? failure : unforeseen);
}
