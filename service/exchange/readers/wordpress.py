"""WordPress's export (WXR), as its own `export_wp` writes it.

What real files hold, seen in those of WordPress 6.1: an author's address with a bare `&`; replies to comments that were
left out as spam; pings among the comments; `]]>` split over two sections; a local and a universal form of each time,
of which the universal one may be all zeros; titles and names that are stored as HTML.
"""

from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

from service.exchange.cutting import Piece, cut
from service.exchange.fields import BadPiece, fields_of
from service.exchange.record import BadFile, Fault, Item, Place, Record, Status
from service.exchange.times import BadTime, read_time

_STATUSES: dict[str, Status] = {
    "1": "approved", "approve": "approved", "approved": "approved", "0": "pending", "hold": "pending",
    "spam": "spam", "trash": "deleted", "post-trashed": "deleted",
}  # fmt: skip
_HEAD = ("title", "link", "wp:post_id", "wp:comment_status", "wp:base_blog_url")
_NO_TIME = "0000-00-00"


def read(path: Path) -> Iterator[Item]:
    """The comments of every post, page and attachment."""
    with path.open("rb") as file:
        blog, head, seen = "", dict[str, str](), False
        for piece in cut(file, ("wp:comment", *_HEAD), marks=("item", "/item", "rss")):
            if piece.name in ("rss", "item", "/item"):
                seen, head = True, {}
            elif piece.name == "wp:comment":
                yield from _place(head, piece)
                yield _comment(piece, head, blog)
            elif piece.name == "wp:base_blog_url":
                blog = _same_place(_only(piece))
            else:
                head.setdefault(piece.name, _only(piece))
        if not seen:
            raise BadFile("This is no WordPress export: it holds no <rss>.")


def _place(head: dict[str, str], piece: Piece) -> Iterator[Item]:
    """The page, once, before its first comment."""
    if head.get("link") and not head.get("told"):
        head["told"] = "yes"
        open_ = head.get("wp:comment_status", "open") != "closed"
        yield Place(f"line {piece.line}", head["link"], unescape(head.get("title", "")), open_)


def _comment(piece: Piece, head: dict[str, str], blog: str) -> Item:
    where = f"line {piece.line}"
    if not piece.whole:
        return Fault(where, "the comment has no end" if piece.source else "longer than any comment")
    try:
        found = {name.removeprefix("wp:comment_"): value for name, value in fields_of(piece.source).items()}
    except BadPiece as error:
        return Fault(where, str(error))
    source = found.get("id", "").strip()
    where = f"{where}, comment {source[:20]}"
    kind = found.get("type", "").strip()
    if kind in ("pingback", "trackback"):
        return Fault(where, f"a {kind} from {found.get('author_url', '')[:120]}, not a comment")
    status = _STATUSES.get(found.get("approved", "").strip())
    if not source.isdigit() or status is None or not head.get("link"):
        return Fault(where, "without an id" if not source.isdigit() else "of no known status or page")
    try:
        created = _time(found)
    except BadTime as error:
        return Fault(where, str(error))
    parent = found.get("parent", "").strip()
    return Record(
        where=where,
        source=f"{blog} {source}",
        page=head["link"],
        text=found.get("content", ""),
        form="lines",
        created=created,
        status=status,
        parent=f"{blog} {parent}" if parent not in ("", "0") else "",
        name=unescape(found.get("author", "")),
        email=found.get("author_email", "").strip(),
        url=found.get("author_url", "").strip(),
    )


def _time(found: dict[str, str]) -> str:
    universal = found.get("date_gmt", "")
    if universal.strip() and not universal.strip().startswith(_NO_TIME):
        return read_time(universal)
    return read_time(found.get("date", ""))


def _only(piece: Piece) -> str:
    """The text of an element that has nothing else."""
    try:
        return fields_of(piece.source).get("", "").strip() if piece.whole else ""
    except BadPiece:
        return ""


def _same_place(address: str) -> str:
    """A blog stays the same when it moves to https."""
    parts = urlsplit(address)
    return (parts.netloc + parts.path).removeprefix("www.").rstrip("/").casefold()
