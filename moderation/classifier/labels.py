"""The judge's reasons in words that a moderator understands, in German and English."""

from typing import Literal

from moderation.verdict import Reason, Score

Language = Literal["de", "en"]

_LABELS: dict[str, tuple[str, str]] = {
    "word": ("Wort", "word"),
    "quoted": ("Wort in Anführungszeichen", "word in quotation marks"),
    "pair": ("Wortfolge", "phrase"),
    "name": ("Wort im Namen", "word in the name"),
    "host": ("Adresse der Website", "website address"),
    "form": ("Art des Absendens", "way of sending"),
    "learned": ("aus Ihren Entscheidungen", "from your decisions"),
    "links": ("Links im Text", "links in the text"),
    "link_share": ("Text besteht zum großen Teil aus Links", "much of the text is links"),
    "markup": ("HTML oder BBCode im Text", "HTML or BBCode in the text"),
    "host_tld": ("ungewöhnliche Adressendung", "unusual address ending"),
    "host_hyphens": ("Bindestriche in der Adresse", "hyphens in the address"),
    "host_digits": ("Ziffern in der Adresse", "digits in the address"),
    "host_length": ("lange Adresse", "long address"),
    "url_path": ("Website zeigt auf eine Unterseite", "website points to a subpage"),
    "host_is_name": ("Name kommt in der Adresse vor", "name appears in the address"),
    "name_digits": ("Ziffern im Namen", "digits in the name"),
    "name_words": ("langer Name", "long name"),
    "name_trade": ("Waren oder Angebot im Namen", "goods or an offer in the name"),
    "host_trade": ("Waren oder Angebot in der Adresse", "goods or an offer in the address"),
    "hidden_link": ("getarnter Link", "disguised link"),
    "coupon": ("Rabattcode", "discount code"),
    "handle": ("Kontoname", "name of an account"),
    "name_host": ("Adresse als Name", "address as a name"),
    "name_capitals": ("Name in Großbuchstaben", "name in capitals"),
    "money": ("Geldbeträge", "amounts of money"),
    "percent": ("Prozentangaben", "percentages"),
    "phone": ("Telefonnummer", "telephone number"),
    "messenger": ("Messenger wird genannt", "a messenger is named"),
    "masked": ("E-Mail-Adresse im Text", "e-mail address in the text"),
    "capitals": ("Großbuchstaben", "capital letters"),
    "exclamations": ("Ausrufezeichen", "exclamation marks"),
    "questions": ("Fragezeichen", "question marks"),
    "emoji": ("Emojis", "emoji"),
    "disguise": ("getarnte Zeichen", "disguised characters"),
    "starred": ("Wörter mit Sternchen verdeckt", "words starred out"),
    "hashtags": ("Hashtags", "hashtags"),
    "digits": ("Anteil der Ziffern", "share of digits"),
    "length": ("Länge des Textes", "length of the text"),
    "quotation": ("Zitate im Text", "quotations in the text"),
    "site": ("was auf dieser Website üblich ist", "what is usual on this site"),
    "brief": ("sehr kurzer Text", "very short text"),
    "addressed": ("jemand wird geduzt", "somebody is addressed as “you”"),
}
_CLASSES: dict[str, tuple[str, str]] = {
    "insult": ("beleidigende Wörter", "insulting words"),
    "vulgar": ("vulgäre Wörter", "vulgar words"),
    "group": ("Bezeichnungen für Gruppen", "names of groups"),
    "contempt": ("abwertende Wörter", "words of contempt"),
    "harm": ("Wörter der Gewalt", "words of violence"),
    "menace": ("bedrohliche Wörter", "menacing words"),
    "belittle": ("herablassende Wörter", "belittling words"),
    "reported": ("Hinweise auf ein Zitat", "signs of a quotation"),
    "offer": ("Wörter eines Angebots", "words of an offer"),
    "contact": ("Aufforderung zum Kontakt", "invitation to get in touch"),
    "reward": ("Wörter um Geld und Gewinn", "words of money and gain"),
    "goods": ("oft beworbene Waren", "goods that are often advertised"),
    "praise": ("lobende Wörter", "words of praise"),
    "civic": ("Wörter des Gemeinwesens", "words of civic life"),
    "me": ("in Ich- oder Wir-Form", "written as “I” or “we”"),
    "you": ("Anrede", "somebody is addressed"),
    "testimony": ("Wörter eines Erfahrungsberichts", "words of a testimonial"),
    "channel": ("Werbung für einen Kanal", "words that advertise a channel"),
    "forward": ("Aufforderung zum Weitergeben", "calls to pass it on"),
    "plea": ("Wörter um Not und Spenden", "words of need and giving"),
}
_SPAM = {
    "de": (
        "Das liest sich wie ein gewöhnlicher Kommentar.",
        "Es ist nicht klar, ob das Spam ist.",
        "Das liest sich wie Spam.",
    ),
    "en": ("This reads like an ordinary comment.", "It is not clear whether this is spam.", "This reads like spam."),
}
_VIOLATION = {
    "de": (
        "Ein rauer Ton ist nicht zu erkennen.",
        "Der Ton könnte verletzen.",
        "Der Ton verletzt vermutlich die Netiquette.",
    ),
    "en": ("No harsh tone is apparent.", "The tone might hurt.", "The tone probably breaks the rules of conduct."),
}
_UNFAMILIAR = {
    "de": "Viele Wörter sind der Software unbekannt, darum zählt ihre Einschätzung hier wenig.",
    "en": "Many words are unknown to the software, so its opinion counts for little here.",
}
_REASON = {"de": "Am meisten sprach dafür: {}.", "en": "What weighed most: {}."}


def label_text(key: str, language: str) -> str:
    """A reason's label in words; German for "de" in all its varieties, English for everything else."""
    place = 0 if language.startswith("de") else 1
    if key in _LABELS:
        return _LABELS[key][place]
    and_ = (" und ", " and ")[place]
    return and_.join(_CLASSES[part][place] if part in _CLASSES else part for part in key.replace("&", "+").split("+"))


def summary(score: Score, language: str) -> str:
    """Two sentences: what the software thinks, and what it rests on."""
    tongue: Language = "de" if language.startswith("de") else "en"
    if score.spam is None or score.violation is None:
        return {
            "de": "Die Software konnte diesen Text nicht einschätzen.",
            "en": "The software could not judge this text.",
        }[tongue]
    tells_spam = score.spam >= 0.3 or score.violation < 0.3
    opinion = (_SPAM if tells_spam else _VIOLATION)[tongue][_step(score.spam if tells_spam else score.violation)]
    if not score.familiar:
        return f"{opinion} {_UNFAMILIAR[tongue]}"
    head, sign = ("spam", -1 if score.spam < 0.3 else 1) if tells_spam else ("violation", 1)
    named = [_named(each, tongue) for each in score.reasons if each.head == head and each.weight * sign > 0][:3]
    return f"{opinion} {_REASON[tongue].format(', '.join(named))}" if named else opinion


def _step(probability: float) -> int:
    return 0 if probability < 0.3 else 1 if probability < 0.7 else 2


def _named(reason: Reason, language: Language) -> str:
    label = label_text(reason.label, language)
    if not reason.text:
        return label
    return f"„{reason.text}“" if language == "de" else f"“{reason.text}”"
