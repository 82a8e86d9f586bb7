/** What some sites ask besides: whether somebody wants to hear of answers, and whether they agree to what is done with it all. */
import { element } from "./dom.js";
import { Field } from "./fields.js";

/**
 * @param {import("./api.js").FormFacts} facts
 * @param {Field<HTMLInputElement>} email where an answer would be mailed to
 * @param {import("./more.js").Desk} desk
 */
export function askWishes({ notify, consent }, email, { say }) {
  const option = (/** @type {string} */ value, /** @type {string} */ text) => element("option", { value }, text);
  const choice = element("select", { name: "notify" }, option("", say("notifyNone")), option("replies", say("notifyReplies")), option("thread", say("notifyThread")));
  const tick = element("input", { type: "checkbox", name: "consent" });
  const wish = notify && new Field(choice, say("notify"), { hint: say("notifyHint") });
  const agreed = consent && new Field(tick, consent, { required: true });

  return {
    node: element("div.fields", wish && wish.node, agreed && agreed.node),
    fields: { ...(wish && { notify: wish }), ...(agreed && { consent: agreed }) },

    /** What has to be mended before sending. */
    faults() {
      if (wish) wish.complain();
      if (agreed) agreed.complain();
      return [
        ...(choice.value && !email.value ? [{ field: email, message: say("emailMissing") }] : []),
        ...(agreed && !tick.checked ? [{ field: agreed, message: say("consentMissing") }] : []),
      ];
    },

    /** What is sent of it. Who chooses to be notified, told what that means, agrees to it. */
    told: () => ({ notify: choice.value, consent: tick.checked || Boolean(choice.value) }),
  };
}
