/** Whom the host's page has signed on. What is read here is only for showing: the service alone checks it. */
import { element } from "./dom.js";

/** @typedef {import("./more.js").Desk} Desk */
/** @typedef {import("./person.js").Person} Person */
/** @typedef {{name?: string, email?: string, role?: string | null}} Claims */

/** Forms that show who is signed on. @type {WeakSet<Person>} */
const greeted = new WeakSet();

/**
 * The token to send: the attribute `token`, or what the address in it answers with, asked anew each time. The form shows from then on
 * who will stand beside the comment.
 * @param {Element} host
 * @param {Person} person of the form
 * @param {Desk} desk
 * @returns {Promise<string>} empty for a reader whom the host does not know; rejects with a sentence for one whom it knew before
 */
export async function tokenOf(host, person, desk) {
  const token = await given(host);
  if (!token && greeted.has(person)) throw Object.assign(new Error(desk.say("signedOff")), { status: 401 });
  const claims = read(token);
  if (claims && !greeted.has(person)) greet(person, claims, desk);
  return token;
}

/**
 * @param {Person} person
 * @param {Claims} claims
 * @param {Desk} desk
 */
function greet(person, claims, { say }) {
  const { node, fields: { name, email } } = person;
  greeted.add(person);
  name.node.hidden = Boolean(claims.name);
  email.node.hidden = Boolean(claims.email);
  // What is chosen below the form asks whether there is an address.
  if (claims.email) email.control.value = claims.email;
  for (const row of node.querySelectorAll(".row")) /** @type {HTMLElement} */ (row).hidden = true;
  const told = { name: claims.name ?? "" };
  if (claims.name) node.prepend(element("p.hint", { dir: "auto" }, claims.role === "editor" ? say("signedEditor", told) : say("signed", told)));
}

/**
 * The token as the host's page has it now, empty for a guest.
 * @param {Element} host
 */
export async function given(host) {
  const told = host.getAttribute("token") ?? "";
  if (!/^(\/|https?:)/.test(told)) return told;
  const answer = await fetch(new URL(told, location.href), { credentials: "same-origin", cache: "no-store" });
  if (!answer.ok) throw new Error();
  return (await answer.text()).trim();
}

/**
 * @param {string} token
 * @returns {Claims | null}
 */
function read(token) {
  try {
    const bytes = Uint8Array.from(atob((token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === "object" ? claims : null;
  } catch {
    return null;
  }
}
