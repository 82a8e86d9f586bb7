/** The check before sending: what the netiquette would say, while it can still be changed. */
import { button, element, fill } from "./dom.js";
import { listOf } from "./findings.js";

/** @typedef {import("./api.js").Finding} Finding */
/** @typedef {import("./api.js").Written} Written */
/** @typedef {import("./pen.js").Pen} Pen */

const PATIENCE = 4000;

/** It never stands in the way twice, and not at all when it cannot be reached. */
export class Advice {
  #given = "";

  /**
   * @param {Pen} pen
   * @param {HTMLTextAreaElement} area
   */
  constructor(pen, area) {
    this.pen = pen;
    this.area = area;
    this.node = element("div", { class: "advice", part: "advice", tabindex: -1, role: "group", "aria-label": pen.say("adviceTitle") });
  }

  /**
   * Whether the text may go on its way; otherwise the advice is on show, and the same text passes the next time.
   * @param {Written} written
   */
  async passes(written) {
    const { service } = this.pen;
    if (written.text === this.#given) return true;
    const checked = await Promise.race([service.preview(written).catch(() => null), silence()]);
    // What the service refuses it explains itself, when the comment is sent.
    const findings = checked?.findings.filter(({ severity }) => severity !== "refuse") ?? [];
    if (!checked || findings.length === 0) return true;
    this.#given = written.text;
    this.#show(findings);
    return false;
  }

  clear() {
    fill(this.node);
  }

  /** @param {Finding[]} findings */
  #show(findings) {
    const { say } = this.pen;
    const change = () => {
      this.clear();
      this.area.focus();
    };
    fill(
      this.node,
      element("p", { class: "strong" }, say("adviceTitle")),
      listOf(findings, this.area, this.pen),
      element("p", { class: "hint" }, say("adviceText")),
      element("p", { class: "row" },
        element("button", { type: "submit", class: "primary" }, say("sendAnyway")),
        button("secondary", say("change"), change)),
    );
    this.node.focus();
  }
}

/** @returns {Promise<null>} after as long as anybody should wait for advice */
function silence() {
  return new Promise((resolve) => setTimeout(() => resolve(null), PATIENCE));
}
