// What a card unfolds: reasons, note, answer, more.

import { focusCard, list } from "./page.js";

export function prepareCard(card) {
  card.querySelectorAll('[data-fold="reject"]').forEach(prepareReasons);
  card.querySelectorAll("[data-redact]").forEach((form) => preparePassage(card, form));
}

/** Open a fold and go to its first field; false where the card has none. */
export function openFold(card, name) {
  const fold = card?.querySelector(`[data-fold="${name}"]`);
  if (!fold) return false;
  for (const other of card.querySelectorAll("[data-fold][open]")) if (other !== fold) other.open = false;
  fold.open = true;
  const rule = fold.querySelector("[data-rule]");
  (rule?.value ? fold.querySelector("[data-statement]") : fold.querySelector("[data-first]"))?.focus();
  return true;
}

export function closeFold(event) {
  const fold = event.target.closest?.("[data-fold][open], [data-wave] details[open]");
  if (!fold) return;
  fold.open = false;
  if (list) focusCard(fold.closest("[data-card]"));
  else fold.querySelector("summary").focus();
}

/** Sentences can begin what the author is told; they never replace what somebody typed. */
function prepareReasons(reasons) {
  const place = reasons.querySelector("[data-sentences]");
  const rule = reasons.querySelector("[data-rule]");
  const statement = reasons.querySelector("[data-statement]");
  const show = () => place.replaceChildren(...sentencesFor(place.dataset, rule.value));
  rule.addEventListener("change", show);
  place.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    statement.value = [statement.value.trim(), button.dataset.says].filter(Boolean).join(" ");
    statement.focus();
  });
  reasons.addEventListener("toggle", () => reasons.open && show());
  if (reasons.open) show();
}

/** The site's own sentences for the rule, then the rule's; the page holds all of them once, for every card. */
function sentencesFor({ site, language, reader }, rule) {
  const ours = (each) => each.site === site && each.language === language;
  return [...document.querySelector("[data-offered]").content.children]
    .filter(({ dataset }) => dataset.of === rule && (dataset.reader ? dataset.reader === reader : ours(dataset)))
    .map((each) => each.cloneNode(true));
}

/** What is selected in the text is the passage to take out. */
function preparePassage(card, form) {
  const passage = form.querySelector("[data-passage]");
  form.addEventListener("click", (event) => {
    const take = event.target.closest("[data-take]");
    if (take) passage.value = take.dataset.take;
  });
  form.closest("[data-fold]").addEventListener("toggle", () => {
    const marked = selectedIn(card.querySelector(".text"));
    if (marked) passage.value = marked;
  });
}

function selectedIn(element) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return "";
  const range = selection.getRangeAt(0);
  if (!element?.contains(range.commonAncestorContainer)) return "";
  const copy = range.cloneContents();
  copy.querySelectorAll(".ref").forEach((each) => each.remove());
  return copy.textContent.trim();
}
