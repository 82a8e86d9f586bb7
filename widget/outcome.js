/** What became of the talk, in the editors' words, on top of it. */
import { element, fill } from "./dom.js";
import { nodesOf } from "./wall.js";

/** @typedef {import("./api.js").Outcome} Outcome */

/**
 * A place for the note; empty while there is none.
 * @param {import("./stage.js").Stage} stage
 * @param {string} name what such a note is called
 */
export function placeOutcome({ say, level }, name) {
  const node = element("div.place");
  const day = new Intl.DateTimeFormat(say.tag, { dateStyle: "long", timeZone: "UTC" });
  return { node, show };

  /** @param {Outcome | null | undefined} outcome */
  function show(outcome) {
    if (!outcome) return fill(node);
    const { title, html } = outcome;
    fill(
      node,
      element(
        "section.outcome",
        { id: "was-daraus-wurde", "aria-labelledby": "was-daraus-wurde-titel" },
        element("p.who", element("span.badge.editor", say("editor")), element("span.meta", title && `${name} · `, element("time", { datetime: outcome.day }, day.format(new Date(outcome.day))))),
        element(/** @type {"h3.outcome-title"} */ (`h${level + 1}.outcome-title`), { id: "was-daraus-wurde-titel", dir: "auto" }, title || name),
        element("div.body", { dir: "auto" }, nodesOf(html)),
      ),
    );
  }
}
