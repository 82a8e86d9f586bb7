/** The form for a comment or a reply. Whatever happens on the way, what was written stays until it has arrived. */
import { Refusal } from "./api.js";
import { attempts } from "./attempt.js";
import { draftOf } from "./drafts.js";
import { dress, element, fill } from "./dom.js";
import { Field, Trouble, characters, counterOf, honeypot } from "./fields.js";
import { forget, remember, remembered } from "./remember.js";
import { showReceipt } from "./receipt.js";
import { webAddress } from "./wall.js";

/** @typedef {import("./api.js").Written} Written */
/** @typedef {import("./stage.js").Stage} Stage */

export class CommentForm {
  #attempt = attempts();
  #sending = false;

  /**
   * @param {Stage} stage
   * @param {{title: string, level: number, parent?: string, cancel?: () => void}} options
   */
  constructor(stage, { title, level, parent, cancel }) {
    const { say } = stage;
    this.stage = stage;
    this.parent = parent ?? null;
    this.cancel = cancel;
    this.draft = draftOf(stage.service, this.parent);
    this.area = element("textarea", { name: "text", rows: parent ? 4 : 5, dir: "auto", input: () => this.#typed() });
    this.text = new Field(this.area, say("text"), { required: true, wide: true });
    this.name = new Field(element("input", { name: "name", autocomplete: "name", maxlength: 80, dir: "auto" }), say("name"), { hint: say("nameHint") });
    this.email = new Field(element("input", { name: "email", type: "email", autocomplete: "email", maxlength: 254 }), say("email"), { hint: say("emailHint") });
    this.url = new Field(element("input", { name: "url", inputmode: "url", autocomplete: "url", maxlength: 500 }), say("url"));
    this.pot = honeypot(stage);
    this.counter = counterOf(this.area, stage);
    this.trouble = new Trouble(stage);
    this.previewPlace = element("div");
    this.previewButton = element("button", { type: "button", class: "secondary", part: "button", "aria-expanded": "false", click: () => this.#preview() }, say("preview"));
    this.advicePlace = element("div");
    /** @type {ReturnType<import("./stage.js").More["advice"]> | undefined} */
    this.advice = undefined;
    /** @type {ReturnType<import("./stage.js").More["preview"]> | undefined} */
    this.preview = undefined;
    this.keep = element("input", { type: "checkbox", name: "remember", change: () => this.keep.checked || this.#forget() });
    this.send = element("button", { type: "submit", class: "primary", part: "button submit" }, this.#sendLabel());
    this.links = element("span", { class: "links" });
    this.status = element("div", { class: "said", role: "status" });
    this.after = element("div", { class: "after" });
    this.form = this.#build(title, level);
    this.node = element("div", { class: parent ? "writing reply-form" : "writing", part: "form" }, this.form, this.status, this.after);
    this.node.addEventListener("keydown", (event) => this.#escape(event));
    this.#restore();
    this.#whenNear();
  }

  /** Whether it holds text that was not sent. */
  get unsent() {
    return this.form.isConnected && this.area.value.trim() !== "";
  }

  focus() {
    (this.form.isConnected ? this.area : this.node).focus();
  }

  /**
   * @param {string} title
   * @param {number} level
   */
  #build(title, level) {
    const { say } = this.stage;
    const label = `${this.area.id}-titel`;
    const cancel = this.cancel && element("button", { type: "button", class: "secondary", part: "button cancel", click: () => this.cancel?.() }, say("cancelReply"));
    const help = element("details", { class: "help" }, element("summary", null, say("formatting")), element("p", null, say("formattingHelp")));
    return element(
      "form",
      { class: "form", novalidate: true, "aria-labelledby": label, submit: (event) => this.#submit(event) },
      element(/** @type {"h3"} */ (`h${Math.min(level, 6)}`), { id: label, class: "form-title", part: "form-title" }, title),
      element("p", { class: "hint" }, say("required")),
      this.trouble.node,
      this.text.node,
      element("div", { class: "below" }, help, this.counter.node),
      this.previewPlace,
      element("div", { class: "fields" }, this.name.node, this.email.node, this.url.node),
      this.pot.node,
      this.#memory(),
      this.advicePlace,
      element("p", { class: "hint promise" }, `${say("promise")} `, this.links),
      element("div", { class: "row buttons" }, this.send, this.previewButton, cancel),
    );
  }

  #memory() {
    const { say } = this.stage;
    this.forget = element("button", { type: "button", class: "link", hidden: true, click: () => this.#forget() }, say("forget"));
    return element("div", { class: "memory" }, element("label", { class: "tick" }, this.keep, say("remember")), this.forget);
  }

  #restore() {
    const stored = remembered();
    const person = stored ?? this.stage.person;
    [this.name.value, this.email.value, this.url.value] = [person.name, person.email, person.url];
    this.keep.checked = stored !== null;
    if (this.forget) this.forget.hidden = stored === null;
    this.area.value = this.draft.text;
    this.#showLinks(null);
  }

  /** The token says since when somebody writes, so it is fetched when the form comes into view, not before. */
  #whenNear() {
    const near = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      near.disconnect();
      void this.#learn();
    });
    near.observe(this.node);
    this.node.addEventListener("focusin", () => this.#learn(), { once: true });
  }

  async #learn() {
    void this.stage.more();
    const facts = await this.stage.formFacts();
    if (!facts) return;
    this.counter.limitTo(facts.max_length);
    this.#showLinks(facts);
  }

  /** @param {import("./api.js").FormFacts | null} facts */
  #showLinks(facts) {
    const { say, service } = this.stage;
    /** @type {[string, string | null][]} */
    const all = [
      [say("netiquette"), webAddress(facts?.netiquette_url) ?? service.netiquette],
      [say("privacy"), webAddress(facts?.privacy_url)],
      [say("imprint"), webAddress(facts?.imprint_url)],
    ];
    const links = all.flatMap(([text, href]) => (href ? [element("a", { href, target: "_blank", rel: "noopener" }, text)] : []));
    fill(this.links, ...links.flatMap((link, at) => (at ? [" · ", link] : [link])));
  }

  #typed() {
    this.draft.text = this.area.value;
    if (this.area.value.trim()) this.text.complain("");
  }

  /** @param {KeyboardEvent} event */
  #escape(event) {
    if (event.key !== "Escape" || event.isComposing || !this.cancel) return;
    event.stopPropagation();
    this.cancel();
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    if (this.#sending) return;
    this.trouble.clear();
    const faults = this.#faults();
    if (faults.length) return this.trouble.show("", faults);
    this.#busy(true);
    try {
      const written = this.#written();
      if (await this.#mayGo(written)) await this.#post(written);
    } catch (failure) {
      this.#fail(failure);
    } finally {
      this.#busy(false);
    }
  }

  /**
   * The check before sending. Where it cannot be had, the comment goes all the same.
   * @param {Written} written
   */
  async #mayGo(written) {
    const more = await this.stage.more();
    this.advice ??= more?.advice(this.area, this.advicePlace);
    return !this.advice || this.advice.passes(written);
  }

  async #preview() {
    const more = await this.stage.more();
    if (!more) return this.trouble.show(this.stage.say("notNow"));
    const { area, previewButton: button, previewPlace: place } = this;
    this.preview ??= more.preview({ area, button, place, written: () => this.#written() });
    this.preview.toggle();
  }

  /** @param {Written} written */
  async #post(written) {
    const { service, title } = this.stage;
    const facts = await this.stage.formFacts();
    const { parent } = this;
    const id = this.#attempt(JSON.stringify([written, parent]));
    const receipt = await service.post(written, { id, parent, token: facts?.form_token ?? "", title: title.slice(0, 300) });
    this.stage.person = { name: this.name.value, email: this.email.value, url: this.url.value };
    if (this.keep.checked) remember(this.stage.person);
    if (this.forget) this.forget.hidden = !this.keep.checked;
    this.draft.text = this.area.value = "";
    this.#attempt = attempts();
    this.stage.askAnew();
    this.#thank(receipt, written.text);
  }

  /**
   * @param {import("./api.js").Receipt} receipt
   * @param {string} text
   */
  #thank(receipt, text) {
    const { say } = this.stage;
    this.advice?.clear();
    this.preview?.close();
    this.counter.update();
    this.form.remove();
    this.status.textContent = say("pendingTitle");
    showReceipt(this.after, receipt, text, this.stage, () => this.#another());
    this.stage.tell("posted", { id: receipt.id, parent: this.parent });
  }

  #another() {
    fill(this.after);
    this.status.textContent = "";
    if (this.cancel) return this.cancel();
    this.node.prepend(this.form);
    this.focus();
  }

  /** @param {unknown} failure */
  #fail(failure) {
    if (failure instanceof Refusal && failure.errors.some(({ field }) => field === "form_token")) this.stage.askAnew();
    const refusal = failure instanceof Refusal ? failure : null;
    const faults = (refusal?.errors ?? []).flatMap(({ field, message }) => {
      const wrong = { text: this.text, name: this.name, email: this.email, url: this.url }[field];
      return wrong ? [{ field: wrong, message }] : [];
    });
    this.advice?.clear();
    this.trouble.show(this.stage.explain(failure), faults);
    const findings = refusal?.findings ?? [];
    if (findings.length) void this.stage.more().then((more) => more && this.trouble.node.append(more.findings(findings, this.area)));
  }

  #faults() {
    const { say } = this.stage;
    for (const field of [this.text, this.name, this.email, this.url]) field.complain("");
    const faults = [];
    if (characters(this.area.value.trim()) === 0) faults.push({ field: this.text, message: say("textMissing") });
    if (!this.email.control.validity.valid) faults.push({ field: this.email, message: say("emailWrong") });
    return faults;
  }

  /** @returns {Written} */
  #written() {
    const url = this.url.value.trim();
    return {
      text: this.area.value,
      name: this.name.value.trim(),
      email: this.email.value.trim(),
      url: url && !/^[a-z][a-z0-9+.-]*:/i.test(url) ? `https://${url}` : url,
      homepage: this.pot.control.value,
    };
  }

  /** @param {boolean} sending */
  #busy(sending) {
    this.#sending = sending;
    // Not `disabled`: a button that is switched off loses the focus, and a screen reader its place.
    dress(this.send, { "aria-disabled": sending ? "true" : null });
    this.send.textContent = sending ? this.stage.say("sending") : this.#sendLabel();
  }

  #sendLabel() {
    return this.stage.say(this.parent ? "submitReply" : "submit");
  }

  #forget() {
    const had = remembered() !== null;
    forget();
    this.keep.checked = false;
    if (this.forget) this.forget.hidden = true;
    if (had) this.status.textContent = this.stage.say("forgotten");
  }
}
