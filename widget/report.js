/** Telling the moderators that something is wrong with a comment; anyone can, without an account. */
import { button as act, element, fill, focusOn } from "./dom.js";
import { Field, Trouble, wrongOf } from "./fields.js";
import { refusalOf } from "./pen.js";

/** @typedef {import("./api.js").Comment} Comment */
/** @typedef {import("./pen.js").Pen} Pen */

const REASONS = /** @type {const} */ (["insult", "illegal", "personal_data", "spam", "copyright", "child_abuse", "other"]);

/**
 * Opens the report form under a comment, or closes it.
 * @param {Comment} comment
 * @param {HTMLButtonElement} button
 * @param {string} name whose comment it is
 * @param {Pen} pen
 */
export function openReport(comment, button, name, pen) {
  const { say } = pen;
  const item = button.closest("li");
  const open = item?.querySelector(".reporting");
  if (!item || open) return open?.remove();
  const trouble = new Trouble(pen);
  const fields = {
    reason: new Field(reasons(pen), say("reportReason"), { required: true, wide: true }),
    statement: new Field(element("textarea", { rows: 3, dir: "auto", maxlength: 4000 }), say("reportStatement"), { wide: true }),
    name: new Field(element("input", { autocomplete: "name", maxlength: 80, dir: "auto" }), say("name")),
    email: new Field(element("input", { type: "email", autocomplete: "email", maxlength: 254 }), say("email"), { hint: say("reportEmailHint") }),
  };
  const close = () => {
    place.remove();
    button.focus();
  };
  const form = element(
    "form",
    { class: "form", novalidate: true, "aria-label": say("reportTitle", { name }), submit: (event) => send(event) },
    element("p", { class: "form-title" }, say("reportTitle", { name })),
    trouble.node,
    element("div", { class: "fields" }, ...Object.values(fields).map(({ node }) => node)),
    element(
      "div",
      { class: "row buttons" },
      element("button", { type: "submit", class: "primary" }, say("reportSend")),
      act("secondary", say("cancel"), close),
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
    if (!reason.value) return trouble.show("", [{ field: reason, message: say("reasonMissing") }]);
    if (!email.control.validity.valid) return trouble.show("", [{ field: email, message: say("emailWrong") }]);
    try {
      const { message } = await pen.service.report(comment.id, {
        reason: reason.value,
        statement: statement.value.trim(),
        name: fields.name.value.trim(),
        email: email.value.trim(),
      });
      fill(form);
      form.remove();
      said.textContent = message || say("reported");
      focusOn(said);
    } catch (failure) {
      trouble.show(pen.explain(failure), wrongOf(fields, refusalOf(failure).errors));
    }
  }
}

/** @param {Pen} pen */
function reasons({ say }) {
  return element(
    "select",
    null,
    element("option", { value: "" }, say("reasonChoose")),
    ...REASONS.map((reason) => element("option", { value: reason }, say(`reason_${reason}`))),
  );
}
