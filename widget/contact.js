/** `<wortmeldung-contact>`: writing to one person in private. A script of its own: pages without it pay nothing for it. */
import { attempts } from "./attempt.js";
import { serviceAt } from "./api.js";
import { button, dress, element, fill } from "./dom.js";
import { Field, Trouble, wrongOf } from "./fields.js";
import { serviceOf } from "./host.js";
import { webAddress } from "./wall.js";
import { fetchContactWords } from "./contact-words.js";
import { languageOf } from "./words.js";
import css from "./style.css";
import own from "./contact.css";

/**
 * @typedef {{
 *   key: string, name: string, function: string, languages: string[], reachable: boolean, told: string, form_token: string,
 *   page_url: string, privacy_url: string, imprint_url: string, max_length: number, notice: string, consent: string,
 * }} Contact
 */
/** @typedef {import("./contact-words.js").Tell} Tell */
/** @typedef {ReturnType<typeof formFor>} Form */

const sheets = [css, own].map((text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
});

export class ContactElement extends HTMLElement {
  static observedAttributes = ["site", "person", "lang", "service", "heading-level"];

  #root;
  #due = false;
  /** @type {{unsent: () => boolean} | null} */
  #form = null;

  constructor() {
    super();
    this.#root = this.attachShadow({ mode: "open" });
    this.#root.adoptedStyleSheets = sheets;
    // What the page wrote inside is a link to the form, and stays until we have something better.
    this.#root.append(element("slot"));
  }

  connectedCallback() {
    this.#openSoon();
    addEventListener("beforeunload", this.#ask);
  }

  disconnectedCallback() {
    removeEventListener("beforeunload", this.#ask);
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#openSoon();
  }

  #openSoon() {
    if (!this.#due) queueMicrotask(() => this.#open());
    this.#due = true;
  }

  async #open() {
    this.#due = false;
    const site = this.getAttribute("site") ?? "";
    const person = this.getAttribute("person") ?? "";
    const tell = await fetchContactWords(languageOf(this));
    const service = contactsAt(serviceOf(this), site, person, languageOf(this));
    const contact = await service.contact().catch(() => null);
    // Without an answer the link inside stays: it leads to the same form, and says itself what is wrong.
    if (!contact) return;
    const level = Number(this.getAttribute("heading-level"));
    const form = formFor(contact, service, tell, level >= 1 && level <= 5 ? level : 2, () => this.#tellPage());
    this.#form = form;
    this.#root.replaceChildren(form.node);
  }

  #tellPage() {
    this.dispatchEvent(new CustomEvent("wortmeldung:sent", { bubbles: true, composed: true }));
  }

  /** @param {Event} event */
  #ask = (event) => {
    if (this.#form?.unsent()) event.preventDefault();
  };
}

/**
 * @param {string} base
 * @param {string} site
 * @param {string} person
 * @param {string} language
 */
function contactsAt(base, site, person, language) {
  const { api, send } = serviceAt(base, site, location.href, language);
  const path = `${api}contacts/${encodeURIComponent(person)}`;
  return {
    /** @returns {Promise<Contact>} */
    contact: () => send("GET", path),
    /**
     * @param {Record<string, unknown>} message
     * @returns {Promise<{id: string, message: string, receipt_url: string}>}
     */
    post: (message) => send("POST", `${path}/messages`, message),
  };
}

/**
 * @param {Contact} contact
 * @param {ReturnType<typeof contactsAt>} service
 * @param {Tell} tell
 * @param {number} level
 * @param {() => void} sent
 */
function formFor(contact, service, tell, level, sent) {
  const { name } = contact;
  const title = tell("title", { name });
  const heading = element(/** @type {"h2.heading"} */ (`h${level}.heading`), { id: "title" }, title);
  const lead = [contact.function && `${contact.function}.`, tell("lead"), contact.languages[0] && tell("reads", { languages: contact.languages.join(", ") })];
  const node = element(
    "section.thread.relay",
    { "aria-labelledby": "title", lang: tell.tag, dir: tell("direction") },
    heading,
    element("p.hint", lead.filter(Boolean).join(" ")),
    contact.told && element("p.closed", { role: "status" }, contact.told),
  );
  const status = element("div.said", { role: "status", tabindex: -1 });
  const after = element("div.after");
  if (!contact.reachable) return { node, unsent: () => false };

  const area = element("textarea", { name: "text", rows: 6, dir: "auto", maxlength: contact.max_length, input: () => area.value && fields.text.complain() });
  const tick = element("input", { type: "checkbox", name: "consent" });
  const fields = {
    text: new Field(area, tell("text"), { required: true }),
    name: new Field(element("input", { name: "name", autocomplete: "name", maxlength: 80, dir: "auto" }), tell("name")),
    email: new Field(element("input", { name: "email", type: "email", autocomplete: "email", maxlength: 254 }), tell("email"), { hint: tell("emailHint") }),
    ...(contact.consent && { consent: new Field(tick, contact.consent, { required: true }) }),
  };
  const pot = element("input", { name: "homepage", tabindex: -1, autocomplete: "off" });
  const trouble = new Trouble(tell("trouble"));
  const send = element("button.submit", { type: "submit" }, tell("send"));
  const form = element(
    "form.form",
    { novalidate: true, "aria-labelledby": "title", submit },
    element("p.hint", tell("required")),
    trouble.node,
    fields.text.node,
    element("div.fields", fields.name.node, fields.email.node, "consent" in fields && fields.consent?.node),
    element("label.pot", { "aria-hidden": "true" }, tell("honeypot"), pot),
    element("p.hint", contact.notice, " ", linkTo(tell("privacy"), contact.privacy_url)),
    element("div.row", send),
  );
  let attempt = attempts();
  let sending = false;
  node.append(element("div.writing", form, status, after));
  return { node, unsent: () => form.isConnected && area.value.trim() !== "" };

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    if (sending) return;
    fill(trouble.node);
    const faults = missing();
    if (faults[0]) return trouble.show("", faults);
    busy(true);
    const { text, name, email } = fields;
    const what = { text: area.value, name: name.value, email: email.value, homepage: pot.value, consent: tick.checked };
    try {
      const answer = await service.post({ ...what, id: attempt(JSON.stringify(what)), page: location.href.split("#")[0], form_token: contact.form_token });
      show(answer, text.control.value);
    } catch (failure) {
      const { errors, message } = /** @type {import("./api.js").Refusal} */ (failure);
      trouble.show(message || tell("failed"), wrongOf(fields, errors));
    } finally {
      busy(false);
    }
  }

