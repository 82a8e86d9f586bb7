/** How the comment will look, from the service's own renderer, and what its rules would say. */
import { element, fill } from "./dom.js";
import { listOf, plainOf } from "./findings.js";
import { nodesOf } from "./wall.js";

/** @typedef {import("./api.js").Written} Written */
/** @typedef {import("./more.js").Tell} Tell */
/** @typedef {import("./stage.js").Stage} Stage */

const PAUSE = 700;

/** The panel under the text field. It follows the typing while it is open, and asks nothing of the service while closed. */
export class Preview {
  /** @type {number | undefined} */
  #timer;
  #asked = 0;

  /**
   * @param {Stage} stage
   * @param {Tell} tell
   * @param {{area: HTMLTextAreaElement, button: HTMLElement, place: HTMLElement, written: () => Written}} form
   */
  constructor(stage, tell, { area, button, place, written }) {
    this.stage = stage;
    this.tell = tell;
    this.area = area;
    this.button = button;
    this.written = written;
    this.body = element("div", { class: "body" });
    this.node = element(
      "section",
      { class: "preview", part: "preview", hidden: true, "aria-label": tell("previewTitle") },
      element("p", { class: "label" }, tell("previewTitle")),
      this.body,
    );
    place.append(this.node);
    area.addEventListener("input", () => this.#soon());
  }

  close() {
    if (!this.node.hidden) this.toggle();
  }

  toggle() {
    const { say } = this.stage;
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
    const { service } = this.stage;
    const { tell } = this;
    const asked = ++this.#asked;
    if (!this.area.value.trim()) return fill(this.body, element("p", { class: "hint" }, tell("previewEmpty")));
    try {
      const { html, findings } = await service.preview(this.written());
      if (asked !== this.#asked) return;
      const shown = nodesOf(html);
      const list = findings.length > 0 && listOf(findings, plainOf(shown), this.area, { netiquette: service.netiquette, tell });
      fill(this.body, shown, list);
    } catch {
      if (asked === this.#asked) fill(this.body, element("p", { class: "hint" }, tell("previewFailed")));
    }
  }
}
