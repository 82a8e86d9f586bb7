/** Changing or withdrawing one's own comment, straight after sending; later the link in the receipt does the same. */
import { button, element, fill, focusOn } from "./dom.js";
import { Field, Trouble } from "./fields.js";
import { nodesOf } from "./wall.js";
import { inFull } from "./when.js";

/** @typedef {import("./api.js").Receipt} Receipt */
/** @typedef {import("./pen.js").Pen} Pen */
/** @typedef {{receipt: Receipt, text: string, card: HTMLElement, body: HTMLElement, tools: HTMLElement}} Own */

/**
 * Puts the tools for it onto the receipt.
 * @param {Own} own
 * @param {Pen} pen
 */
export function tendOwn({ receipt, text, card, body, tools }, pen) {
  const { service, say } = pen;
  const said = element("p", { class: "strong", role: "status" });
  const work = element("div", { class: "work" });
  const trouble = new Trouble(pen);
  let typed = text;

  card.querySelector(".key")?.append(element("span", { class: "hint" }, say("editUntil", { time: inFull(receipt.edit_until, pen.stage.say) })));
  const edit = button("secondary", say("edit"), openEditor);
  const withdraw = button("secondary", say("withdraw"), askAgain);
  const copy = navigator.clipboard && button("secondary", say("copy"), copyLink);
  tools.className = "tend";
  fill(tools, said, trouble.node, work, element("p", { class: "row" }, edit, withdraw, copy));

  function openEditor() {
    const area = element("textarea", { rows: 5, dir: "auto" });
    area.value = typed;
    const field = new Field(area, say("text"), { required: true, wide: true });
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      void keep(area.value);
    };
    const save = element("button", { type: "submit", class: "primary" }, say("save"));
    fill(work, element("form", { novalidate: true, submit }, field.node, element("p", { class: "row" }, save, cancel(edit))));
    area.focus();
  }

  function askAgain() {
    const sure = button("primary", say("withdraw"), takeBack);
    fill(work, element("p", { class: "strong" }, say("withdrawSure")), element("p", { class: "row" }, sure, cancel(withdraw)));
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
    await navigator.clipboard.writeText(receipt.manage_url);
    said.textContent = say("copied");
  }

  /** @param {() => Promise<void>} act */
  async function trying(act) {
    trouble.clear();
    try {
      await act();
    } catch (failure) {
      trouble.show(pen.explain(failure));
    }
  }
}
