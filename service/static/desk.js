// The desk's small script: single keys, and decisions without loading the page anew. Without it, every form still works.

const list = document.querySelector("[data-list]");
const told = document.querySelector("[data-told]");
const dialog = document.querySelector("[data-dialog]");
const help = document.querySelector("[data-help]");

/** What was decided on this page and can be taken back, the last one last. */
const done = [];
let current = null;

if (list && told) startQueue();
if (dialog && help) offerHelp();

function startQueue() {
  list.addEventListener("submit", onSubmit);
  list.addEventListener("focusin", (event) => setCurrent(event.target.closest("[data-card]")));
  list.querySelectorAll("[data-reject]").forEach(prepareReasons);
  if (list.dataset.shortcuts === "on") document.addEventListener("keydown", onKey);
  setCurrent(atHash() ?? cards()[0] ?? null);
}

// On a phone not every lane fits: the one that is shown must.
const lanes = document.querySelector(".lanes");
const lane = lanes?.querySelector("[aria-current]");
if (lane) lanes.scrollLeft = lane.offsetLeft - lanes.offsetLeft - (lanes.clientWidth - lane.offsetWidth) / 2;

/* Keys */

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  a: () => press("approve"),
  s: () => press("spam"),
  h: () => press("hold"),
  r: openReasons,
  u: undo,
  "?": () => dialog?.showModal(),
};

function onKey(event) {
  if (event.key === "Escape") return closeReasons(event);
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || isTyping(event.target) || dialog?.open) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

function isTyping(element) {
  return element.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
}

function step(by) {
  const all = cards();
  const place = all.indexOf(current);
  focusCard(all[Math.min(Math.max(place < 0 ? 0 : place + (current.contains(document.activeElement) ? by : 0), 0), all.length - 1)]);
}

function press(action) {
  const button = current?.querySelector(`button[name=action][value=${action}]`);
  if (button) button.form.requestSubmit(button);
  else say(list.dataset.sayUnavailable);
}

function openReasons() {
  const reasons = current?.querySelector("[data-reject]");
  if (!reasons) return say(list.dataset.sayUnavailable);
  reasons.open = true;
  const rule = reasons.querySelector("[data-rule]");
  (rule.value ? reasons.querySelector("[data-statement]") : rule).focus();
}

function closeReasons(event) {
  const reasons = event.target.closest?.("[data-reject][open]");
  if (!reasons) return;
  reasons.open = false;
  focusCard(reasons.closest("[data-card]"));
}

/* Cards */

function cards() {
  return [...list.querySelectorAll("[data-card]:not([hidden])")];
}

function atHash() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  return target && list.contains(target) ? target.closest("[data-card]") : null;
}

function setCurrent(card) {
  if (!card || card === current) return;
  current?.removeAttribute("data-current");
  current = card;
  card.setAttribute("data-current", "");
}

function focusCard(card) {
  if (!card) return;
  setCurrent(card);
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
  const box = card.getBoundingClientRect();
  if (box.top < 0 || box.height > innerHeight) card.scrollIntoView({ block: "start" });
}

/* Decisions */

async function onSubmit(event) {
  const form = event.target.closest("form[data-decide]");
  if (!form || !event.submitter?.name) return;
  event.preventDefault();
  const card = form.closest("[data-card]");
  if (card.getAttribute("aria-busy") === "true") return;
  card.setAttribute("aria-busy", "true");
  // Not form.action: the buttons are named “action” and stand in front of the form's own property.
  const address = form.getAttribute("action");
  const answer = await send(address, new FormData(form, event.submitter));
  card.removeAttribute("aria-busy");
  if (!answer) return say(list.dataset.sayOffline);
  if (answer.revision) update(card, answer);
  if (answer.outcome === "done") settle(card, answer, address);
  else complain(card, answer.message);
}

