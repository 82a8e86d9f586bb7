"""What a single key does at the desk, and which key that usually is."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.errors import _


@dataclass(frozen=True, slots=True)
class Key:
    """What a key does, and which one it usually is."""

    does: str
    usual: str
    told: str


KEYS = (
    Key("next", "j", _("next card")),
    Key("previous", "k", _("previous card")),
    Key("approve", "a", _("approve")),
    Key("reject", "r", _("reject: opens the reasons")),
    Key("spam", "s", _("spam")),
    Key("hold", "h", _("keep back")),
    Key("note", "n", _("note or hand over")),
    Key("answer", "w", _("answer")),
    Key("feature", "f", _("feature")),
    Key("select", "x", _("choose the card for a decision about many")),
    Key("undo", "u", _("take back, within 30 seconds")),
    Key("search", "/", _("search")),
    Key("help", "?", _("show these keys")),
)


def keys_of(chosen: Mapping[str, str]) -> dict[str, str]:
    """The moderator's keys, by what they do."""
    return {each.does: chosen.get(each.does, each.usual) for each in KEYS}
