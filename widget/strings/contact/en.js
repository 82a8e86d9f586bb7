/** English. The form to a contact. */

/** @type {Record<keyof typeof import("./de.js").default, string>} */
export default {
  direction: "ltr",
  title: "Write to {name}",
  lead: "Your message goes to one person by e-mail. It is published nowhere.",
  reads: "You can write in: {languages}.",
  required: "Fields marked with * are required.",
  text: "Your message",
  name: "Name (optional)",
  email: "E-mail (optional)",
  emailHint: "Without it nobody can answer you. Only the person who reads your message sees it.",
  honeypot: "Please leave this field empty",
  privacy: "Privacy",
  send: "Send message",
  sending: "Sending …",
  trouble: "That did not work yet",
  textMissing: "Please write your message first.",
  emailWrong: "This does not look like an e-mail address. You can also leave the field empty.",
  consentMissing: "Without your consent we may not pass the message on.",
  failed: "This could not be sent just now. Your text is still there; please try again in a moment.",
  receipt: "For a week you can see here whether it was delivered; until then you can also take it back:",
  receiptLink: "My message",
  yourWords: "Your words, to keep",
  another: "Write another message",
};
