/** "Hilfreich": one click, counted by the service without storing who; nothing is stored here either. */

/**
 * @param {string} id of the comment
 * @param {HTMLButtonElement} button
 * @param {(text: string) => void} announce tells what happened to whoever cannot see the number
 * @param {import("./more.js").Desk} desk
 */
export async function countHelpful(id, button, announce, { say, service, stage }) {
  if (button.hasAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  try {
    const { helpful } = await service.helpful(id);
    const seen = button.querySelector("span");
    if (seen) seen.textContent = `${say("helpful")} (${helpful})`;
    announce(say("helpfulCount", { n: helpful }));
  } catch (failure) {
    button.removeAttribute("aria-disabled");
    announce(await stage.explain(/** @type {import("./api.js").Refusal} */ (failure)));
  }
}
