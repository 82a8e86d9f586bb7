/** French. The form to a contact. */

/** @type {Record<keyof typeof import("./de.js").default, string>} */
export default {
  direction: "ltr",
  title: "Écrire à {name}",
  lead: "Votre message est envoyé par e-mail à une seule personne. Il n’est publié nulle part.",
  reads: "Vous pouvez écrire en : {languages}.",
  required: "Les champs marqués d’un * sont obligatoires.",
  text: "Votre message",
  name: "Nom (facultatif)",
  email: "E-mail (facultatif)",
  emailHint: "Sans adresse, personne ne peut vous répondre. Seule la personne qui lit votre message la voit.",
  honeypot: "Merci de laisser ce champ vide",
  privacy: "Confidentialité",
  send: "Envoyer le message",
  sending: "Envoi en cours …",
  trouble: "Cela n’a pas encore fonctionné",
  textMissing: "Veuillez d’abord écrire votre message.",
  emailWrong: "Cela ne ressemble pas à une adresse e-mail. Vous pouvez aussi laisser ce champ vide.",
  consentMissing: "Sans votre consentement, nous ne pouvons pas transmettre le message.",
  failed: "L’envoi est impossible pour le moment. Votre texte est toujours là ; réessayez dans un instant.",
  receipt: "Pendant une semaine, vous voyez ici s’il a été remis ; jusque-là, vous pouvez aussi le retirer :",
  receiptLink: "Mon message",
  yourWords: "Vos mots, à conserver",
  another: "Écrire un autre message",
};
