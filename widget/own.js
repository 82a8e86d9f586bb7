/** Changing or withdrawing one's own comment, straight after sending; later the link in the receipt does the same. */
import { element, fill, focusOn } from "./dom.js";
import { Field, Trouble } from "./fields.js";
import { nodesOf } from "./wall.js";

/** @typedef {import("./api.js").Receipt} Receipt */
/** @typedef {import("./more.js").Tell} Tell */
/** @typedef {import("./stage.js").Stage} Stage */
/** @typedef {{receipt: Receipt, text: string, card: HTMLElement, body: HTMLElement, tools: HTMLElement}} Own */

/**
 * Puts the tools for it onto the receipt.
 * @param {Own} own
 * @param {Stage} stage
 * @param {Tell} tell
 */
export function tendOwn({ receipt, text, card, body, tools }, stage, tell) {
  const { service, say } = stage;
  const said = element("p", { class: "strong", role: "status" });
  const work = element("div", { class: "work" });
  const trouble = new Trouble(stage);
  let typed = text;

  const edit = button("secondary", tell("edit"), openEditor);
  const withdraw = button("secondary", tell("withdraw"), askAgain);
  const copy = navigator.clipboard && button("secondary", tell("copy"), copyLink);
  fill(tools, said, trouble.node, work, element("p", { class: "row" }, edit, withdraw, copy));

  function openEditor() {
    const area = element("textarea", { rows: 5, dir: "auto" });
    area.value = typed;
    const field = new Field(area, say("text"), { required: true, wide: true });
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      void keep(area.value);
    };
    const save = element("button", { type: "submit", class: "primary" }, tell("save"));
    fill(work, element("form", { novalidate: true, submit }, field.node, element("p", { class: "row" }, save, cancel(edit))));
    area.focus();
  }

  function askAgain() {
    const sure = button("primary", tell("withdraw"), takeBack);
    fill(work, element("p", { class: "strong" }, tell("withdrawSure")), element("p", { class: "row" }, sure, cancel(withdraw)));
    sure.focus();
  }

  /** @param {HTMLElement} back */
  function cancel(back) {
    return button("secondary", tell("cancel"), () => {
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
      said.textContent = tell("saved");
      edit.focus();
    });
  }

  async function takeBack() {
    await trying(async () => {
      await service.withdraw(receipt.id, receipt.manage_token);
      fill(card, said);
      said.textContent = tell("withdrawn");
      focusOn(card);
    });
  }

  async function copyLink() {
    await navigator.clipboard.writeText(receipt.manage_url);
    said.textContent = tell("copied");
  }

  /** @param {() => Promise<void>} act */
  async function trying(act) {
    trouble.clear();
    try {
      await act();
    } catch (failure) {
      trouble.show(stage.explain(failure));
    }
  }
}

/**
 * @param {string} kind
 * @param {string} text
 * @param {() => void} click
 */
function button(kind, text, click) {
  return element("button", { type: "button", class: kind, click }, text);
}
