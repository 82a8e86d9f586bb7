/** Turkish. The form to a contact. */

/** @type {Record<keyof typeof import("./de.js").default, string>} */
export default {
  direction: "ltr",
  title: "{name} adlı kişiye yazın",
  lead: "Mesajınız e-posta ile tek bir kişiye gider. Hiçbir yerde yayımlanmaz.",
  reads: "Şu dillerde yazabilirsiniz: {languages}.",
  required: "* ile işaretli alanlar zorunludur.",
  text: "Mesajınız",
  name: "Ad (isteğe bağlı)",
  email: "E-posta (isteğe bağlı)",
  emailHint: "Adres olmadan kimse size yanıt veremez. Adresi yalnızca mesajınızı okuyan kişi görür.",
  honeypot: "Lütfen bu alanı boş bırakın",
  privacy: "Gizlilik",
  send: "Mesajı gönder",
  sending: "Gönderiliyor …",
  trouble: "Henüz olmadı",
  textMissing: "Lütfen önce mesajınızı yazın.",
  emailWrong: "Bu bir e-posta adresine benzemiyor. Alanı boş da bırakabilirsiniz.",
  consentMissing: "Onayınız olmadan mesajı iletemeyiz.",
  failed: "Şu anda gönderilemedi. Metniniz duruyor; lütfen biraz sonra yeniden deneyin.",
  receipt: "Teslim edilip edilmediğini bir hafta boyunca burada görebilirsiniz; o zamana kadar geri de alabilirsiniz:",
  receiptLink: "Mesajım",
  yourWords: "Saklamanız için metniniz",
  another: "Bir mesaj daha yazın",
};
