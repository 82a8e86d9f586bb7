/** The check before sending: what the netiquette would say, while it can still be changed. */
import { button, dress, element, fill } from "./dom.js";
import { listOf } from "./findings.js";

/** @typedef {import("./api.js").Finding} Finding */
/** @typedef {import("./more.js").Desk} Desk */

/**
 * What there is to say before sending; nothing where the service cannot be reached.
 * @param {import("./api.js").Written} written
 * @param {Desk} desk
 */
export async function check(written, { service }) {
  const { findings } = await service.preview(written).catch(() => ({ findings: [] }));
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
  dress(place, { "aria-label": say("adviceTitle") });
  fill(
    place,
    element("p.strong", say("adviceTitle")),
    listOf(findings, area, desk),
    element("p.hint", say("adviceText")),
    element("p.row", element("button.submit", { type: "submit" }, say("sendAnyway")), button("secondary", say("change"), change)),
  );
  place.focus();
}
