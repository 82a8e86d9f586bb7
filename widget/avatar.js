/** A round picture of a name: its initials on a tint. Made here; no address or hash of one goes anywhere. */
import { element } from "./dom.js";

/** Angles of the colour wheel; the service's own pages pick the same one for a name. */
const HUES = [25, 65, 105, 150, 195, 240, 290, 340];

/** @param {string} name */
export function avatarOf(name) {
  const avatar = element("span.avatar", { "aria-hidden": "true" }, initials(name));
  avatar.style.setProperty("--_hue", String(hue(name)));
  return avatar;
}

/** @param {string} name */
function initials(name) {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  return [...new Set([words[0], words.at(-1)])].map((word = "") => [...word][0]?.toUpperCase()).join("");
}

/** @param {string} name */
function hue(name) {
  let sum = 7;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return HUES[sum % HUES.length];
}
