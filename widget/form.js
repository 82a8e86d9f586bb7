/** The form for a comment or a reply. Whatever happens on the way, what was written stays until it has arrived. */
import { attempts } from "./attempt.js";
import { button, dress, element, fill } from "./dom.js";
import { draftOf } from "./drafts.js";
import { Field, Trouble, wrongOf } from "./fields.js";
import { askPerson } from "./person.js";
import { webAddress } from "./wall.js";

/** @typedef {import("./api.js").FormFacts} FormFacts */
/** @typedef {import("./api.js").Written} Written */
/** @typedef {ReturnType<typeof openForm>} CommentForm */

/** How long anybody should wait for advice, in milliseconds. */
const PATIENCE = 4000;

/**
 * @param {import("./stage.js").Stage} stage
 * @param {{title: string, level: number, parent?: string, question?: string, cancel?: () => void}} options
 */
export function openForm(stage, { title, level, parent, question, cancel }) {
  const { say, service } = stage;
  const draft = draftOf(service, parent ?? question);
  const area = element("textarea", { name: "text", rows: 5, dir: "auto", input: typed });
  const text = new Field(area, say("text"), { required: true });
  const status = element("div.said", { role: "status" });
  const person = askPerson(stage, (said) => (status.textContent = said));
  const pot = element("input", { name: "homepage", tabindex: -1, autocomplete: "off" });
  const trouble = new Trouble(say("troubleTitle"));
  const counter = element("span.counter");
  const previewing = button("secondary", say("preview"), look, { "aria-expanded": "false" });
  const below = element("div.below", element("details", element("summary", say("formatting")), say("formattingHelp")), counter);
  const advice = element("div.advice", { tabindex: -1, role: "group" });
  const pause = element("p.closed");
  const words = element("p.words");
  const notice = element("p.hint");
  const promise = element("span", say("promise"));
  const links = element("span.links");
  const send = element("button.submit", { type: "submit" });
  const after = element("div.after");
  const label = `${area.id}-titel`;
  const form = element(
    "form.form",
    { novalidate: true, "aria-labelledby": label, submit, focusin: begin },
    element(/** @type {"h3.form-title"} */ (`h${level}.form-title`), { id: label }, title),
    element("p.hint", say("required")),
    words,
    trouble.node,
    text.node,
    below,
    person.node,
    element("label.pot", { "aria-hidden": "true" }, say("honeypot"), pot),
    advice,
    notice,
    element("p.hint", promise, " ", links),
    element("div.row", send, previewing, cancel && button("secondary", say("cancelReply"), cancel)),
  );
  const node = element("div.writing", { keydown: escape }, pause, form, status, after);
  let attempt = attempts();
  let sending = false;
  /** The text that was advised on: it passes the next time. */
  let advised = "";
  /** @type {ReturnType<import("./stage.js").More["preview"]> | undefined} */
  let preview;
  /** @type {ReturnType<import("./stage.js").More["ask"]> | undefined} */
  let wishes;

  area.value = draft.text;
  busy(false);
  showLinks({});
  // The token says since when somebody writes, so it is fetched when the form comes into view, not before.
  const near = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    near.disconnect();
    void learn();
  });
  near.observe(node);

  return {
    node,
    focus: () => area.focus(),
    /** Whether it holds text that was not sent. */
    unsent: () => form.isConnected && text.value !== "",
  };

  async function learn() {
    const facts = await stage.facts();
    if (!facts) return;
    showLinks(facts);
    words.textContent = facts.words;
    notice.textContent = facts.notice;
    promise.textContent = `${facts.promise || say("promise")} ${facts.expected}`;
    pause.textContent = facts.paused;
    // Who is writing when the site pauses keeps the text, to send it later.
    form.hidden = Boolean(facts.paused) && !text.value;
    void stage.token(person).catch(() => {});
  }

  /** @param {Partial<FormFacts>} facts */
  function showLinks({ netiquette_url = service.netiquette, privacy_url, imprint_url }) {
    const link = (/** @type {string} */ said, /** @type {string | undefined} */ address) => {
      const href = webAddress(address);
      return href && element("a", { href, target: "_blank", rel: "noopener" }, said);
    };
    fill(links, link(say("netiquette"), netiquette_url), link(say("privacy"), privacy_url), link(say("imprint"), imprint_url));
  }

  /** Who begins to write will want counter, preview and advice, and is asked what the site asks besides; nobody else pays for it. */
  async function begin() {
    const [more, facts] = await Promise.all([stage.more(), stage.facts()]);
    if (!more || !facts || wishes) return;
    more.count(area, counter, facts.max_length);
    wishes = more.ask(facts, person.fields.email);
    person.node.append(wishes.node);
  }

  function typed() {
    draft.text = area.value;
    if (text.value) text.complain();
    preview?.soon();
  }

  /** @param {KeyboardEvent} event */
  function escape({ key, isComposing }) {
    if (key === "Escape" && !isComposing) cancel?.();
  }

  async function look() {
    const more = await stage.more();
    if (!more) return trouble.show(say("notNow"));
    preview ??= more.preview(area, written);
    below.after(preview.node);
    preview.toggle(previewing);
  }

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    if (sending) return;
    fill(trouble.node);
    text.complain();
    busy(true);
    await soon(begin());
    const faults = [...(text.value ? [] : [{ field: text, message: say("textMissing") }]), ...person.faults(), ...(wishes?.faults() ?? [])];
    try {
      if (faults[0]) return trouble.show("", faults);
      const what = written();
      if (!(await advise(what))) await post(what);
    } catch (failure) {
      await fail(/** @type {import("./api.js").Refusal} */ (failure));
    } finally {
      busy(false);
    }
  }

  /**
   * Shows what the netiquette would say, while it can still be changed. It never stands in the way twice, and not at all
   * when it cannot be reached.
   * @param {Written} what
   * @returns {Promise<boolean | undefined>} whether there is something to read before sending
   */
  async function advise(what) {
    if (what.text === advised) return false;
    const more = await soon(stage.more());
    const findings = await soon(more?.check(what));
    if (!more || !findings?.[0]) return false;
    advised = what.text;
    more.advise(advice, findings, area);
    return true;
  }

  /** @param {Written} what */
  async function post(what) {
    const facts = await stage.facts();
    const id = attempt(JSON.stringify(what));
    const receipt = await service.post(what, { id, parent, question, token: await stage.token(person), form_token: facts?.form_token, title: document.title.slice(0, 300) });
    person.keep();
    area.value = "";
    area.dispatchEvent(new Event("input"));
    attempt = attempts();
    fill(advice);
    preview?.close();
    form.remove();
    status.textContent = receipt.message || say("pendingTitle");
    stage.tell("posted", { id: receipt.id, parent: parent ?? null, status: receipt.status });
    const place = element("div");
    fill(after, place, button("link", cancel ? say("close") : say("another"), another));
    const more = await stage.more();
    if (more) more.receipt(place, receipt, what.text);
    else fill(place, element("a", { href: webAddress(receipt.manage_url), rel: "noreferrer noopener", target: "_blank" }, say("manageLink")));
  }

  function another() {
    fill(after);
    status.textContent = "";
    node.prepend(form);
    (cancel ?? (() => area.focus()))();
  }

  /** @param {import("./api.js").Refusal} failure */
  async function fail(failure) {
    fill(advice);
    trouble.show(await stage.explain(failure), wrongOf({ text, ...person.fields, ...wishes?.fields }, failure.errors));
    (await stage.more())?.show(failure, trouble.node, area);
  }

  /** @returns {Written} */
  function written() {
    return { text: area.value, homepage: pot.value, ...person.told(), ...wishes?.told() };
  }

  /** @param {boolean} now */
  function busy(now) {
    sending = now;
    // Not `disabled`: a button that is switched off loses the focus, and a screen reader its place.
    dress(send, { "aria-disabled": now && "true" });
    send.textContent = now ? say("sending") : cancel ? say("submitReply") : say("submit");
  }
}

/**
 * What a promise gives, or nothing once it has taken too long.
 * @template T
 * @param {Promise<T> | undefined} promise
 * @returns {Promise<T | void>}
 */
function soon(promise) {
  return Promise.race([promise, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
}
