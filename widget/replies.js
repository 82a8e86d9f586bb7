/** The forms under comments: one open at a time, none ever losing its text. */
import { openForm } from "./form.js";

/** @typedef {import("./api.js").Comment} Comment */
/** @typedef {import("./form.js").CommentForm} CommentForm */

/** @param {import("./stage.js").Stage} stage */
export function gatherReplies(stage) {
  /** @type {Map<string, CommentForm>} */
  const forms = new Map();
  /** The comment whose form is open. */
  let at = "";

  return {
    /**
     * Opens the form under a comment, or the one that was left there, with its text.
     * @param {Comment} comment
     * @param {HTMLElement} button
     * @param {string} name whose comment it is
     */
    open({ id }, button, name) {
      if (at !== id) take();
      const form = forms.get(id) ?? openForm(stage, { title: stage.say("replyTitle", { name }), level: stage.level + 1, parent: id, cancel });
      forms.set(id, form);
      at = id;
      button.closest("li")?.append(form.node);
      form.focus();
    },

    /**
     * Puts the open form under its comment again, if that is on show.
     * @param {Element} items
     */
    settle(items) {
      const form = forms.get(at);
      if (form && !form.node.isConnected) items.querySelector(`[data-id="${CSS.escape(at)}"]`)?.append(form.node);
    },

    unsent: () => [...forms.values()].some((form) => form.unsent()),
  };

  function cancel() {
    const item = forms.get(at)?.node.closest("li");
    take();
    /** @type {HTMLElement | null | undefined} */ (item?.querySelector(".reply"))?.focus();
  }

  /** Takes the open form away; one with text in it is kept for when it is asked for again. */
  function take() {
    const form = forms.get(at);
    const unsent = form?.unsent();
    form?.node.remove();
    if (!unsent) forms.delete(at);
    at = "";
  }
}
