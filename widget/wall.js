/**
 * The second wall between strangers' text and the page: the service's HTML becomes nodes here, and nowhere else.
 * There is no HTML parser behind it. What is not one of a dozen tags, written as a serialiser writes them, stays text.
 */
import { dress, element } from "./dom.js";

const TAGS = new Set(["a", "blockquote", "br", "code", "em", "li", "ol", "p", "pre", "strong", "ul"]);
const PIECE = /<(\/?)([a-z]+)((?: [a-z]+="[^"]*")*) ?\/?>|[^<]+|</g;
const ATTRIBUTE = / ([a-z]+)="([^"]*)"/g;
const REFERENCE = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));/gi;
/** @type {Record<string, string>} */
const CHARACTERS = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

/**
 * @param {string} html as the service sanitised it
 * @returns {DocumentFragment} links go to http(s) only and leave no trace of where they were followed
 */
export function nodesOf(html) {
  const whole = document.createDocumentFragment();
  /** @type {(HTMLElement | DocumentFragment)[]} */
  const open = [whole];
  for (const [piece, closing, tag, attributes] of html.matchAll(PIECE)) {
    const inside = /** @type {HTMLElement | DocumentFragment} */ (open.at(-1));
    if (!tag) inside.append(characters(piece));
    else if (closing) close(open, tag);
    else if (TAGS.has(tag)) {
      const made = tagged(tag, attributes ?? "");
      inside.append(made);
      if (tag !== "br") open.push(made);
    }
  }
  return whole;
}

/**
 * An http(s) address in its normal form, or null.
 * @param {string | null | undefined} address
 */
export function webAddress(address) {
  const url = address && URL.canParse(address) && new URL(address);
  return url && /^https?:$/.test(url.protocol) ? url.href : null;
}

/**
 * @param {(HTMLElement | DocumentFragment)[]} open
 * @param {string} tag
 */
function close(open, tag) {
  const at = open.findLastIndex((each) => each instanceof HTMLElement && each.localName === tag);
  if (at > 0) open.length = at;
}

/**
 * @param {string} tag
 * @param {string} attributes
 */
function tagged(tag, attributes) {
  const given = new Map([...attributes.matchAll(ATTRIBUTE)].map(([, name, value]) => [name, characters(value ?? "")]));
  const made = element(/** @type {keyof HTMLElementTagNameMap} */ (tag));
  const href = tag === "a" && webAddress(given.get("href"));
  if (href) dress(made, { href, rel: "nofollow ugc noopener noreferrer" });
  const start = given.get("start");
  if (tag === "ol" && start && /^\d{1,9}$/.test(start)) dress(made, { start });
  return made;
}

/** @param {string} text */
function characters(text) {
  return text.replace(REFERENCE, (all, decimal, hexadecimal, name) => {
    if (name) return CHARACTERS[name.toLowerCase()] ?? all;
    const point = Number(decimal ?? `0x${hexadecimal}`);
    return point > 0 && point < 0x110000 ? String.fromCodePoint(point) : all;
  });
}
