"""Who may do what: one table from role to permissions. Whatever asks for a right asks here."""

from collections.abc import Mapping
from typing import Literal, get_args

# `read`: queue, comments, figures. `decide`: every ruling and what belongs to it, such as notes and claims. `answer`:
# write in a thread with the badge. `ask`: put questions under an article. `settle`: have the last word where two
# opinions differ. `sentences`: change the site's own sentences for rejections. `learning`: take back what decisions
# have taught. `settings`, `people`: the site itself, and who works at it. `addresses`: see a full e-mail address,
# which is written down. `requests`: answer what people ask about their data. `contacts`: whom readers can write to, and
# what could not be delivered to them.
Permission = Literal[
    "read", "decide", "answer", "ask", "settle", "sentences", "learning", "settings", "people", "addresses", "requests",
    "contacts",
]  # fmt: skip
_MODERATES: frozenset[Permission] = frozenset(("read", "decide"))
_EDITS: frozenset[Permission] = _MODERATES | frozenset(
    ("answer", "ask", "settle", "sentences", "addresses", "contacts")
)
PERMISSIONS: Mapping[str, frozenset[Permission]] = {
    "auditor": frozenset(("read",)),
    "moderator": _MODERATES,
    "editor": _EDITS,
    "admin": frozenset(get_args(Permission)),
}
