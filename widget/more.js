/** The second script: preview, advice, one's own comment, reports. It is fetched when somebody begins to write or asks for it. */
import { advise, check } from "./advice.js";
import { countDown } from "./counter.js";
import { explain, showPassages } from "./explain.js";
import { countHelpful } from "./helpful.js";
import { participationIn } from "./participation.js";
import { Preview } from "./preview.js";
import { showReceipt } from "./receipt.js";
import { openReport } from "./report.js";
import { tokenOf } from "./signed.js";
import { main, more } from "./strings/de.js";
import { askWishes } from "./wishes.js";
import { fetchStrings, speaker } from "./words.js";
import css from "./more.css";

/** @typedef {import("./api.js").Comment} Comment */
/** @typedef {import("./api.js").Finding} Finding */
/** @typedef {import("./api.js").Written} Written */
/** @typedef {import("./words.js").Speaker<keyof typeof main | keyof typeof more>} Say */
/** What its parts share. @typedef {{stage: import("./stage.js").Stage, service: import("./participation.js").Participation, say: Say}} Desk */

/**
 * @param {import("./stage.js").Stage} stage
 */
export async function open(stage) {
  const { language } = stage.say;
  const fetched = await fetchStrings(language);
  const say = speaker(language, Object.assign([], main, more, fetched?.main, fetched?.more));
  /** @type {Desk} */
  const desk = { stage, service: participationIn(stage.service), say };
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  stage.root.adoptedStyleSheets.push(sheet);
  return {
    /** @param {Written} written */
    check: (written) => check(written, desk),
    /**
     * @param {HTMLElement} place
     * @param {Finding[]} findings
     * @param {HTMLTextAreaElement} area
     */
    advise: (place, findings, area) => advise(place, findings, area, desk),
    /**
     * @param {import("./api.js").FormFacts} facts
     * @param {import("./fields.js").Field<HTMLInputElement>} email
     */
    ask: (facts, email) => askWishes(facts, email, desk),
    /**
     * @param {import("./api.js").Refusal} failure
     * @param {HTMLElement} place
     * @param {HTMLTextAreaElement} area
     */
    show: (failure, place, area) => showPassages(failure, place, area, desk),
    /**
     * @param {HTMLTextAreaElement} area
     * @param {() => Written} written
     */
    preview: (area, written) => new Preview(desk, area, written),
    /**
     * @param {HTMLTextAreaElement} area
     * @param {HTMLElement} place
     * @param {number} most
     */
    count: (area, place, most) => countDown(area, place, most, desk),
    /** @param {import("./person.js").Person} person */
    token: (person) => tokenOf(stage.root.host, person, desk),
    /** @param {import("./api.js").Refusal} failure */
    explain: (failure) => explain(failure, desk),
    /**
     * @param {HTMLElement} place
     * @param {import("./api.js").Receipt} receipt
     * @param {string} text as it was typed
     */
    receipt: (place, receipt, text) => showReceipt(place, receipt, text, desk),
    /**
     * @param {Comment} comment
     * @param {HTMLButtonElement} pressed
     * @param {string} name
     */
    report: (comment, pressed, name) => openReport(comment, pressed, name, desk),
    /**
     * @param {string} id
     * @param {HTMLButtonElement} pressed
     * @param {(text: string) => void} announce
     */
    helpful: (id, pressed, announce) => countHelpful(id, pressed, announce, desk),
  };
}
