/** How much room is left. */
import { element, fill } from "./dom.js";

/**
 * Puts a counter beside a text: seen all the time, spoken near the end.
 * @param {HTMLTextAreaElement} area
 * @param {HTMLElement} place
 * @param {number} most characters
 * @param {import("./more.js").Desk} desk
 */
export function countDown(area, place, most, { say }) {
  const seen = element("span", { "aria-hidden": "true" });
  const spoken = element("span.unseen", { role: "status" });
  fill(place, seen, spoken);
  area.addEventListener("input", update);
  update();

  function update() {
    // In code points, as the service counts.
    const left = most - [...area.value].length;
    const said = left < 0 ? say("tooMany", { n: -left }) : say("left", { n: left });
    place.classList.toggle("over", left < 0);
    seen.textContent = area.value && said;
    // Every key would be too much to listen to: each hundred near the end, and the limit itself.
    if (left > most / 5) spoken.textContent = "";
    else if (left < 0 || left % 100 === 0) spoken.textContent = said;
  }
}
