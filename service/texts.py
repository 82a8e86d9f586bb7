"""What people read, in their language: gettext catalogues, compiled when the service starts.

The source texts are English; `locale/<language>/*.po` hold the translations, one catalogue a part of the service.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

LANGUAGES = ("de", "en")
# Other ways of speaking a language, for readers; a text that they have no words of their own for has the language's.
TONES = ("de-du", "de-leicht")
_LOCALE = Path(__file__).parent / "locale"


@cache
def translations(language: str) -> NullTranslations:
    """All texts in one of `LANGUAGES` or `TONES`; `.gettext(…)` and `.ngettext(…)` give a text."""
    merged = NullTranslations()
    spoken = language_in(language)
    for path in (*_catalogues(spoken), *(_catalogues(language) if language != spoken else ())):
        compiled = BytesIO()
        with path.open("rb") as file:
            write_mo(compiled, read_po(file, locale=spoken))
        compiled.seek(0)
        found = Translations(compiled, domain="messages")
        merged = merged.merge(found) if isinstance(merged, Translations) else found
    return merged


def language_in(tone: str) -> str:
    """The language that is spoken in a tone: `de` for `de-leicht`, and for `de`."""
    return tone.partition("-")[0]


def tell(language: str, text: str, **values: object) -> str:
    """`text` in the language, with `%(name)s` filled in."""
    translated = translations(language).gettext(text)
    return translated % values if values else translated


def choose_language(accept: str, otherwise: str) -> str:
    """The first of `LANGUAGES` that an Accept-Language header asks for, by weight (RFC 9110, section 12.5.4)."""
    for tag in _by_weight(accept[:200]):
        language = tag.split("-")[0]
        if language in LANGUAGES:
            return language
    known = otherwise.partition("-")[0]
    return known if known in LANGUAGES else LANGUAGES[0]


def choose_tone(accept: str, language: str) -> str:
    """The way in which the netiquette speaks: one of `TONES` if it is asked for first, else plainly the language."""
    first = next(iter(_by_weight(accept[:200])), "")
    return first if first in TONES and first.startswith(language) else language


def _catalogues(language: str) -> list[Path]:
    return sorted((_LOCALE / language).glob("*.po"))


@lru_cache(maxsize=256)
def _by_weight(accept: str) -> Sequence[str]:
    weighted = []
    for part in accept.lower().split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            weighted.append((-float(weight or 1), tag.strip()))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(weighted, key=lambda each: each[0]) if weight]
