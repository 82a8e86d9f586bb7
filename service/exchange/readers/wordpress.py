"""WordPress's export (WXR), as its own `export_wp` writes it.

What real files hold, seen in those of WordPress 6.1: an author's address with a bare `&`; replies to comments that were
left out as spam; pings among the comments; `]]>` split over two sections; a local and a universal form of each time,
of which the universal one may be all zeros; titles and names that are stored as HTML. Posts that are private, locked
or not published are in it as well: what was said about them would be public here, so it is refused.
"""

from collections.abc import Iterator, Mapping
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
_HEAD = ("title", "link", "wp:post_id", "wp:comment_status", "wp:status", "wp:post_password", "wp:base_blog_url")
_NOT_PUBLIC = ("private", "draft", "pending", "future", "trash", "auto-draft")
_NO_TIME = "0000-00-00"


def read(path: Path) -> Iterator[Item]:
    """The comments of every post, page and attachment."""
    with path.open("rb") as file:
        blog, head, seen = "", dict[str, str](), False
        for piece in cut(file, ("wp:comment", *_HEAD), marks=("item", "/item", "rss")):
            if piece.name in ("rss", "item", "/item"):
                seen, head = True, {}
            elif piece.name == "wp:comment":
                found = _comment(piece, head, blog)
                if isinstance(found, Record):
                    yield from _place(head, piece)
                yield found
            elif piece.name == "wp:base_blog_url":
                blog = same_place(_only(piece))
            else:
                head.setdefault(piece.name, _only(piece))
        if not seen:
            raise BadFile("This is no WordPress export: it holds no <rss>.")


def comment_of(found: Mapping[str, str], where: str, page: str, blog: str) -> Record | Fault:
    """The comment that these fields of WordPress's tell of, named as in the export but without their prefix.

    `blog` is what `same_place` makes of the blog's address: the id there is an id only together with it.
    """
    source = found.get("id", "").strip()
    kind = found.get("type", "").strip()
    if kind in ("pingback", "trackback"):
        return Fault(where, f"a {kind} from {found.get('author_url', '')[:120]}, not a comment")
    if kind not in ("", "comment"):
        # Editors' notes among themselves are kept as comments, too, and so are plugins' orders and logs.
        return Fault(where, f"of the type “{kind[:40]}”, not a comment")
    status = _STATUSES.get(found.get("approved", "").strip())
    if not _is_number(source) or status is None or not page:
        return Fault(where, "of no known status or page" if _is_number(source) else "without an id")
    try:
        created = _time(found)
    except BadTime as error:
        return Fault(where, str(error))
    parent = found.get("parent", "").strip()
    return Record(
        where=where,
        source=f"{blog} {source}",
        page=page,
        text=found.get("content", ""),
        form="lines",
        created=created,
        status=status,
        parent=f"{blog} {parent}" if parent not in ("", "0") else "",
        name=unescape(found.get("author", "")),
        email=found.get("author_email", "").strip(),
        url=found.get("author_url", "").strip(),
    )


def same_place(address: str) -> str:
    """A blog's address as a name for it: a blog stays the same when it moves to https."""
    parts = urlsplit(address)
    return (parts.netloc + parts.path).removeprefix("www.").rstrip("/").casefold()


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
    where = f"{where}, comment {found.get('id', '').strip()[:20]}"
    if head.get("wp:status") in _NOT_PUBLIC or head.get("wp:post_password"):
        return Fault(where, "on a page that not everybody may read")
    return comment_of(found, where, head.get("link", ""), blog)


def _time(found: Mapping[str, str]) -> str:
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


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 20
