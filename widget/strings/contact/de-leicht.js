/** German in short sentences: what is said in another way than in de.js. The form to a contact. */

/** @type {Partial<Record<keyof typeof import("./de.js").default, string>>} */
export default {
  lead: "Ihre Nachricht bekommt nur eine Person. Sie kommt als E-Mail an. Sie steht nicht im Internet.",
  emailHint: "E-Mail ist elektronische Post. Ohne E-Mail-Adresse kann niemand antworten. Die Adresse sieht nur die Person, die Ihre Nachricht liest.",
  consentMissing: "Sie müssen zustimmen. Sonst dürfen wir die Nachricht nicht weitergeben.",
  failed: "Das Senden hat nicht geklappt. Ihr Text ist noch da. Bitte versuchen Sie es gleich noch einmal.",
  receipt: "Hier sehen Sie, ob die Nachricht angekommen ist. Das geht eine Woche lang. Vorher können Sie die Nachricht auch zurück-nehmen:",
  yourWords: "Ihr Text, zum Aufheben",
};
