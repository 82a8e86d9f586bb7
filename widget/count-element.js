/** `<wortmeldung-count>`: "3 Kommentare" on a teaser; all of one page's teasers ask once. */
import { serviceAt } from "./api.js";
import { serviceOf } from "./host.js";
import { languageOf, words } from "./words.js";

const MOST = 200;

/** @type {Map<string, Set<CountElement>>} */
const asking = new Map();

export class CountElement extends HTMLElement {
  static observedAttributes = ["site", "page", "lang", "service"];

  connectedCallback() {
    askFor(this);
  }

  attributeChangedCallback() {
    if (this.isConnected) askFor(this);
  }

  get page() {
    return this.getAttribute("page") || location.href.split("#")[0] || "";
  }

  /** @param {number} count */
  async show(count) {
    const say = await words(languageOf(this));
    this.textContent = say("count", { n: count });
  }
}

/** @param {CountElement} counter */
function askFor(counter) {
  const key = JSON.stringify([serviceOf(counter), counter.getAttribute("site") ?? ""]);
  if (asking.size === 0) queueMicrotask(askAll);
  const together = asking.get(key) ?? new Set();
  asking.set(key, together.add(counter));
}

function askAll() {
  for (const [key, counters] of asking) {
    const [base, site] = JSON.parse(key);
    const pages = [...new Set([...counters].map(({ page }) => page))];
    const service = serviceAt(base, site, "/", "de");
    for (let at = 0; at < pages.length; at += MOST) void fetchCounts(service, pages.slice(at, at + MOST), counters);
  }
  asking.clear();
}

/**
 * @param {import("./api.js").Service} service
 * @param {string[]} pages
 * @param {Set<CountElement>} counters
 */
async function fetchCounts(service, pages, counters) {
  // A teaser without its number is still a teaser: what the host wrote inside the element stays.
  const counts = await service.counts(pages).catch(() => null);
  for (const counter of counters) {
    const count = counts?.[counter.page];
    if (count !== undefined) void counter.show(count);
  }
}
