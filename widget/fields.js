/** What a reader fills in: labelled fields, what is wrong with them, and how much room is left. */
import { freshId } from "./attempt.js";
import { dress, element, fill } from "./dom.js";

/** @typedef {import("./stage.js").Stage} Stage */
/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Control */

/**
 * One control with its label, its hint and the place for what is wrong with it.
 * @template {Control} C
 */
export class Field {
  /**
   * @param {C} control
   * @param {string} label
   * @param {{hint?: string, required?: boolean, wide?: boolean}} [options]
   */
  constructor(control, label, { hint, required, wide } = {}) {
    const id = freshId();
    this.control = control;
    this.label = label;
    this.fault = element("p", { id: `${id}-fehler`, class: "fault" });
    this.hints = [hint && `${id}-hinweis`].filter(Boolean);
    dress(control, { id, required, class: "control", part: "control", "aria-describedby": this.hints.join(" ") || null });
    this.node = element(
      "div",
      { class: wide ? "field wide" : "field", part: "field" },
      element("label", { for: id }, label, required && element("span", { class: "star", "aria-hidden": "true" }, " *")),
      control,
      hint && element("p", { id: `${id}-hinweis`, class: "hint" }, hint),
      this.fault,
    );
  }

  get value() {
    return this.control.value;
  }

  set value(value) {
    this.control.value = value;
  }

  /** @param {string} message empty: nothing is wrong */
  complain(message) {
    this.fault.textContent = message;
    const described = [...this.hints, message && this.fault.id].filter(Boolean).join(" ");
    dress(this.control, { "aria-invalid": message ? "true" : null, "aria-describedby": described || null });
  }
}

/** The box above a form that says what went wrong and leads to the fields. */
export class Trouble {
  /** @param {{say: Stage["say"]}} stage */
  constructor({ say }) {
    this.say = say;
    this.node = element("div", { class: "trouble", part: "trouble", role: "alert", tabindex: -1 });
  }

  /**
   * @param {string} text
   * @param {{field: Field<Control>, message: string}[]} [faults]
   */
  show(text, faults = []) {
    const links = faults.map(({ field, message }) => {
      field.complain(message);
      const lead = element("button", { type: "button", class: "link", click: () => field.control.focus() }, message);
      return element("li", null, lead);
    });
    fill(
      this.node,
      element("p", { class: "strong" }, this.say("troubleTitle")),
      text && element("p", null, text),
      links.length > 0 && element("ul", null, ...links),
    );
    this.node.focus();
  }

  clear() {
    fill(this.node);
  }
}

/**
 * How many characters are left: seen near the end, spoken at the end.
 * @param {HTMLTextAreaElement} control
 * @param {Stage} stage
 */
export function counterOf(control, { say }) {
  const seen = element("span", { class: "left", "aria-hidden": "true" });
  const spoken = element("span", { class: "unseen", role: "status" });
  const node = element("span", { class: "counter" }, seen, spoken);
  let most = 0;
  const update = () => {
    const left = most - characters(control.value);
    const said = say(left < 0 ? "tooMany" : "left", { n: Math.abs(left) });
    const near = most > 0 && left < most / 5;
    node.classList.toggle("over", most > 0 && left < 0);
    seen.textContent = most > 0 && (near || control.value) ? said : "";
    // Every key would be too much to listen to: each hundred, and the limit itself.
    if (!near) spoken.textContent = "";
    else if (left < 0 || left % 100 === 0) spoken.textContent = said;
  };
  control.addEventListener("input", update);
  return {
    node,
    /** @param {number} limit */
    limitTo(limit) {
      most = limit;
      update();
    },
    update,
  };
}

/**
 * A field that no person sees and every simple robot fills in.
 * @param {Stage} stage
 */
export function honeypot({ say }) {
  const control = element("input", { type: "text", name: "homepage", tabindex: -1, autocomplete: "off" });
  const node = element("div", { class: "pot", "aria-hidden": "true" }, element("label", null, say("honeypot"), control));
  return { node, control };
}

/**
 * Letters as people count them for a limit: code points, as the service does.
 * @param {string} text
 */
export function characters(text) {
  let count = 0;
  for (const _ of text) count += _ ? 1 : 0;
  return count;
}
