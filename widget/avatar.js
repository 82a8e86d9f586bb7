/** A round picture of a name: its initials on one of eight tints. Made here; no address or hash of one goes anywhere. */
import { element } from "./dom.js";

const TINTS = 8;

/** @param {string} name */
export function avatarOf(name) {
  const avatar = element("span", { class: "avatar", part: "avatar", "aria-hidden": "true" }, initials(name));
  avatar.dataset.tint = String(tint(name));
  return avatar;
}

/** @param {string} name */
function initials(name) {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  const picked = words.length > 1 ? [words[0], words.at(-1)] : words;
  return picked.map((word) => [...(word ?? "")][0]?.toLocaleUpperCase() ?? "").join("");
}

/** @param {string} name */
function tint(name) {
  let sum = 7;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return sum % TINTS;
}
