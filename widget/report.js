/** Telling the moderators that something is wrong with a comment; anyone can, without an account. */
import { element, fill, focusOn } from "./dom.js";
import { Field, Trouble } from "./fields.js";

/** @typedef {import("./api.js").Comment} Comment */
/** @typedef {import("./fields.js").Control} Control */
/** @typedef {import("./more.js").Tell} Tell */
/** @typedef {import("./stage.js").Stage} Stage */

const REASONS = /** @type {const} */ (["insult", "illegal", "personal_data", "spam", "copyright", "child_abuse", "other"]);

/**
 * Opens the report form under a comment, or closes it.
 * @param {Comment} comment
 * @param {HTMLButtonElement} button
 * @param {string} name whose comment it is
 * @param {Stage} stage
 * @param {Tell} tell
 */
export function openReport(comment, button, name, stage, tell) {
  const { say } = stage;
  const item = button.closest("li");
  const open = item?.querySelector(".reporting");
  if (!item || open) return open?.remove();
  const trouble = new Trouble(stage);
  const fields = {
    reason: new Field(reasons(tell), tell("reportReason"), { required: true, wide: true }),
    statement: new Field(element("textarea", { rows: 3, dir: "auto", maxlength: 4000 }), tell("reportStatement"), { wide: true }),
    name: new Field(element("input", { autocomplete: "name", maxlength: 80, dir: "auto" }), say("name")),
    email: new Field(element("input", { type: "email", autocomplete: "email", maxlength: 254 }), say("email"), { hint: tell("reportEmailHint") }),
  };
  const close = () => {
    place.remove();
    button.focus();
  };
  const form = element(
    "form",
    { class: "form", novalidate: true, "aria-label": tell("reportTitle", { name }), submit: (event) => send(event) },
    element("p", { class: "form-title" }, tell("reportTitle", { name })),
    trouble.node,
    element("div", { class: "fields" }, ...Object.values(fields).map(({ node }) => node)),
    element(
      "div",
      { class: "row buttons" },
      element("button", { type: "submit", class: "primary" }, tell("reportSend")),
      element("button", { type: "button", class: "secondary", click: close }, tell("cancel")),
    ),
  );
  const said = element("div", { class: "said", role: "status" });
  const place = element("div", { class: "writing reporting", part: "form" }, form, said);
  place.addEventListener("keydown", (event) => event.key === "Escape" && close());
  item.querySelector("article")?.after(place);
  fields.reason.control.focus();

  /** @param {Event} event */
  async function send(event) {
    event.preventDefault();
    trouble.clear();
    const { reason, statement, email } = fields;
    for (const field of Object.values(fields)) field.complain("");
    if (!reason.value) return trouble.show("", [{ field: reason, message: tell("reasonMissing") }]);
    if (!email.control.validity.valid) return trouble.show("", [{ field: email, message: say("emailWrong") }]);
    try {
      const { message } = await stage.service.report(comment.id, {
        reason: reason.value,
        statement: statement.value.trim(),
        name: fields.name.value.trim(),
        email: email.value.trim(),
      });
      fill(form);
      form.remove();
      said.textContent = message || tell("reported");
      focusOn(said);
    } catch (failure) {
      trouble.show(stage.explain(failure), faultsOf(failure, fields));
    }
  }
}

/**
 * @param {unknown} failure
 * @param {Record<string, Field<Control>>} fields
 */
function faultsOf(failure, fields) {
  // Not `instanceof`: this script has no class in common with the one that it was loaded by.
  const { errors = [] } = /** @type {Partial<import("./api.js").Refusal>} */ (failure);
  return errors.flatMap(({ field, message }) => (fields[field] ? [{ field: fields[field], message }] : []));
}

/** @param {Tell} tell */
function reasons(tell) {
  return element(
    "select",
    null,
    element("option", { value: "" }, tell("reasonChoose")),
    ...REASONS.map((reason) => element("option", { value: reason }, tell(`reason_${reason}`))),
  );
}
