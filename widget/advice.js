/** The check before sending: what the netiquette would say, while it can still be changed. */
import { button, dress, element, fill } from "./dom.js";
import { listOf } from "./findings.js";
import { given } from "./signed.js";

/** @typedef {import("./api.js").Finding} Finding */
/** @typedef {import("./more.js").Desk} Desk */

/**
 * What there is to say before sending; nothing where the service cannot be reached.
 * @param {import("./api.js").Written} written
 * @param {Desk} desk
 */
export async function check(written, { service, stage }) {
  // What nobody but one person reads has nothing to do with the rules of the thread.
  if (written.private) return [];
  const { findings } = await given(stage.root.host)
    .then((token) => service.preview(written, token))
    .catch(() => ({ findings: [] }));
  // What the service refuses it explains itself, when the comment is sent.
  return findings.filter(({ severity }) => severity !== "refuse");
}

/**
 * @param {HTMLElement} place
 * @param {Finding[]} findings
 * @param {HTMLTextAreaElement} area
 * @param {Desk} desk
 */
export function advise(place, findings, area, desk) {
  const { say } = desk;
  const change = () => {
    fill(place);
    area.focus();
  };
  const whom = /** @type {HTMLSelectElement | null | undefined} */ (area.form?.querySelector("select[name=private]"));
  const personal = whom && findings.some(({ rule }) => rule === "private_matter");
  const confide = () => {
    if (!whom) return;
    whom.value = "yes";
    whom.dispatchEvent(new Event("change"));
    area.form?.requestSubmit();
  };
  dress(place, { "aria-label": say("adviceTitle") });
  fill(
    place,
    element("p.strong", say("adviceTitle")),
    listOf(findings, area, desk),
    element("p.hint", say("adviceText")),
    element("p.row", element("button.submit", { type: "submit" }, say("sendAnyway")), button("secondary", say("change"), change), personal && button("secondary", say("confide"), confide)),
  );
  place.focus();
}
