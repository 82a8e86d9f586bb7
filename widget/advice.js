/** The check before sending: what the netiquette would say, while it can still be changed. */
import { element, fill } from "./dom.js";
import { listOf, plainOf } from "./findings.js";
import { nodesOf } from "./wall.js";

/** @typedef {import("./api.js").Finding} Finding */
/** @typedef {import("./api.js").Written} Written */
/** @typedef {import("./more.js").Tell} Tell */
/** @typedef {import("./stage.js").Stage} Stage */

/** It never stands in the way twice, and not at all when it cannot be reached. */
export class Advice {
  #given = "";

  /**
   * @param {Stage} stage
   * @param {Tell} tell
   * @param {HTMLTextAreaElement} area
   * @param {HTMLElement} place
   */
  constructor(stage, tell, area, place) {
    this.stage = stage;
    this.tell = tell;
    this.area = area;
    this.node = element("div", { class: "advice", part: "advice", tabindex: -1, role: "group", "aria-label": tell("adviceTitle") });
    place.append(this.node);
  }

  /**
   * Whether the text may go on its way; otherwise the advice is on show, and the same text passes the next time.
   * @param {Written} written
   */
  async passes(written) {
    const { service } = this.stage;
    if (written.text === this.#given) return true;
    const checked = await service.preview(written).catch(() => null);
    // What the service refuses it explains itself, when the comment is sent.
    const findings = checked?.findings.filter(({ severity }) => severity !== "refuse") ?? [];
    if (!checked || findings.length === 0) return true;
    this.#given = written.text;
    this.#show(findings, plainOf(nodesOf(checked.html)));
    return false;
  }

  clear() {
    fill(this.node);
  }

  /**
   * @param {Finding[]} findings
   * @param {string} checked
   */
  #show(findings, checked) {
    const { service } = this.stage;
    const { tell } = this;
    const change = () => {
      this.clear();
      this.area.focus();
    };
    fill(
      this.node,
      element("p", { class: "strong" }, tell("adviceTitle")),
      listOf(findings, checked, this.area, { netiquette: service.netiquette, tell }),
      element("p", { class: "hint" }, tell("adviceText")),
      element("p", { class: "row" },
        element("button", { type: "submit", class: "primary" }, tell("sendAnyway")),
        element("button", { type: "button", class: "secondary", click: change }, tell("change"))),
    );
    this.node.focus();
  }
}
