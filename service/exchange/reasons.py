"""Why a row was not taken as it stands, in the language of who reads it."""

from service.errors import _
from service.foreseen import Foreseen

in_language = Foreseen(
    (
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
).in_language
