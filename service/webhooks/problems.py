"""Why a webhook's message has not arrived, in the language of who reads it."""

from service.errors import _
from service.foreseen import Foreseen

in_language = Foreseen(
    (
        _("no answer within %(seconds)s seconds"),
        _("the answer is not HTTP"),
        _("status %(status)s: redirects are not followed"),
        _("status %(status)s"),
        _("the connection was closed without an answer"),
        _("%(host)s cannot be found"),
        _("%(host)s has no address"),
        _("%(host)s leads to %(address)s, which is no public address"),
        # The system's own words, as `strerror` has them.
        _("Connection refused"),
        _("Connection reset by peer"),
        _("No route to host"),
        _("Network is unreachable"),
    )
).in_language