/** The answer, or null when none came; then nothing may be taken for done. */
async function send(address, fields) {
  try {
    const response = await fetch(address, {
      method: "POST",
      body: new URLSearchParams([...fields]),
      headers: { Accept: "application/json" },
      redirect: "error",
    });
    const answer = await response.json();
    return answer.outcome ? answer : { outcome: "refused", message: answer.detail ?? answer.title };
  } catch {
    return null;
  }
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
  const following = cards()[cards().indexOf(card) + 1] ?? cards()[cards().indexOf(card) - 1] ?? null;
  const line = lineFor(card, answer);
  card.after(line);
  card.hidden = true;
  const choice = card.querySelector("input[type=checkbox][form=bulk]");
  if (choice) choice.checked = false;
  const entry = { card, line, address, revision: answer.revision };
  done.push(entry);
  line.querySelector("button").addEventListener("click", () => takeBack(entry));
  setTimeout(() => forget(entry), answer.seconds * 1000);
  count(-1);
  say(answer.message, true);
  if (following) focusCard(following);
  else finish();
}

/** One quiet line in the card's place, with the way back. */
function lineFor(card, answer) {
  const line = document.createElement("div");
  line.className = "decided";
  const text = document.createElement("p");
  text.textContent = `${card.querySelector("h2 bdi").textContent}: ${answer.message}`;
  const button = document.createElement("button");
  button.className = "quiet";
  button.textContent = list.dataset.sayUndo;
  line.append(text, button);
  return line;
}

function undo() {
  const entry = done.at(-1);
  if (entry) takeBack(entry);
  else say(list.dataset.sayNothing);
}

async function takeBack(entry) {
  const fields = new FormData(entry.card.querySelector("form[data-decide]"));
  fields.set("revision", entry.revision);
  fields.set("action", "undo");
  const answer = await send(entry.address, fields);
  if (!answer) return say(list.dataset.sayOffline);
  forget(entry);
  if (answer.outcome !== "done") return say(answer.message);
  update(entry.card, answer);
  entry.card.hidden = false;
  count(1);
  say(answer.message);
  focusCard(entry.card);
}

function forget(entry) {
  const place = done.indexOf(entry);
  if (place >= 0) done.splice(place, 1);
  entry.line.remove();
}

/** The last card of the page is decided: what has come meanwhile, or the next page, is at the same address. */
function finish() {
  const last = done.at(-1);
  const address = new URL(list.dataset.more, location.href);
  if (last) address.searchParams.set("done", last.card.dataset.card);
  location.assign(address);
}

function complain(card, message) {
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

function count(by) {
  const shown = document.querySelector(".lanes [aria-current] [data-count]");
  if (shown && /^\d+$/.test(shown.textContent)) shown.textContent = String(Math.max(0, Number(shown.textContent) + by));
}

let silence = 0;

/** Tell it to everybody, or, where the page shows it anyway, only to those who listen. */
function say(message, shown = false) {
  const text = document.createElement("p");
  text.className = shown ? "vh" : "";
  text.textContent = message;
  told.replaceChildren(text);
  clearTimeout(silence);
  silence = setTimeout(() => told.replaceChildren(), 6000);
}

/* Reasons and help */

/** The rule's own sentence can begin what the author is told; it never replaces what somebody typed. */
function prepareReasons(reasons) {
  const suggest = reasons.querySelector("[data-suggest]");
  const rule = reasons.querySelector("[data-rule]");
  const statement = reasons.querySelector("[data-statement]");
  const show = () => (suggest.hidden = !rule.selectedOptions[0]?.dataset.sentence);
  rule.addEventListener("change", show);
  suggest.addEventListener("click", () => {
    statement.value = [statement.value.trim(), rule.selectedOptions[0].dataset.sentence].filter(Boolean).join(" ");
    statement.focus();
  });
  reasons.addEventListener("toggle", show);
  show();
}

function offerHelp() {
  help.hidden = false;
  help.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.showModal();
  });
}
