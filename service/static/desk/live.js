// What happens elsewhere, while it happens.

import { complain, putLine, refresh } from "./decide.js";
import { prepareCard } from "./folds.js";
import { beside, cardOf, cards, fetchCard, focusCard, list, say, setCurrent, text } from "./page.js";

const WAITING_LANES = ["review", "spam"];
const MOST_AT_ONCE = 20;
const come = document.querySelector("[data-come]");

let pending = [];
let working = false;
let missed = 0;
let counting = 0;

export function followLive() {
  // A little of what the page shows already may be told again.
  const latest = Number(list.dataset.latest);
  const source = new EventSource(`${list.dataset.live}?after=${list.dataset.latest}`);
  source.addEventListener("happening", (event) => note({ ...JSON.parse(event.data), known: Number(event.lastEventId) <= latest }));
  source.addEventListener("open", () => list.setAttribute("data-following", ""));
  source.addEventListener("error", () => list.removeAttribute("data-following"));
  source.addEventListener("anew", () => tellMissed(1));
  list.addEventListener("counts", count);
  addEventListener("pagehide", () => source.close());
}

function note(happening) {
  if (happening.kind === "claimed" || happening.kind === "released") return showClaim(happening);
  count();
  pending = pending.filter((each) => each.comment !== happening.comment);
  pending.push(happening);
  work();
}

/** One after the other; when very much happens at once, the page is only told to be out of date. */
async function work() {
  if (working) return;
  working = true;
  while (pending.length) {
    if (pending.length > MOST_AT_ONCE) {
      const unknown = pending.filter((each) => !cardOf(each.comment)).length;
      pending = pending.filter((each) => cardOf(each.comment)).slice(0, MOST_AT_ONCE);
      if (unknown) tellMissed(unknown);
      continue;
    }
    await show(pending.shift());
  }
  working = false;
}

async function show(happening) {
  const card = cardOf(happening.comment);
  if (!card) return arrive(happening);
  if (card.hidden || card.getAttribute("aria-busy") === "true") return;
  const own = happening.moderator === Number(list.dataset.me);
  const message = happening.by ? text("Decided", { who: happening.by }) : text("Author");
  if (isTypingIn(card)) {
    if (happening.kind === "decided" && !own) complain(card, message);
    return;
  }
  const following = card.contains(document.activeElement) ? beside(card) : null;
  // Somebody may begin to type while the card is on its way.
  const fresh = await refresh(happening.comment, isTypingIn);
  if (fresh && !belongs(fresh)) {
    putLine(fresh, `${message} ${fresh.querySelector("[data-status]").textContent}`);
    if (following) focusCard(following);
  }
}

/** Something new: at the end of the page if that is the end of the queue, or else as a number above it. */
async function arrive(happening) {
  if (list.dataset.full === "yes") return happening.kind === "filed" && !happening.known ? tellMissed(1) : null;
  const card = await fetchCard(happening.comment);
  if (!card || cardOf(happening.comment) || !belongs(card)) return;
  const urgent = card.classList.contains("priority-2");
  const first = cards()[0];
  if (urgent && first) first.before(card);
  else list.append(card);
  prepareCard(card);
  document.querySelector(".empty")?.setAttribute("hidden", "");
  if (!first) setCurrent(card);
  say(text("Arrived"), true);
}

function belongs(card) {
  const waits = card.querySelector(".status-pending") !== null;
  const lane = list.dataset.lane;
  if (WAITING_LANES.includes(lane)) return waits && card.dataset.lane === lane && card.dataset.held !== "yes" && card.dataset.follows !== "yes";
  if (lane === "held") return waits && card.dataset.held === "yes";
  if (lane === "reports" || lane === "objections") return card.querySelector(`[data-case="${lane}"]`) !== null;
  return true;
}

function showClaim(happening) {
  const card = cardOf(happening.comment);
  if (!card || happening.moderator === Number(list.dataset.me)) return;
  const taken = happening.kind === "claimed";
  const line = card.querySelector("[data-claim]");
  line.hidden = !taken;
  line.querySelector("[data-claim-text]").textContent = taken ? text("AtWork", { who: happening.by }) : "";
  card.toggleAttribute("data-claimed", taken);
  card.querySelectorAll("input[name=despite]").forEach((each) => (each.value = taken ? happening.moderator : ""));
}

function tellMissed(number) {
  missed += number;
  come.querySelector("[data-come-text]").textContent = missed === 1 ? text("ComeOne") : text("Come", { number: missed });
  come.hidden = false;
}

/** What somebody has unfolded they are about to fill in: it stays, and the server tells if it has become stale. */
function isTypingIn(card) {
  return card.querySelector("[data-fold][open]") !== null;
}

/** The numbers on the tabs, at most once a second. */
function count() {
  if (counting) return;
  counting = setTimeout(async () => {
    counting = 0;
    try {
      const answer = await (await fetch(list.dataset.counts, { headers: { Accept: "application/json" } })).json();
      for (const [lane, number] of Object.entries(answer.counts ?? {})) {
        const shown = document.querySelector(`[data-count="${lane}"]`);
        if (shown) shown.textContent = number.toLocaleString(document.documentElement.lang);
      }
    } catch {
      // The next thing that happens asks again.
    }
  }, 1000);
}
