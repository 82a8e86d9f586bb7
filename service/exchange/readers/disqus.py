"""Disqus's export: first the pages (`thread`), then the comments (`post`) that name them by id."""

from collections.abc import Iterator
from pathlib import Path

from service.exchange.cutting import Piece, cut
from service.exchange.fields import BadPiece, fields_of
from service.exchange.record import BadFile, Fault, Item, Place, Record, Status
from service.exchange.times import BadTime, read_time

_ID = "@dsq:id"
_MOST_THREADS = 200_000


def read(path: Path) -> Iterator[Item]:
    """Pages and comments; deleted and spam ones with their status."""
    with path.open("rb") as file:
        links: dict[str, str] = {}
        seen = False
        for piece in cut(file, ("thread", "post"), marks=("disqus",)):
            if piece.name == "disqus":
                seen = True
            elif piece.name == "thread":
                yield from _thread(piece, links)
            else:
                yield _post(piece, links)
        if not seen:
            raise BadFile("This is no Disqus export: it holds no <disqus>.")


def _thread(piece: Piece, links: dict[str, str]) -> Iterator[Item]:
    where = f"line {piece.line}"
    found = _fields(piece)
    if isinstance(found, Fault):
        yield found
        return
    thread, link = found.get(_ID, "").strip(), found.get("link", "").strip() or found.get("id", "").strip()
    if not thread or not link:
        yield Fault(where, "a page without id or address")
        return
    if len(links) >= _MOST_THREADS:
        raise BadFile(f"More than {_MOST_THREADS} pages: this is no export.")
    links[thread] = link
    yield Place(where, link, found.get("title", "").strip(), found.get("isClosed", "").strip() != "true")


def _post(piece: Piece, links: dict[str, str]) -> Item:
    found = _fields(piece)
    if isinstance(found, Fault):
        return found
    source = found.get(_ID, "").strip() or found.get("id", "").strip()
    where = f"line {piece.line}, comment {source[:40]}"
    page = links.get(found.get(f"thread{_ID}", "").strip())
    if not source or page is None:
        return Fault(where, "its page is not in the file" if source else "without an id")
    try:
        created = read_time(found.get("createdAt", ""))
    except BadTime as error:
        return Fault(where, str(error))
    return Record(
        where=where,
        source=source,
        page=page,
        text=found.get("message", "").strip(),
        form="html",
        created=created,
        status=_status(found),
        parent=found.get(f"parent{_ID}", "").strip(),
        name=found.get("author/name", "").strip(),
        email=found.get("author/email", "").strip(),
    )


def _status(found: dict[str, str]) -> Status:
    if found.get("isDeleted", "").strip() == "true":
        return "deleted"
    if found.get("isSpam", "").strip() == "true":
        return "spam"
    return "pending" if found.get("isApproved", "").strip() == "false" else "approved"


def _fields(piece: Piece) -> dict[str, str] | Fault:
    where = f"line {piece.line}"
    if not piece.whole:
        return Fault(where, f"the {piece.name} has no end" if piece.source else "longer than any comment")
    try:
        return fields_of(piece.source)
    except BadPiece as error:
        return Fault(where, str(error))
