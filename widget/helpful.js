/** "Hilfreich": one click, counted by the service without storing who; nothing is stored here either. */

/** @typedef {import("./pen.js").Pen} Pen */

/**
 * @param {string} id of the comment
 * @param {HTMLButtonElement} button
 * @param {(text: string) => void} announce tells what happened to whoever cannot see the number
 * @param {Pen} pen
 */
export async function countHelpful(id, button, announce, pen) {
  const { say, service, stage } = pen;
  if (button.hasAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  try {
    const { helpful } = await service.helpful(id);
    const seen = button.querySelector("span");
    if (seen) seen.textContent = `${stage.say("helpful")} (${helpful})`;
    announce(say("helpfulCount", { n: helpful }));
  } catch (failure) {
    button.removeAttribute("aria-disabled");
    announce(pen.explain(failure));
  }
}
