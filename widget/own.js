/** Changing or withdrawing one's own comment, straight after sending; later the link in the receipt does the same. */
import { button, element, fill, focusOn } from "./dom.js";
import { Field, Trouble } from "./fields.js";
import { nodesOf } from "./wall.js";

/**
 * The tools for it, which stand on the receipt.
 * @param {{receipt: import("./api.js").Receipt, text: string, card: HTMLElement, body: HTMLElement}} own
 * @param {import("./more.js").Desk} desk
 */
export function tendOwn({ receipt, text, card, body }, { service, say, stage }) {
  const said = element("p.strong", { role: "status" });
  const work = element("div.work");
  const trouble = new Trouble(say("troubleTitle"));
  let typed = text;

  const edit = button("secondary", say("edit"), openEditor);
  const withdraw = button("secondary", say("withdraw"), askAgain);
  const copy = navigator.clipboard && button("secondary", say("copy"), copyLink);
  return [said, trouble.node, work, element("p.row", edit, withdraw, copy)];

  function openEditor() {
    const area = element("textarea", { rows: 5, dir: "auto" });
    area.value = typed;
    const field = new Field(area, say("text"), { required: true });
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      void keep(area.value);
    };
    const save = element("button.submit", { type: "submit" }, say("save"));
    fill(work, element("form", { novalidate: true, submit }, field.node, element("p.row", save, cancel(edit))));
    area.focus();
  }

  function askAgain() {
    const sure = element("button.submit", { type: "button", click: takeBack }, say("withdraw"));
    fill(work, element("p.strong", say("withdrawSure")), element("p.row", sure, cancel(withdraw)));
    sure.focus();
  }

  /** @param {HTMLElement} back */
  function cancel(back) {
    return button("secondary", say("cancel"), () => {
      fill(work);
      back.focus();
    });
  }

  /** @param {string} changed */
  async function keep(changed) {
    await trying(async () => {
      const { html } = await service.edit(receipt.id, receipt.manage_token, changed);
      typed = changed;
      fill(body, nodesOf(html));
      fill(work);
      said.textContent = say("saved");
      edit.focus();
    });
  }

  async function takeBack() {
    await trying(async () => {
      await service.withdraw(receipt.id, receipt.manage_token);
      fill(card, said);
      said.textContent = say("withdrawn");
      focusOn(card);
    });
  }

  async function copyLink() {
    await trying(async () => {
      await navigator.clipboard.writeText(receipt.manage_url);
      said.textContent = say("copied");
    });
  }

  /** @param {() => Promise<void>} act */
  async function trying(act) {
    fill(trouble.node);
    try {
      await act();
    } catch (failure) {
      trouble.show(await stage.explain(/** @type {import("./api.js").Refusal} */ (failure)));
    }
  }
}
