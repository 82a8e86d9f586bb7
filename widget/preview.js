/** How the comment will look, from the service's own renderer, and what its rules would say. */
import { dress, element, fill } from "./dom.js";
import { listOf } from "./findings.js";
import { given } from "./signed.js";
import { nodesOf } from "./wall.js";

/** @typedef {import("./api.js").Written} Written */

const PAUSE = 700;

/** The panel under the text field. It follows the typing while it is open, and asks nothing of the service while closed. */
export class Preview {
  /** @type {number | undefined} */
  #timer;
  #asked = 0;
  #body = element("div.body", { dir: "auto" });
  #found = element("div");
  #desk;
  #area;
  #written;
  /** @type {HTMLElement | undefined} */
  #button;

  /**
   * @param {import("./more.js").Desk} desk
   * @param {HTMLTextAreaElement} area
   * @param {() => Written} written
   */
  constructor(desk, area, written) {
    const title = desk.say("previewTitle");
    this.#desk = desk;
    this.#area = area;
    this.#written = written;
    this.node = element("section.preview", { hidden: true, "aria-label": title }, element("p.label", title), this.#body, this.#found);
  }

  close() {
    if (this.#button && !this.node.hidden) this.toggle(this.#button);
  }

  /** @param {HTMLElement} button what opens and closes it, and says which */
  toggle(button) {
    const { say } = this.#desk;
    const hidden = (this.node.hidden = !this.node.hidden);
    this.#button = button;
    dress(button, { "aria-expanded": String(!hidden) });
    button.textContent = hidden ? say("preview") : say("closePreview");
    if (!hidden) void this.#show();
  }

  /** Shows what was typed, once the typing rests. */
  soon() {
    clearTimeout(this.#timer);
    if (!this.node.hidden) this.#timer = setTimeout(() => this.#show(), PAUSE);
  }

  async #show() {
    const { say, service, stage } = this.#desk;
    const asked = ++this.#asked;
    if (!this.#area.value.trim()) return this.#hint(say("previewEmpty"));
    try {
      const { html, findings } = await service.preview(this.#written(), await given(stage.root.host));
      if (asked !== this.#asked) return;
      fill(this.#body, nodesOf(html));
      fill(this.#found, findings.length > 0 && listOf(findings, this.#area, this.#desk));
    } catch (failure) {
      const { status, message } = /** @type {import("./api.js").Refusal} */ (failure);
      if (asked === this.#asked) this.#hint((status === 422 && message) || say("previewFailed"));
    }
  }

  /** @param {string} text */
  #hint(text) {
    fill(this.#body, element("p.hint", text));
    fill(this.#found);
  }
}
