"""Sentences that arise in English where no catalogue is at hand, found again by their form where people read them."""

import re
from collections.abc import Iterable

from service.texts import translations

_PLACE = re.compile(r"%\\\((\w+)\\\)s")


class Foreseen:
    """Marked texts with places, such as `status %(status)s`."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._forms = [
            (each, re.compile(_PLACE.sub(r"(?P<\1>.*)", re.escape(each)), re.DOTALL)) for each in dict.fromkeys(texts)
        ]

    def in_language(self, said: str, language: str) -> str:
        """What was said, translated; what nobody foresaw stays as it is."""
        for template, form in self._forms:
            found = form.fullmatch(said)
            if found:
                return translations(language).gettext(template) % found.groupdict()
        return said
