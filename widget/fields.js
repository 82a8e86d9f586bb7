/** What a reader fills in: labelled fields, and what is wrong with them. */
import { freshId } from "./attempt.js";
import { button, dress, element, fill } from "./dom.js";

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Control */

/**
 * One control with its label, its hint and the place for what is wrong with it.
 * @template {Control} C
 */
export class Field {
  /**
   * @param {C} control
   * @param {string} label
   * @param {{hint?: string, required?: boolean}} [options]
   */
  constructor(control, label, { hint, required } = {}) {
    const id = freshId();
    this.control = control;
    this.fault = element("p.fault", { id: `${id}-fehler` });
    this.hint = hint ? `${id}-hinweis` : "";
    dress(control, { id, required, class: "control", part: "control", "aria-describedby": this.hint || null });
    this.node = element(
      "div.field",
      element("label", { for: id }, label, required && element("span.star", { "aria-hidden": "true" }, " *")),
      control,
      hint && element("p.hint", { id: this.hint }, hint),
      this.fault,
    );
  }

  get value() {
    return this.control.value.trim();
  }

  /** @param {string} [message] without one nothing is wrong */
  complain(message) {
    this.fault.textContent = message ?? "";
    dress(this.control, { "aria-invalid": message && "true", "aria-describedby": `${this.hint} ${message ? this.fault.id : ""}`.trim() || null });
  }
}

/** The box above a form that says what went wrong and leads to the fields. */
export class Trouble {
  node = element("div.trouble", { role: "alert", tabindex: -1 });

  /** @param {string} title */
  constructor(title) {
    this.title = title;
  }

  /**
   * @param {string} text
   * @param {{field: Field<Control>, message: string}[]} [faults]
   */
  show(text, faults = []) {
    const links = faults.map(({ field, message }) => {
      field.complain(message);
      return element("li", button("link", message, () => field.control.focus()));
    });
    fill(this.node, element("p.strong", this.title), text && element("p", text), links[0] && element("ul", ...links));
    this.node.focus();
  }
}

/**
 * The complaints of the service beside the fields they are about.
 * @template {Field<Control>} F
 * @param {Record<string, F>} fields
 * @param {{field: string, message: string}[]} [errors]
 */
export function wrongOf(fields, errors = []) {
  return errors.flatMap(({ field, message }) => (fields[field] ? [{ field: fields[field], message }] : []));
}
