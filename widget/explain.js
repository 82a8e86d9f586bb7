/** What to tell a reader whose request failed. */
import { listOf } from "./findings.js";

/** @typedef {import("./api.js").Refusal} Refusal */
/** @typedef {import("./more.js").Desk} Desk */

/**
 * A sentence that says what to do: the service's own, where it gave one.
 * @param {Refusal} failure
 * @param {Desk} desk
 */
export function explain({ status, code, message }, { say }) {
  if (status === 0) return navigator.onLine ? say("unanswered") : say("offline");
  if (code === "closed") return say("closedMeanwhile");
  if (status < 500 && message) return message;
  if (status === 429) return say("tooMuch");
  return status ? say("broken") : say("failed");
}

/**
 * Adds what stands in the way, where it is a passage; the rest is in the explanation.
 * @param {Refusal} failure
 * @param {HTMLElement} place
 * @param {HTMLTextAreaElement} area with the text that was refused
 * @param {Desk} desk
 */
export function showPassages({ findings = [] }, place, area, desk) {
  const passages = findings.filter(({ severity, start }) => severity === "refuse" && start !== null);
  if (passages.length > 0) place.append(listOf(passages, area, desk));
}
