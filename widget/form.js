/** The form for a comment or a reply. Whatever happens on the way, what was written stays until it has arrived. */
import { Advice } from "./advice.js";
import { attempts } from "./attempt.js";
import { countDown } from "./counter.js";
import { button, dress, element, fill } from "./dom.js";
import { draftOf } from "./drafts.js";
import { Field, Trouble, honeypot, wrongOf } from "./fields.js";
import { listOf } from "./findings.js";
import { refusalOf } from "./pen.js";
import { Preview } from "./preview.js";
import { showReceipt } from "./receipt.js";
import { forget, remember, remembered } from "./remember.js";
import { webAddress } from "./wall.js";

/** @typedef {import("./api.js").Written} Written */
/** @typedef {import("./pen.js").Pen} Pen */

export class CommentForm {
  #pen;
  #parent;
  #cancel;
  #draft;
  #area = element("textarea", { name: "text", rows: 5, dir: "auto", input: () => this.#typed() });
  #fields;
  #pot;
  #trouble;
  #keep = element("input", { type: "checkbox", name: "remember", change: () => this.#keep.checked || this.#forget() });
  #forgetting;
  #counter = element("span", { class: "counter" });
  #send = element("button", { type: "submit", class: "primary", part: "button submit" });
  #links = element("span", { class: "links" });
  #status = element("div", { class: "said", role: "status" });
  #after = element("div", { class: "after" });
  #form;
  #attempt = attempts();
  #sending = false;
  #advice;
  #preview;

