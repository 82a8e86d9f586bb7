/** What all parts of one thread share. */

/** @typedef {import("./api.js").Service} Service */
/** @typedef {import("./api.js").FormFacts} FormFacts */
/** @typedef {import("./words.js").Say} Say */
/** @typedef {Awaited<ReturnType<typeof import("./write.js").open>>} Writing */

export class Stage {
  /** @type {Promise<Writing | null> | null} */
  #fetched = null;

  /**
   * @param {Service} service
   * @param {Say} say
   * @param {ShadowRoot} root
   * @param {number} level of the thread's heading
   * @param {(name: string, detail: unknown) => void} tell tells the host's page what happened
   */
  constructor(service, say, root, level, tell) {
    this.service = service;
    this.say = say;
    this.root = root;
    this.level = level;
    this.tell = tell;
    /** Called when the service has said what its form needs. @type {(facts: FormFacts) => void} */
    this.whenFacts = () => {};
  }

  /**
   * The second script, with all that those need who write or report. Null while it cannot be fetched.
   * @returns {Promise<Writing | null>}
   */
  writing() {
    this.#fetched ??= this.#fetch();
    return this.#fetched;
  }

  async #fetch() {
    try {
      const { open } = await import(new URL("wortmeldung-write.js", import.meta.url).href);
      return await open(this);
    } catch {
      return (this.#fetched = null);
    }
  }
}
