/** German, informal Du: what is said in another way than in de.js. The form to a contact. */

/** @type {Partial<Record<keyof typeof import("./de.js").default, string>>} */
export default {
  lead: "Deine Nachricht geht per E-Mail an eine Person. Sie wird nirgends veröffentlicht.",
  reads: "Du kannst schreiben auf: {languages}.",
  text: "Deine Nachricht",
  emailHint: "Ohne sie kann dir niemand antworten. Es sieht sie nur, wer deine Nachricht liest.",
  textMissing: "Bitte schreib zuerst deine Nachricht.",
  emailWrong: "Das sieht nicht nach einer E-Mail-Adresse aus. Du kannst das Feld auch leer lassen.",
  consentMissing: "Ohne deine Einwilligung dürfen wir die Nachricht nicht weitergeben.",
  failed: "Das ließ sich gerade nicht senden. Dein Text ist noch da; bitte versuch es in einem Moment noch einmal.",
  receipt: "Ob sie zugestellt ist, siehst du eine Woche lang hier; bis dahin kannst du sie auch zurücknehmen:",
  yourWords: "Dein Wortlaut, zum Aufheben",
};
