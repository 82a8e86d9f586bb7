/** Telling the moderators that something is wrong with a comment; anyone can, without an account. */
import { button as act, element, fill, focusOn } from "./dom.js";
import { Field, Trouble, wrongOf } from "./fields.js";

/** @typedef {import("./api.js").Comment} Comment */
/** @typedef {import("./more.js").Desk} Desk */

/**
 * Opens the report form under a comment, or closes it.
 * @param {Comment} comment
 * @param {HTMLButtonElement} button
 * @param {string} name whose comment it is
 * @param {Desk} desk
 */
export function openReport(comment, button, name, desk) {
  const { say, service, stage } = desk;
  const item = button.closest("li");
  const open = item?.querySelector(".reporting");
  if (!item || open) return open?.remove();
  const trouble = new Trouble(say("troubleTitle"));
  const fields = {
    reason: new Field(reasons(desk), say("reportReason"), { required: true }),
    statement: new Field(element("textarea", { rows: 3, dir: "auto", maxlength: 4000 }), say("reportStatement")),
    name: new Field(element("input", { autocomplete: "name", maxlength: 80, dir: "auto" }), say("name")),
    email: new Field(element("input", { type: "email", autocomplete: "email", maxlength: 254 }), say("email"), { hint: say("reportEmailHint") }),
  };
  const close = () => {
    place.remove();
    button.focus();
  };
  const form = element(
    "form.form",
    { novalidate: true, "aria-label": say("reportTitle", { name }), submit: (event) => send(event) },
    element("p.form-title", say("reportTitle", { name })),
    trouble.node,
    element("div.fields", ...Object.values(fields).map(({ node }) => node)),
    element("div.row", element("button.submit", { type: "submit" }, say("reportSend")), act("secondary", say("cancel"), close)),
  );
  const said = element("div.said", { role: "status" });
  const place = element("div.writing.reporting", form, said);
  place.addEventListener("keydown", (event) => event.key === "Escape" && close());
  item.querySelector("article")?.after(place);
  fields.reason.control.focus();

  /** @param {Event} event */
  async function send(event) {
    event.preventDefault();
    fill(trouble.node);
    const { reason, statement, email } = fields;
    for (const field of Object.values(fields)) field.complain();
    if (!reason.value) return trouble.show("", [{ field: reason, message: say("reasonMissing") }]);
    if (!email.control.validity.valid) return trouble.show("", [{ field: email, message: say("emailWrong") }]);
    try {
      const { message } = await service.report(comment.id, {
        reason: reason.value,
        statement: statement.value,
        name: fields.name.value,
        email: email.value,
      });
      fill(form);
      form.remove();
      said.textContent = message || say("reported");
      focusOn(said);
    } catch (failure) {
      const refusal = /** @type {import("./api.js").Refusal} */ (failure);
      trouble.show(await stage.explain(refusal), wrongOf(fields, refusal.errors));
    }
  }
}

/** @param {Desk} desk */
function reasons({ say }) {
  const option = (/** @type {string} */ value, /** @type {string} */ text) => element("option", { value }, text);
  return element(
    "select",
    option("", say("reasonChoose")),
    option("insult", say("reasonInsult")),
    option("illegal", say("reasonIllegal")),
    option("personal_data", say("reasonPersonalData")),
    option("spam", say("reasonSpam")),
    option("copyright", say("reasonCopyright")),
    option("child_abuse", say("reasonChildAbuse")),
    option("other", say("reasonOther")),
  );
}
