"""What authors get for what they sent: how it will look, what was noticed, and the link that manages it."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from models.comment import Comment
from models.filing import Filed
from models.site import Site
from moderation.lifecycle import Status
from moderation.reading import Shown
from moderation.verdict import Finding
from service.errors import _
from service.state import Service
from service.taking import expected, own_words
from service.texts import tell
from service.wire import FindingShape, ReceiptShape, findings_shape, time_shape

_PUBLISHED = _("Thank you. Your comment is published.")
_THANKS = _("Thank you. Your comment is waiting for release: a person reads it before it appears.")


def receipt(service: Service, filed: Filed | Comment, shown: Shown, site: Site, language: str) -> ReceiptShape:
    """What the author gets, once: how the comment will look, what was noticed, and the link that manages it."""
    token = service.tokens.manage(filed.id)
    return {
        "id": filed.id,
        "status": "approved" if filed.status == Status.APPROVED else "pending",
        "html": filed.html,
        "findings": as_typed(shown, filed.findings),
        "manage_token": token,
        "manage_url": f"{service.settings.base_url}/comments/{filed.id}/{token}",
        "edit_until": time_shape(filed.created_at + timedelta(minutes=site.edit_minutes)),
        "message": _message(filed, site, language),
    }


def as_typed(shown: Shown, findings: Iterable[Finding | Mapping[str, Any]]) -> list[FindingShape]:
    """Findings that point into the text as it was typed, which is the text that the author has before them.

    Where the shown text was taken from the rendered form there is no way back, so such findings point nowhere.
    """
    trace = shown.trace
    shapes = findings_shape(findings)
    for each in shapes:
        start, end = each["start"], each["end"]
        each["start"] = trace.origin(start) if trace and start is not None else None
        each["end"] = trace.origin(end) if trace and end is not None else None
    return shapes


def _message(filed: Filed | Comment, site: Site, language: str) -> str:
    if filed.status == Status.APPROVED:
        return tell(language, _PUBLISHED)
    own = own_words(site, "thanks", language) or tell(language, _THANKS)
    return " ".join(filter(None, (own, expected(site, filed.created_at, language))))
