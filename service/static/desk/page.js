// The page with its cards: which one is current, what is said, and how to ask the server.

export const list = document.querySelector("[data-list]");
export const told = document.querySelector("[data-told]");

let current = null;
let silence = 0;

export function currentCard() {
  return current;
}

export function cards() {
  return [...list.querySelectorAll("[data-card]:not([hidden])")];
}

export function cardOf(id) {
  return document.getElementById(`c-${id}`);
}

export function atHash() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  return target && list.contains(target) ? target.closest("[data-card]") : null;
}

export function setCurrent(card) {
  if (!card || card === current) return;
  current?.removeAttribute("data-current");
  current = card;
  card.setAttribute("data-current", "");
  list?.dispatchEvent(new CustomEvent("current", { detail: card }));
}

export function focusCard(card) {
  if (!card) return;
  setCurrent(card);
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
  const box = card.getBoundingClientRect();
  if (box.top < 0 || box.height > innerHeight) card.scrollIntoView({ block: "start" });
}

/** The card after this one, or before it, or none. */
export function beside(card) {
  const all = cards();
  return all[all.indexOf(card) + 1] ?? all[all.indexOf(card) - 1] ?? null;
}

/** Tell it to everybody, or, where the page shows it anyway, only to those who listen. */
export function say(message, shown = false) {
  const text = document.createElement("p");
  text.className = shown ? "vh" : "";
  text.textContent = message;
  told.replaceChildren(text);
  clearTimeout(silence);
  silence = setTimeout(() => told.replaceChildren(), 6000);
}

/** One of the texts that the page brought, with its gaps filled. */
export function text(name, values = {}) {
  const found = list.dataset[`say${name}`] ?? "";
  return found.replace(/%\((\w+)\)s/g, (_whole, key) => values[key] ?? "");
}

export function formToken() {
  return document.querySelector("input[name=form_token]")?.value ?? "";
}

/** The answer, or null when none came; then nothing may be taken for done. */
export async function send(address, fields) {
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

/** A card as it is now, or null. An XHR gives a parsed page in which no script runs, so nothing is built from text. */
export function fetchCard(id) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", `${list.dataset.root}/comments/${encodeURIComponent(id)}/card?back=${encodeURIComponent(list.dataset.back)}`);
    request.responseType = "document";
    request.onload = () => {
      const found = request.status === 200 ? request.response?.querySelector("[data-card]") : null;
      resolve(found ? document.importNode(found, true) : null);
    };
    request.onerror = () => resolve(null);
    request.send();
  });
}

export function countDown(by) {
  const shown = document.querySelector(".lanes [aria-current] [data-count]");
  if (shown && /^\d+$/.test(shown.textContent)) shown.textContent = String(Math.max(0, Number(shown.textContent) + by));
}
