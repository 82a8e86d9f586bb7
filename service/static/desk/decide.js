// Decisions, and the way back from them.

import { prepareCard } from "./folds.js";
import { beside, cards, cardOf, countDown, fetchCard, focusCard, formToken, list, say, send, setCurrent, text } from "./page.js";

/** What was decided on this page and can be taken back, the last one last. */
const done = [];

export async function onSubmit(event) {
  const form = event.target.closest("form[data-decide], form[data-sweep]");
  if (!form) return;
  event.preventDefault();
  const card = form.closest("[data-card]");
  if (card.getAttribute("aria-busy") === "true") return;
  if (event.submitter?.matches("[data-preview]")) return preview(form, event.submitter);
  card.setAttribute("aria-busy", "true");
  // Not form.action: the buttons are named “action” and stand in front of the form's own property.
  const address = form.getAttribute("action");
  const answer = await send(address, new FormData(form, event.submitter));
  card.removeAttribute("aria-busy");
  if (!answer) return say(text("Offline"));
  if (answer.claimed_by) card.querySelectorAll("input[name=despite]").forEach((each) => (each.value = answer.claimed_by));
  if (answer.revision !== undefined) update(card, answer);
  if (answer.outcome === "done") settle(card, answer, address);
  else if (answer.outcome === "swept") settleWave(card, answer);
  else if (answer.outcome === "noted") await stay(card, answer, address);
  else complain(card, answer.message);
}

export function undo() {
  const entry = done.at(-1);
  if (entry) takeBack(entry);
  else say(text("Nothing"));
}

/** Show a card anew, where somebody else has changed it; one that by then is to be left alone stays as it is. */
export async function refresh(id, isLeftAlone = () => false) {
  const old = cardOf(id);
  const fresh = await fetchCard(id);
  if (!old || !fresh || isLeftAlone(old)) return null;
  const held = old.contains(document.activeElement);
  const chosen = old.querySelector("input[type=checkbox][form=bulk]")?.checked;
  const isCurrent = old.hasAttribute("data-current");
  old.replaceWith(fresh);
  prepareCard(fresh);
  const choice = fresh.querySelector("input[type=checkbox][form=bulk]");
  if (choice) choice.checked = Boolean(chosen);
  if (isCurrent) setCurrent(fresh);
  if (held) focusCard(fresh);
  return fresh;
}

/** One quiet line in the place of a card, with the way back if there is one. */
export function putLine(card, message, back) {
  const line = document.createElement("div");
  line.className = "decided";
  const told = document.createElement("p");
  told.textContent = `${card.querySelector("h2 bdi").textContent}: ${message}`;
  line.append(told);
  if (back) {
    const button = document.createElement("button");
    button.className = "quiet";
    button.textContent = text("Undo");
    button.addEventListener("click", back);
    line.append(button);
  }
  card.after(line);
  card.hidden = true;
  const choice = card.querySelector("input[type=checkbox][form=bulk]");
  if (choice) choice.checked = false;
  return line;
}

export function complain(card, message) {
  let alert = card.querySelector("[data-complaint]");
  if (!alert) {
    alert = document.createElement("p");
    alert.className = "alert";
    alert.dataset.complaint = "";
    card.querySelector("footer").before(alert);
  }
  alert.textContent = message;
  say(message, true);
}

/** Show the state that the server told of, so that the next press is about what is there now. */
function update(card, answer) {
  card.querySelectorAll("input[name=revision]").forEach((each) => (each.value = answer.revision));
  const choice = card.querySelector("input[type=checkbox][form=bulk]");
  if (choice) choice.value = answer.revision;
  const status = card.querySelector("[data-status]");
  status.textContent = answer.status_text;
  status.className = `badge status-${answer.status}`;
}

function settle(card, answer, address) {
  const following = beside(card);
  const entry = { cards: [card], address, fields: { revision: answer.revision, action: "undo" } };
  entry.line = putLine(card, answer.message, () => takeBack(entry));
  remember(entry, answer.seconds);
  countDown(-1);
  say(answer.message, true);
  goOn(following);
}

function settleWave(card, answer) {
  const gone = answer.comments.map(cardOf).filter((each) => each && !each.hidden);
  const entry = { cards: gone, address: `${list.dataset.root}/batches/${answer.batch}/undo`, fields: {} };
  gone.filter((each) => each !== card).forEach((each) => (each.hidden = true));
  const following = beside(card);
  entry.line = putLine(card, answer.message, () => takeBack(entry));
  remember(entry, answer.seconds);
  say(answer.message, true);
  list.dispatchEvent(new CustomEvent("counts"));
  goOn(following);
}

async function stay(card, answer, address) {
  const fresh = (await refresh(card.dataset.card)) ?? card;
  focusCard(fresh);
  if (answer.seconds) {
    remember({ cards: [fresh], address, fields: { revision: answer.revision, action: "undo" }, stays: true }, answer.seconds);
  }
  say(answer.message);
}

async function takeBack(entry) {
  const fields = new FormData();
  fields.set("form_token", formToken());
  for (const [name, value] of Object.entries(entry.fields)) fields.set(name, value);
  const answer = await send(entry.address, fields);
  if (!answer) return say(text("Offline"));
  forget(entry);
  if (answer.outcome !== "done") return say(answer.message);
  for (const card of entry.cards) {
    card.hidden = false;
    if (answer.revision !== undefined) update(card, answer);
    else await refresh(card.dataset.card);
  }
  if (entry.stays) await refresh(entry.cards[0].dataset.card);
  else countDown(entry.cards.length);
  if (!answer.revision) list.dispatchEvent(new CustomEvent("counts"));
  say(answer.message);
  focusCard(cardOf(entry.cards[0]?.dataset.card));
}

function remember(entry, seconds) {
  done.push(entry);
  setTimeout(() => forget(entry), seconds * 1000);
}

function forget(entry) {
  const place = done.indexOf(entry);
  if (place >= 0) done.splice(place, 1);
  entry.line?.remove();
}

function goOn(following) {
  if (following && !following.hidden) focusCard(following);
  else if (cards().length) focusCard(cards()[0]);
  else finish();
}

/** The last card of the page is decided: what has come meanwhile, or the next page, is at the same address. */
function finish() {
  const last = done.at(-1);
  const address = new URL(list.dataset.more, location.href);
  if (last && last.cards.length === 1) address.searchParams.set("done", last.cards[0].dataset.card);
  location.assign(address);
}

/** The mail to the author, as it would be sent. */
async function preview(form, button) {
  const answer = await send(button.getAttribute("formaction"), new FormData(form));
  if (!answer) return say(text("Offline"));
  const letter = form.querySelector("[data-letter]");
  const shown = document.createElement(answer.letter ? "pre" : "p");
  shown.textContent = answer.letter ?? answer.message;
  letter.replaceChildren(shown);
}
