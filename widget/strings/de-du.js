/** German, informal Du: what is said in another way than in de.js. */

/** @type {Partial<Record<keyof typeof import("./de.js").main, string | Record<string, string>>>} */
export const main = {
  empty: "Noch keine Kommentare. Mach den Anfang!",
  closed: "Die Kommentare sind geschlossen. Du kannst weiter mitlesen.",
  notNow: "Das ist gerade nicht möglich. Bitte versuch es gleich noch einmal.",
  formTitle: "Schreib einen Kommentar",
  replyTitle: "Deine Antwort an {name}",
  text: "Dein Kommentar",
  promise: "Dein Kommentar erscheint, sobald ein Mensch aus der Redaktion ihn gelesen hat.",
  textMissing: "Bitte schreib zuerst deinen Kommentar.",
  emailWrong: "Das sieht nicht nach einer E-Mail-Adresse aus. Du kannst das Feld auch leer lassen.",
  failed: "Das ließ sich gerade nicht senden. Dein Text ist noch da; bitte versuch es in einem Moment noch einmal.",
  pendingTitle: "Vielen Dank! Dein Kommentar wartet auf Freischaltung.",
};

/** @type {Partial<Record<keyof typeof import("./de.js").more, string | Record<string, string>>>} */
export const more = {
  notifyHint: "Du bestätigst das über einen Link in unserer E-Mail und kannst es jederzeit beenden.",
  emailMissing: "Für die Benachrichtigung brauchen wir deine E-Mail-Adresse.",
  consentMissing: "Ohne deine Einwilligung dürfen wir den Kommentar nicht annehmen.",
  offline: "Du bist gerade ohne Internetverbindung. Dein Text ist noch da; bitte sende ihn, sobald die Verbindung wieder steht.",
  unanswered: "Der Kommentardienst antwortet gerade nicht. Dein Text ist noch da; bitte sende ihn in einem Moment noch einmal.",
  broken: "Auf unserer Seite ist etwas schiefgegangen. Dein Text ist noch da; bitte sende ihn in einem Moment noch einmal.",
  tooMuch: "Gerade kamen viele Kommentare auf einmal. Dein Text ist noch da; bitte sende ihn etwas später noch einmal.",
  closedMeanwhile: "Die Kommentare wurden inzwischen geschlossen. Dein Text ist noch da, damit du ihn kopieren kannst.",
  manage: "Über diesen Link kannst du deinen Kommentar ansehen, ändern oder zurückziehen. Er wird nur jetzt gezeigt:",
  editUntil: "Ändern kannst du ihn, solange er wartet; nach der Freischaltung noch bis {time}.",
  previewTitle: "So wird dein Kommentar aussehen",
  previewEmpty: "Sobald du etwas schreibst, erscheint hier die Vorschau.",
  previewFailed: "Die Vorschau ist gerade nicht erreichbar. Absenden kannst du trotzdem.",
  adviceTitle: "Bitte prüf deinen Text noch einmal",
  adviceText: "Du kannst ihn danach trotzdem absenden. Geprüft wird nur hier, nichts ist gespeichert.",
  saved: "Deine Änderung ist gespeichert.",
  withdrawn: "Dein Kommentar ist zurückgezogen.",
  reasonChoose: "Bitte wähl aus",
  reportEmailHint: "Nur für unsere Antwort an dich.",
  reported: "Vielen Dank. Wir sehen uns den Kommentar an.",
  reasonMissing: "Bitte wähl aus, worum es geht.",
  signed: "Du schreibst als {name}.",
  signedEditor: "Du schreibst als {name}, mit dem Zeichen der Redaktion.",
  signedOff: "Deine Anmeldung auf der Website ist beendet. Dein Text ist noch da: Bitte kopiere ihn, melde dich neu an und sende ihn dann.",
  toAllHint: "Dein Kommentar steht dann für alle lesbar unter dem Artikel.",
  confided: "Ob es zugestellt ist, siehst du eine Woche lang hier; bis dahin kannst du es auch zurücknehmen:",
};

/** @type {Partial<Record<keyof typeof import("./de.js").questions, string | Record<string, string>>>} */
export const questions = {
  answerTitle: "Deine Antwort auf diese Frage",
};
