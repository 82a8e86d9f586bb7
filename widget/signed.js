/** Whom the host's page has signed on. What is read here is only for showing: the service alone checks it. */
import { element } from "./dom.js";

/** @typedef {import("./more.js").Desk} Desk */
/** @typedef {{name?: string, email?: string, role?: string | null}} Claims */

/** Elements whose reader was signed on when the form was shown. @type {WeakSet<Element>} */
const greeted = new WeakSet();

/**
 * The token to send: of the address in `token-from`, asked anew each time, or of the attribute `token`.
 * @param {Element} host
 * @param {Desk} desk
 * @returns {Promise<string>} empty for a reader whom the host does not know; rejects with a sentence for one whom it knew before
 */
export async function tokenOf(host, { say }) {
  const token = await given(host);
  if (!token && greeted.has(host)) throw Object.assign(new Error(say("signedOff")), { status: 401 });
  return token;
}

/**
 * Shows in the form who will stand beside the comment, in the place of the fields that ask for it.
 * @param {Element} host
 * @param {import("./person.js").Person} person
 * @param {Desk} desk
 */
export async function greet(host, { node, fields: { name, email } }, { say }) {
  const claims = read(await given(host).catch(() => ""));
  if (!claims) return;
  greeted.add(host);
  name.node.hidden = Boolean(claims.name);
  email.node.hidden = Boolean(claims.email);
  // What is chosen below the form asks whether there is an address.
  if (claims.email) email.control.value = claims.email;
  for (const row of node.querySelectorAll(".row")) /** @type {HTMLElement} */ (row).hidden = true;
  const told = { name: claims.name ?? "" };
  if (claims.name) node.prepend(element("p.hint", { dir: "auto" }, claims.role === "editor" ? say("signedEditor", told) : say("signed", told)));
}

/** @param {Element} host */
async function given(host) {
  const from = host.getAttribute("token-from");
  if (!from) return host.getAttribute("token") ?? "";
  const answer = await fetch(new URL(from, location.href), { credentials: "same-origin", cache: "no-store" });
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
