// Single keys, as the moderator chose them.

import { undo } from "./decide.js";
import { closeFold, openFold } from "./folds.js";
import { cards, currentCard, focusCard, list, say, text } from "./page.js";

const dialog = document.querySelector("[data-dialog]");
const help = document.querySelector("[data-help]");

const DOES = {
  next: () => step(1),
  previous: () => step(-1),
  approve: () => press("approve"),
  spam: () => press("spam"),
  hold: () => press("hold"),
  feature: () => press("feature", "unfeature"),
  reject: () => unfold("reject"),
  note: () => unfold("note"),
  answer: () => unfold("answer"),
  select: choose,
  undo,
  search: () => document.querySelector("[data-search]")?.focus(),
  help: () => dialog?.showModal(),
};

export function startKeys() {
  document.addEventListener("keydown", (event) => event.key === "Escape" && closeFold(event));
  if (list.dataset.shortcuts !== "on") return;
  const keys = JSON.parse(list.dataset.keys);
  const acts = Object.fromEntries(Object.entries(keys).map(([does, key]) => [key, DOES[does]]));
  document.addEventListener("keydown", (event) => onKey(event, acts));
}

export function offerHelp() {
  if (!help || !dialog) return;
  help.hidden = false;
  help.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.showModal();
  });
}

function onKey(event, acts) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || isTyping(event.target) || dialog?.open) return;
  const act = Object.hasOwn(acts, event.key) ? acts[event.key] : null;
  if (!act) return;
  event.preventDefault();
  act();
}

function isTyping(element) {
  return element.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
}

function step(by) {
  const all = cards();
  const current = currentCard();
  const place = all.indexOf(current);
  const inside = place >= 0 && current.contains(document.activeElement);
  focusCard(all[Math.min(Math.max(place < 0 ? 0 : place + (inside ? by : 0), 0), all.length - 1)]);
}

/** Press the card's button. On a wave's card that is a decision about all of them, which a second key confirms. */
function press(...actions) {
  const current = currentCard();
  const wave = current?.querySelector("[data-sweep]");
  const button = actions.map((action) => current?.querySelector(`${wave ? "[data-sweep] " : ""}button[name=action][value=${action}]`)).find(Boolean);
  if (!button || current.hidden) return say(text("Unavailable"));
  if (!wave) return button.form.requestSubmit(button);
  wave.closest("details").open = true;
  button.focus();
}

function unfold(name) {
  if (!openFold(currentCard(), name)) say(text("Unavailable"));
}

function choose() {
  const choice = currentCard()?.querySelector("input[type=checkbox][form=bulk]");
  if (choice) choice.checked = !choice.checked;
  else say(text("Unavailable"));
}
