/** Polish. The form to a contact. */

/** @type {Record<keyof typeof import("./de.js").default, string>} */
export default {
  direction: "ltr",
  title: "Napisz do: {name}",
  lead: "Twoja wiadomość trafi e-mailem do jednej osoby. Nie zostanie nigdzie opublikowana.",
  reads: "Można pisać w językach: {languages}.",
  required: "Pola oznaczone * są wymagane.",
  text: "Twoja wiadomość",
  name: "Imię (dobrowolnie)",
  email: "E-mail (dobrowolnie)",
  emailHint: "Bez adresu nikt nie może odpowiedzieć. Widzi go tylko osoba, która czyta wiadomość.",
  honeypot: "Prosimy zostawić to pole puste",
  privacy: "Ochrona danych",
  send: "Wyślij wiadomość",
  sending: "Wysyłanie …",
  trouble: "Jeszcze się nie udało",
  textMissing: "Najpierw prosimy napisać wiadomość.",
  emailWrong: "To nie wygląda na adres e-mail. Pole można też zostawić puste.",
  consentMissing: "Bez zgody nie możemy przekazać wiadomości.",
  failed: "Teraz nie udało się wysłać. Tekst jest nadal tutaj; prosimy spróbować za chwilę.",
  receipt: "Przez tydzień widać tutaj, czy została doręczona; do tego czasu można ją też wycofać:",
  receiptLink: "Moja wiadomość",
  yourWords: "Treść, do zachowania",
  another: "Napisz kolejną wiadomość",
};