  /**
   * @param {Pen} pen
   * @param {{title: string, level: number, parent?: string, cancel?: () => void}} options
   */
  constructor(pen, { title, level, parent, cancel }) {
    const { say } = pen;
    this.#pen = pen;
    this.#parent = parent ?? null;
    this.#cancel = cancel;
    this.#draft = draftOf(pen.stage.service, this.#parent);
    this.#trouble = new Trouble(pen);
    this.#pot = honeypot(pen);
    this.#fields = {
      text: new Field(this.#area, say("text"), { required: true }),
      name: new Field(element("input", { name: "name", autocomplete: "name", maxlength: 80, dir: "auto" }), say("name"), { hint: say("nameHint") }),
      email: new Field(element("input", { name: "email", type: "email", autocomplete: "email", maxlength: 254 }), say("email"), { hint: say("emailHint") }),
      url: new Field(element("input", { name: "url", inputmode: "url", autocomplete: "url", maxlength: 500 }), say("url"), { wide: true }),
    };
    this.#forgetting = button("link", say("forget"), () => this.#forget());
    this.#advice = new Advice(pen, this.#area);
    this.#preview = new Preview(pen, this.#area, () => this.#written());
    this.#form = this.#build(title, level);
    this.node = element("div", { class: "writing", part: "form" }, this.#form, this.#status, this.#after);
    this.node.addEventListener("keydown", (event) => this.#escape(event));
    this.#busy(false);
    this.#restore();
    this.#whenNear();
  }

  /** Whether it holds text that was not sent. */
  get unsent() {
    return this.#form.isConnected && this.#area.value.trim() !== "";
  }

  focus() {
    if (this.#form.isConnected) this.#area.focus();
  }

  /**
   * @param {string} title
   * @param {number} level
   */
  #build(title, level) {
    const { say } = this.#pen;
    const { text, name, email, url } = this.#fields;
    const label = `${this.#area.id}-titel`;
    return element(
      "form",
      { class: "form", novalidate: true, "aria-labelledby": label, submit: (event) => this.#submit(event) },
      element(/** @type {"h3"} */ (`h${level}`), { id: label, class: "form-title", part: "form-title" }, title),
      element("p", { class: "hint" }, say("required")),
      this.#trouble.node,
      text.node,
      element("div", { class: "below" }, element("details", null, element("summary", null, say("formatting")), say("formattingHelp")), this.#counter),
      this.#preview.node,
      element("div", { class: "fields" }, name.node, email.node, url.node),
      this.#pot.node,
      element("div", { class: "row" }, element("label", { class: "tick" }, this.#keep, say("remember")), this.#forgetting),
      this.#advice.node,
      element("p", { class: "hint" }, `${say("promise")} `, this.#links),
      element("div", { class: "row buttons" }, this.#send, this.#preview.button, this.#cancel && button("secondary", say("cancelReply"), this.#cancel)),
    );
  }

  #restore() {
    const { name, email, url } = this.#fields;
    const stored = remembered();
    [name.value, email.value, url.value] = stored ?? this.#pen.person;
    this.#keep.checked = stored !== null;
    this.#forgetting.hidden = !stored;
    this.#area.value = this.#draft.text;
    this.#showLinks(null);
  }

  /** The token says since when somebody writes, so it is fetched when the form comes into view, not before. */
  #whenNear() {
    const near = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      near.disconnect();
      void this.#learn();
    });
    near.observe(this.node);
  }

  async #learn() {
    const facts = await this.#pen.facts();
    if (!facts) return;
    this.#showLinks(facts);
    countDown(this.#area, this.#counter, facts.max_length, this.#pen);
  }

  /** @param {import("./api.js").FormFacts | null} facts */
  #showLinks(facts) {
    const { say, stage } = this.#pen;
    const link = (/** @type {string} */ text, /** @type {string | undefined} */ address) => {
      const href = webAddress(address);
      return href && element("a", { href, target: "_blank", rel: "noopener" }, text);
    };
    const { netiquette_url = stage.service.netiquette, privacy_url, imprint_url } = facts ?? {};
    fill(this.#links, link(say("netiquette"), netiquette_url), link(say("privacy"), privacy_url), link(say("imprint"), imprint_url));
  }

  #typed() {
    this.#draft.text = this.#area.value;
    if (this.#area.value.trim()) this.#fields.text.complain("");
  }

  /** @param {KeyboardEvent} event */
  #escape(event) {
    if (event.key === "Escape" && !event.isComposing) this.#cancel?.();
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    if (this.#sending) return;
    this.#trouble.clear();
    const faults = this.#faults();
    if (faults.length) return this.#trouble.show("", faults);
    this.#busy(true);
    try {
      const written = this.#written();
      if (await this.#advice.passes(written)) await this.#post(written);
    } catch (failure) {
      this.#fail(failure);
    } finally {
      this.#busy(false);
    }
  }

  /** @param {Written} written */
  async #post(written) {
    const pen = this.#pen;
    const { name, email, url } = this.#fields;
    const facts = await pen.facts();
    const parent = this.#parent;
    const id = this.#attempt(JSON.stringify([written, parent]));
    const receipt = await pen.service.post(written, { id, parent, token: facts?.form_token ?? "", title: document.title.slice(0, 300) });
    pen.person = [name.value, email.value, url.value];
    if (this.#keep.checked) remember(pen.person);
    this.#forgetting.hidden = !this.#keep.checked;
    this.#draft.text = this.#area.value = "";
    this.#attempt = attempts();
    pen.askAnew();
    this.#thank(receipt, written.text);
  }

  /**
   * @param {import("./api.js").Receipt} receipt
   * @param {string} text
   */
  #thank(receipt, text) {
    const pen = this.#pen;
    this.#advice.clear();
    this.#preview.close();
    this.#form.remove();
    this.#status.textContent = receipt.message || pen.say("pendingTitle");
    const onward = button("link", pen.say(this.#cancel ? "close" : "another"), () => this.#another());
    showReceipt(this.#after, receipt, text, pen, onward);
    pen.stage.tell("posted", { id: receipt.id, parent: this.#parent });
  }

  #another() {
    fill(this.#after);
    this.#status.textContent = "";
    this.#area.dispatchEvent(new Event("input"));
    this.node.prepend(this.#form);
    if (this.#cancel) this.#cancel();
    else this.focus();
  }

  /** @param {unknown} failure */
  #fail(failure) {
    const pen = this.#pen;
    const { errors, findings } = refusalOf(failure);
    if (errors.some(({ field }) => field === "form_token")) pen.askAnew();
    this.#advice.clear();
    this.#trouble.show(pen.explain(failure), wrongOf(this.#fields, errors));
    // What stands in the way, where it is a passage; the rest is in the explanation.
    const passages = findings.filter(({ severity, start }) => severity === "refuse" && start !== null);
    if (passages.length) this.#trouble.node.append(listOf(passages, this.#area, pen));
  }

  #faults() {
    const { say } = this.#pen;
    const { text, email } = this.#fields;
    for (const field of Object.values(this.#fields)) field.complain("");
    const faults = [];
    if (!text.value.trim()) faults.push({ field: text, message: say("textMissing") });
    if (!email.control.validity.valid) faults.push({ field: email, message: say("emailWrong") });
    return faults;
  }

  /** @returns {Written} */
  #written() {
    const { text, name, email, url } = this.#fields;
    const address = url.value.trim();
    return {
      text: text.value,
      name: name.value.trim(),
      email: email.value.trim(),
      url: address && !address.includes(":") ? `https://${address}` : address,
      homepage: this.#pot.control.value,
    };
  }

  /** @param {boolean} sending */
  #busy(sending) {
    const { say } = this.#pen;
    this.#sending = sending;
    // Not `disabled`: a button that is switched off loses the focus, and a screen reader its place.
    dress(this.#send, { "aria-disabled": sending ? "true" : null });
    this.#send.textContent = say(sending ? "sending" : this.#parent ? "submitReply" : "submit");
  }

  #forget() {
    if (remembered()) this.#status.textContent = this.#pen.say("forgotten");
    forget();
    this.#keep.checked = false;
    this.#forgetting.hidden = true;
  }
}
