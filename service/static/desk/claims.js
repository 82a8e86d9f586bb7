// Who stays with a card for a moment is at work on it, and colleagues see that.

import { formToken, list, send } from "./page.js";

const SETTLED = 1500;
const RENEW = 60_000;

let claimed = null;
let timer = 0;

export function startClaims() {
  for (const sign of ["keydown", "pointerdown"]) list.addEventListener(sign, () => soon(), { passive: true });
  list.addEventListener("current", (event) => {
    if (claimed && claimed !== event.detail.dataset.card) release();
    soon();
  });
  addEventListener("pagehide", release);
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(take, SETTLED);
}

async function take() {
  const card = list.querySelector("[data-card][data-current]:not([hidden])");
  // Nothing is claimed by a page that only lies open.
  if (!card?.contains(document.activeElement) || !card.querySelector("[data-decide]") || document.hidden) return;
  const id = card.dataset.card;
  const answer = await send(`${list.dataset.root}/comments/${encodeURIComponent(id)}/claim`, fields("yes"));
  if (answer?.mine) {
    claimed = id;
    timer = setTimeout(take, RENEW);
  }
}

function release() {
  if (!claimed) return;
  const address = `${list.dataset.root}/comments/${encodeURIComponent(claimed)}/claim`;
  claimed = null;
  fetch(address, { method: "POST", body: new URLSearchParams([...fields("no")]), headers: { Accept: "application/json" }, keepalive: true }).catch(() => {});
}

function fields(on) {
  const made = new FormData();
  made.set("form_token", formToken());
  made.set("on", on);
  return made;
}
