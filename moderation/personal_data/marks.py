"""What stands in place of a hidden address, in the languages of the widget."""

MARKS = {
    "de": "[E-Mail-Adresse verborgen]",
    "en": "[e-mail address hidden]",
    "fr": "[adresse e-mail masquée]",
    "tr": "[e-posta adresi gizlendi]",
    "uk": "[адресу електронної пошти приховано]",
    "ar": "[عنوان البريد الإلكتروني مخفي]",
    "pl": "[adres e-mail ukryty]",
}


def mark(language: str) -> str:
    """The mark in a page's language (`de`, `de-du`, `en-GB` …), in English where there is none."""
    return MARKS.get(language.lower().replace("_", "-").split("-", 1)[0], MARKS["en"])
