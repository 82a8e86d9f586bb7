/** `<wortmeldung-thread>`: its attributes are its state; one that changes opens the thread anew. */
import { serviceAt } from "./api.js";
import { element, fill } from "./dom.js";
import { Stage } from "./stage.js";
import { showThread } from "./thread.js";
import { languageOf, words } from "./words.js";
import { serviceOf } from "./host.js";
import css from "./style.css";

const REFRESH = 60;

export class ThreadElement extends HTMLElement {
  static observedAttributes = ["site", "page", "lang", "heading", "heading-level", "service"];

  /** @type {import("./thread.js").ThreadView | null} */
  #view = null;
  #due = false;
  #seen = false;
  /** @type {number | undefined} */
  #clock;
  #near = new IntersectionObserver((entries) => (this.#seen = entries.some((entry) => entry.isIntersecting)));

  #root;

  constructor() {
    super();
    const root = (this.#root = this.attachShadow({ mode: "open" }));
    // A constructed stylesheet is no inline style: it works under `style-src 'self'`.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  }

  connectedCallback() {
    if (!this.#view) this.#openSoon();
    const seconds = Number(this.getAttribute("refresh") ?? REFRESH);
    if (seconds > 0) this.#clock = setInterval(() => this.#tick(), seconds * 1000);
    this.#near.observe(this);
    addEventListener("hashchange", this.#follow);
    addEventListener("beforeunload", this.#ask);
  }

  disconnectedCallback() {
    clearInterval(this.#clock);
    this.#near.disconnect();
    removeEventListener("hashchange", this.#follow);
    removeEventListener("beforeunload", this.#ask);
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#openSoon();
  }

  /** Several attributes set one after the other open the thread once. */
  #openSoon() {
    if (this.#due) return;
    this.#due = true;
    queueMicrotask(() => {
      this.#due = false;
      if (this.isConnected) void this.#open();
    });
  }

  async #open() {
    const site = this.getAttribute("site");
    if (!site) return console.error("<wortmeldung-thread> site?");
    const say = await words(languageOf(this));
    const service = serviceAt(serviceOf(this), site, this.getAttribute("page") || ownAddress(), say.language);
    const stage = new Stage(service, say, this.#root, levelOf(this), (name, detail) => this.#tell(name, detail));
    const view = showThread(stage, this.getAttribute("heading") || say("heading"));
    this.#view = view;
    // What the host's server wrote stays in sight until ours is there: nothing is shown twice, and nothing jumps.
    fill(this.#root, this.querySelector("section") && element("slot"), view.node);
    await view.load();
    if (this.#view === view) await view.goTo(location.hash);
  }

  #tick() {
    this.#view?.tick();
    if (this.#seen && !document.hidden) void this.#view?.lookForNews();
  }

  #follow = () => void this.#view?.goTo(location.hash);

  /** @param {Event} event */
  #ask = (event) => {
    if (this.#view?.unsent()) event.preventDefault();
  };

  /**
   * @param {string} name
   * @param {{status?: string, [fact: string]: unknown}} detail
   */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(`wortmeldung:${name}`, { detail, bubbles: true, composed: true }));
    // Where not every comment waits, it stands in the thread already.
    if (detail.status === "approved") void this.#view?.lookForNews();
  }
}

/** The page as the site itself names it, so that every way to an article leads to one thread. */
function ownAddress() {
  const canonical = document.querySelector("link[rel=canonical]")?.getAttribute("href");
  const named = canonical ? new URL(canonical, location.href) : null;
  return named?.origin === location.origin ? named.href : location.href.split("#")[0] ?? "";
}

/** @param {Element} node */
function levelOf(node) {
  const level = Number(node.getAttribute("heading-level"));
  return level >= 1 && level <= 5 ? level : 2;
}
