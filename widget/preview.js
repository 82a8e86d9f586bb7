/** How the comment will look, from the service's own renderer, and what its rules would say. */
import { button, element, fill } from "./dom.js";
import { listOf } from "./findings.js";
import { nodesOf } from "./wall.js";

/** @typedef {import("./api.js").Written} Written */
/** @typedef {import("./pen.js").Pen} Pen */

const PAUSE = 700;

/** The panel under the text field. It follows the typing while it is open, and asks nothing of the service while closed. */
export class Preview {
  /** @type {number | undefined} */
  #timer;
  #asked = 0;

  /**
   * @param {Pen} pen
   * @param {HTMLTextAreaElement} area
   * @param {() => Written} written
   */
  constructor(pen, area, written) {
    const { say } = pen;
    this.pen = pen;
    this.area = area;
    this.written = written;
    this.button = button("secondary", say("preview"), () => this.#toggle(), { "aria-expanded": "false" });
    this.body = element("div", { class: "body" });
    this.found = element("div");
    this.node = element(
      "section",
      { class: "preview", part: "preview", hidden: true, "aria-label": say("previewTitle") },
      element("p", { class: "label" }, say("previewTitle")),
      this.body,
      this.found,
    );
    area.addEventListener("input", () => this.#soon());
  }

  close() {
    if (!this.node.hidden) this.#toggle();
  }

  #toggle() {
    const { say } = this.pen;
    this.node.hidden = !this.node.hidden;
    this.button.setAttribute("aria-expanded", String(!this.node.hidden));
    this.button.textContent = say(this.node.hidden ? "preview" : "closePreview");
    if (!this.node.hidden) void this.#show();
  }

  #soon() {
    clearTimeout(this.#timer);
    if (!this.node.hidden) this.#timer = setTimeout(() => this.#show(), PAUSE);
  }

  async #show() {
    const { say, service } = this.pen;
    const asked = ++this.#asked;
    if (!this.area.value.trim()) return this.#hint(say("previewEmpty"));
    try {
      const { html, findings } = await service.preview(this.written());
      if (asked !== this.#asked) return;
      fill(this.body, nodesOf(html));
      fill(this.found, findings.length > 0 && listOf(findings, this.area, this.pen));
    } catch {
      if (asked === this.#asked) this.#hint(say("previewFailed"));
    }
  }

  /** @param {string} text */
  #hint(text) {
    fill(this.body, element("p", { class: "hint" }, text));
    fill(this.found);
  }
}
