"""Why a row was not taken as it stands, in the language of who reads it.

Reasons arise in English, some in a process that has no catalogues; here they are found again by their form.
"""

import re
from functools import cache

from service.errors import _
from service.texts import translations

_REASONS = (
    _("a pingback from %(where)s, not a comment"),
    _("a trackback from %(where)s, not a comment"),
    _("of the type “%(kind)s”, not a comment"),
    _("on a page that not everybody may read"),
    _("without an id"),
    _("without an id or a page"),
    _("of no known status or page"),
    _("“%(told)s” is not a time"),
    _("“%(told)s” is no page"),
    _("without text"),
    _("longer than %(most)s characters"),
    _("the name is cut to %(most)s characters"),
    _("what stood for an e-mail address is none and was left out"),
    _("the website is no http address, or holds an e-mail address, and was left out"),
    _("what it answers is not there; it stands alone now"),
    _("what it answers is on another page, or answers it; it stands alone"),
)
_PLACE = re.compile(r"%\\\((\w+)\\\)s")


def in_language(reason: str, language: str) -> str:
    """The reason translated; one that nobody foresaw stays as it is."""
    for template, form in _forms():
        found = form.fullmatch(reason)
        if found:
            return translations(language).gettext(template) % found.groupdict()
    return reason


@cache
def _forms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((each, re.compile(_PLACE.sub(r"(?P<\1>.*)", re.escape(each)), re.DOTALL)) for each in _REASONS)
