/** The forms under comments: one open at a time, none ever losing its text. */
import { CommentForm } from "./form.js";

/** @typedef {import("./api.js").Comment} Comment */
/** @typedef {import("./pen.js").Pen} Pen */

export class Replies {
  /** @type {Map<string, CommentForm>} */
  #forms = new Map();
  /** @type {string | null} */
  #open = null;
  #pen;

  /** @param {Pen} pen */
  constructor(pen) {
    this.#pen = pen;
  }

  /**
   * Opens the form under a comment, or the one that was left there, with its text.
   * @param {Comment} comment
   * @param {HTMLElement} button
   * @param {string} name whose comment it is
   */
  open(comment, button, name) {
    const item = button.closest("li");
    if (!item) return;
    if (this.#open && this.#open !== comment.id) this.#take(this.#open);
    const form = this.#forms.get(comment.id) ?? this.#make(comment.id, name);
    this.#open = comment.id;
    item.append(form.node);
    form.focus();
  }

  /**
   * Puts the open form under its comment again, if that is on show.
   * @param {Element} items
   */
  settle(items) {
    const form = this.#open && this.#forms.get(this.#open);
    if (!form || form.node.isConnected) return;
    items.querySelector(`li[data-id="${CSS.escape(this.#open ?? "")}"]`)?.append(form.node);
  }

  get unsent() {
    return [...this.#forms.values()].some((form) => form.unsent);
  }

  /**
   * @param {string} id
   * @param {string} name
   */
  #make(id, name) {
    const form = new CommentForm(this.#pen, {
      title: this.#pen.say("replyTitle", { name }),
      level: this.#pen.stage.level + 1,
      parent: id,
      cancel: () => this.#cancel(id),
    });
    this.#forms.set(id, form);
    return form;
  }

  /** @param {string} id */
  #cancel(id) {
    const item = this.#forms.get(id)?.node.closest("li");
    this.#take(id);
    this.#open = null;
    /** @type {HTMLElement | null | undefined} */ (item?.querySelector("button.reply"))?.focus();
  }

  /** @param {string} id */
  #take(id) {
    const form = this.#forms.get(id);
    form?.node.remove();
    if (form && !form.unsent) this.#forms.delete(id);
  }
}