  function missing() {
    for (const field of Object.values(fields)) field?.complain();
    return [
      ...(fields.text.value ? [] : [{ field: fields.text, message: tell("textMissing") }]),
      ...(fields.email.control.validity.valid ? [] : [{ field: fields.email, message: tell("emailWrong") }]),
      ...("consent" in fields && fields.consent && !tick.checked ? [{ field: fields.consent, message: tell("consentMissing") }] : []),
    ];
  }

  /**
   * The receipt: what was sent, to keep, and where to see what became of it.
   * @param {{message: string, receipt_url: string}} answer
   * @param {string} text
   */
  function show(answer, text) {
    area.value = "";
    attempt = attempts();
    form.remove();
    status.textContent = answer.message;
    fill(
      after,
      element("p", tell("receipt"), " ", linkTo(tell("receiptLink"), answer.receipt_url)),
      element("details", element("summary", tell("yourWords")), element("p.words", { dir: "auto" }, text)),
      button("link", tell("another"), again),
    );
    status.focus();
    sent();
  }

  function again() {
    fill(after);
    status.textContent = "";
    status.before(form);
    area.focus();
  }

  /** @param {boolean} now */
  function busy(now) {
    sending = now;
    // Not `disabled`: a button that is switched off loses the focus, and a screen reader its place.
    dress(send, { "aria-disabled": now && "true" });
    send.textContent = now ? tell("sending") : tell("send");
  }
}

/**
 * @param {string} said
 * @param {string} address
 */
function linkTo(said, address) {
  const href = webAddress(address);
  return href && element("a", { href, target: "_blank", rel: "noreferrer noopener" }, said);
}

if (!customElements.get("wortmeldung-contact")) customElements.define("wortmeldung-contact", ContactElement);
