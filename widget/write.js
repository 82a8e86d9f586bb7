/** The second script: forms, preview, advice, reports. It is fetched when the form comes near or somebody asks for it. */
import { CommentForm } from "./form.js";
import { countHelpful } from "./helpful.js";
import { Pen } from "./pen.js";
import { Replies } from "./replies.js";
import { openReport } from "./report.js";
import { writing } from "./strings/de.js";
import { fetchStrings, speaker } from "./words.js";
import css from "./write.css";

/** @typedef {import("./api.js").Comment} Comment */

/**
 * @param {import("./stage.js").Stage} stage
 */
export async function open(stage) {
  const { tag } = stage.say;
  const strings = (await fetchStrings(tag))?.writing ?? writing;
  const pen = new Pen(stage, speaker(tag, strings));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  stage.root.adoptedStyleSheets.push(sheet);
  return {
    replies: new Replies(pen),
    form: () => new CommentForm(pen, { title: pen.say("formTitle"), level: stage.level + 1 }),
    /**
     * @param {Comment} comment
     * @param {HTMLButtonElement} pressed
     * @param {string} name
     */
    report: (comment, pressed, name) => openReport(comment, pressed, name, pen),
    /**
     * @param {Comment} comment
     * @param {HTMLButtonElement} pressed
     * @param {(text: string) => void} announce
     */
    helpful: (comment, pressed, announce) => countHelpful(comment.id, pressed, announce, pen),
  };
}
