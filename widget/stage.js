/** What all parts of one thread share: the words, the service, and what the reader said of themself. */

import { fetchPart } from "./host.js";

/** @typedef {import("./api.js").FormFacts} FormFacts */
/** @typedef {import("./api.js").Refusal} Refusal */
/** @typedef {import("./words.js").Say} Say */
/** @typedef {[name: string, email: string, url: string]} Person */
/** @typedef {Awaited<ReturnType<typeof import("./more.js").open>>} More */

const HALF_A_DAY = 43_200_000;

export class Stage {
  /** @type {Promise<More | null> | null} */
  #fetched = null;
  /** @type {Promise<FormFacts | null> | null} */
  #asked = null;
  #when = Infinity;
  /** What the reader last entered about themself; nobody has to write it twice. @type {Person} */
  person = ["", "", ""];
  /** Called when the service has said what its form needs. @type {(facts: FormFacts) => void} */
  whenFacts = () => {};

  /**
   * @param {import("./api.js").Service} service
   * @param {Say} say
   * @param {ShadowRoot} root
   * @param {number} level of the thread's heading
   * @param {(name: string, detail: {status?: string, [fact: string]: unknown}) => void} tell tells the host's page what happened
   */
  constructor(service, say, root, level, tell) {
    this.service = service;
    this.say = say;
    this.root = root;
    this.level = level;
    this.tell = tell;
  }

  /**
   * The second script: preview, advice, one's own comment, reports. Null while it cannot be fetched.
   * @returns {Promise<More | null>}
   */
  more() {
    this.#fetched ??= fetchPart("more")
      .then(({ open }) => open(this))
      .catch(() => (this.#fetched = null));
    return this.#fetched;
  }

  /**
   * What the host's page has signed about its reader, or "" for a guest. Without the second script it throws: then nothing is sent,
   * rather than without the badge.
   * @param {import("./person.js").Person} person
   */
  async token(person) {
    return this.root.host.hasAttribute("token") ? /** @type {More} */ (await this.more()).token(person) : "";
  }

  /** What the service says about its form, asked once in half a day; null while it cannot be reached. */
  facts() {
    // Its token lasts a day, and says since when somebody writes: one that is fetched while sending looks like a robot's.
    if (Date.now() - this.#when > HALF_A_DAY) this.#asked = null;
    this.#asked ??= this.service.form().then(
      (facts) => {
        this.#when = Date.now();
        this.whenFacts(facts);
        return facts;
      },
      () => (this.#asked = null),
    );
    return this.#asked;
  }

  /**
   * What to tell a reader whose request failed.
   * @param {Refusal} failure
   */
  async explain(failure) {
    return (await this.more())?.explain(failure) ?? this.say("failed");
  }
}
