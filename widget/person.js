/** What readers may say of themselves beside their text. */
import { button, element } from "./dom.js";
import { Field } from "./fields.js";
import { remember, remembered } from "./remember.js";

/** @typedef {ReturnType<typeof askPerson>} Person */

/**
 * @param {import("./stage.js").Stage} stage
 * @param {(text: string) => void} tell says what happened
 */
export function askPerson(stage, tell) {
  const { say } = stage;
  const input = (/** @type {string} */ name, /** @type {import("./dom.js").Attributes} */ more) => element("input", { name, autocomplete: name, ...more });
  const name = new Field(input("name", { maxlength: 80, dir: "auto" }), say("name"), { hint: say("nameHint") });
  const email = new Field(input("email", { type: "email", maxlength: 254 }), say("email"), { hint: say("emailHint") });
  const url = new Field(input("url", { inputmode: "url", maxlength: 500 }), say("url"));
  const keep = element("input", { type: "checkbox", name: "remember", change: () => keep.checked || forget() });
  const forgetting = button("link", say("forget"), forget);
  const stored = remembered();
  [name.control.value, email.control.value, url.control.value] = stored ?? stage.person;
  keep.checked = Boolean(stored);
  forgetting.hidden = !stored;

  return {
    node: element(
      "div.person",
      element("div.fields", name.node, email.node, url.node),
      element("div.row", element("label.tick", keep, say("remember")), forgetting),
    ),
    /** By the names that the service has for them. */
    fields: { name, email, url },

    /** What has to be mended before sending. */
    faults() {
      for (const field of [name, email, url]) field.complain();
      return email.control.validity.valid ? [] : [{ field: email, message: say("emailWrong") }];
    },

    /** What is sent of it. */
    told: () => ({ name: name.value, email: email.value, url: url.value && !url.value.includes(":") ? `https://${url.value}` : url.value }),

    /** Keeps it for the page's next form, and on the device where that was ticked. */
    keep() {
      stage.person = [name.value, email.value, url.value];
      if (keep.checked) remember(stage.person);
      forgetting.hidden = !keep.checked;
    },
  };

  function forget() {
    if (remembered()) tell(say("forgotten"));
    remember(null);
    keep.checked = false;
    forgetting.hidden = true;
  }
}
