/** What a reader fills in: labelled fields, and what is wrong with them. */
import { freshId } from "./attempt.js";
import { button, dress, element, fill } from "./dom.js";

/** @typedef {import("./pen.js").Pen} Pen */
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
  /** @param {Pen} pen */
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
      return element("li", null, button("link", message, () => field.control.focus()));
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
 * A field that no person sees and every simple robot fills in.
 * @param {Pen} pen
 */
export function honeypot({ say }) {
  const control = element("input", { type: "text", name: "homepage", tabindex: -1, autocomplete: "off" });
  const node = element("div", { class: "pot", "aria-hidden": "true" }, element("label", null, say("honeypot"), control));
  return { node, control };
}

/**
 * The complaints of the service beside the fields they are about.
 * @template {Field<Control>} F
 * @param {Record<string, F>} fields
 * @param {{field: string, message: string}[]} errors
 */
export function wrongOf(fields, errors) {
  return errors.flatMap(({ field, message }) => (fields[field] ? [{ field: fields[field], message }] : []));
}
