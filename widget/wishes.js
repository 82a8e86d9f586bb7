/**
 * What some sites ask besides: who shall read it, whether somebody wants to hear of answers, and whether they agree to what is done
 * with it all.
 */
import { element } from "./dom.js";
import { Field } from "./fields.js";

/**
 * @param {import("./api.js").FormFacts} facts
 * @param {Field<HTMLInputElement>} email where an answer would be mailed to
 * @param {import("./more.js").Desk} desk
 */
export function askWishes({ notify, consent, private: confidence }, email, { say }) {
  const option = (/** @type {string} */ value, /** @type {string} */ text) => element("option", { value }, text);
  const choice = element("select", { name: "notify" }, option("", say("notifyNone")), option("replies", say("notifyReplies")), option("thread", say("notifyThread")));
  const tick = element("input", { type: "checkbox", name: "consent" });
  const whom = element("select", { name: "private", change: choose }, option("", say("toAll")), option("yes", say("toEditors")));
  const reader = confidence && new Field(whom, say("whoReads"), { hint: say("toAllHint") });
  const wish = notify && new Field(choice, say("notify"), { hint: say("notifyHint") });
  const agreed = consent && new Field(tick, consent, { required: true });

  return {
    node: element("div.fields", reader && reader.node, wish && wish.node, agreed && agreed.node),
    fields: { ...(reader && { private: reader }), ...(wish && { notify: wish }), ...(agreed && { consent: agreed }) },

    /** What has to be mended before sending. */
    faults() {
      for (const field of [reader, wish, agreed]) if (field) field.complain();
      return [
        ...(choice.value && !whom.value && !email.value ? [{ field: email, message: say("emailMissing") }] : []),
        ...(agreed && !tick.checked ? [{ field: agreed, message: say("consentMissing") }] : []),
      ];
    },

    /** What is sent of it. Who chooses to be notified, told what that means, agrees to it. */
    told() {
      if (whom.value) return { private: true, consent: tick.checked };
      return { notify: choice.value, consent: tick.checked || Boolean(choice.value) };
    },
  };

  /** What is said beside the form follows from who shall read it. */
  function choose() {
    if (!reader || !confidence) return;
    const { name, told, notice } = confidence;
    const alone = Boolean(whom.value);
    put(reader.node.querySelector(".hint"), alone ? `${told || say("readBy", { name })} ${notice}` : say("toAllHint"));
    if (agreed) put(agreed.node.querySelector("label")?.firstChild, alone ? confidence.consent : consent);
    if (wish) wish.node.hidden = alone;
  }
}

/**
 * @param {Node | null | undefined} node
 * @param {string} text
 */
function put(node, text) {
  if (node) node.textContent = text;
}
