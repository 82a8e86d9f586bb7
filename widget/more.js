/** The second script: what only those need who take part. It is fetched when somebody turns to the form or reports. */
import { Advice } from "./advice.js";
import { listOf } from "./findings.js";
import { tendOwn } from "./own.js";
import { Preview } from "./preview.js";
import { openReport } from "./report.js";
import { takingPart } from "./strings/de.js";
import { speaker } from "./words.js";
import css from "./more.css";

/** @typedef {import("./stage.js").Stage} Stage */
/** @typedef {((key: keyof typeof takingPart, values?: Record<string, string | number>) => string)} Tell */

/**
 * @param {Stage} stage
 */
export async function open(stage) {
  const { tag } = stage.say;
  const tell = /** @type {Tell} */ (speaker(tag, await stringsOf(tag.split("-")[0] ?? "de")));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  const { service } = stage;
  return {
    sheet,
    /** @param {ConstructorParameters<typeof Preview>[2]} form */
    preview: (form) => new Preview(stage, tell, form),
    /**
     * @param {HTMLTextAreaElement} area
     * @param {HTMLElement} place
     */
    advice: (area, place) => new Advice(stage, tell, area, place),
    /**
     * @param {import("./api.js").Finding[]} findings
     * @param {HTMLTextAreaElement} area
     */
    findings: (findings, area) => listOf(findings, area.value, area, { netiquette: service.netiquette, tell }),
    /**
     * @param {import("./api.js").Comment} comment
     * @param {HTMLButtonElement} button
     * @param {string} name
     */
    report: (comment, button, name) => openReport(comment, button, name, stage, tell),
    /** @param {import("./own.js").Own} own */
    own: (own) => tendOwn(own, stage, tell),
  };
}

/** @param {string} language */
async function stringsOf(language) {
  if (language === "de") return takingPart;
  const module = await import(new URL(`wortmeldung-${language}.js`, import.meta.url).href);
  return module.takingPart;
}
