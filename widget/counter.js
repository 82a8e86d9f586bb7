/** How much room is left. */
import { element, fill } from "./dom.js";

/** @typedef {import("./pen.js").Pen} Pen */

/**
 * Puts a counter beside a text: seen all the time, spoken near the end.
 * @param {HTMLTextAreaElement} area
 * @param {HTMLElement} place
 * @param {number} most characters
 * @param {Pen} pen
 */
export function countDown(area, place, most, { say }) {
  const seen = element("span", { "aria-hidden": "true" });
  const spoken = element("span", { class: "unseen", role: "status" });
  fill(place, seen, spoken);
  area.addEventListener("input", update);
  update();

  function update() {
    const left = most - characters(area.value);
    const said = say(left < 0 ? "tooMany" : "left", { n: Math.abs(left) });
    place.classList.toggle("over", left < 0);
    seen.textContent = area.value ? said : "";
    // Every key would be too much to listen to: each hundred near the end, and the limit itself.
    if (left > most / 5) spoken.textContent = "";
    else if (left < 0 || left % 100 === 0) spoken.textContent = said;
  }
}

/**
 * Letters as people count them for a limit: code points, as the service does.
 * @param {string} text
 */
function characters(text) {
  return [...text].length;
}
