// The desk's small script: single keys, decisions without loading the page anew, and what colleagues do meanwhile.
// Without it, every form still works.

import { startClaims } from "./desk/claims.js";
import { onSubmit } from "./desk/decide.js";
import { prepareCard } from "./desk/folds.js";
import { offerHelp, startKeys } from "./desk/keys.js";
import { followLive } from "./desk/live.js";
import { atHash, cards, list, setCurrent, told } from "./desk/page.js";

if (list && told) {
  list.addEventListener("submit", onSubmit);
  list.addEventListener("focusin", (event) => setCurrent(event.target.closest("[data-card]")));
  cards().forEach(prepareCard);
  startKeys();
  setCurrent(atHash() ?? cards()[0] ?? null);
  startClaims();
  followLive();
} else {
  document.querySelectorAll("[data-card]").forEach(prepareCard);
}
offerHelp();

// On a phone not every lane fits: the one that is shown must.
const lanes = document.querySelector(".lanes");
const lane = lanes?.querySelector("[aria-current]");
if (lane) lanes.scrollLeft = lane.offsetLeft - lanes.offsetLeft - (lanes.clientWidth - lane.offsetWidth) / 2;
