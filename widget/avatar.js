/** A round picture of a name: its initials on a tint. Made here; no address or hash of one goes anywhere. */
import { element } from "./dom.js";

/** @param {string} name */
export function avatarOf(name) {
  const avatar = element("span", { class: "avatar", part: "avatar", "aria-hidden": "true" }, initials(name));
  avatar.style.setProperty("--_hue", String(hue(name)));
  return avatar;
}

/** @param {string} name */
function initials(name) {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  const picked = words.length > 1 ? [words[0], words.at(-1)] : words;
  return picked.map((word = "") => [...word][0]?.toUpperCase()).join("");
}

/**
 * @param {string} name
 * @returns {number} an angle of the colour wheel, the same for the same name; evenly spread, far apart from one another
 */
function hue(name) {
  let sum = 7;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return (sum % 9) * 40 + 20;
}
