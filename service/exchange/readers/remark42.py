"""Remark42's backup: a line about the site, then a comment a line, usually packed with gzip.

It keeps names and Markdown as its sanitiser for HTML leaves them: `&` is `&amp;` there, and a quotation begins `&gt;`.
"""

from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

from service.exchange.readers.jsonlines import opened, rows
from service.exchange.record import BadFile, Fault, Item, Place, Record
from service.exchange.times import BadTime, read_time


def read(path: Path) -> Iterator[Item]:
    """Pages that are closed, and all comments."""
    with opened(path) as file:
        titled: set[str] = set()
        for place, (where, found) in enumerate(rows(file, "backup of Remark42")):
            if isinstance(found, Fault):
                yield found
                continue
            if place == 0:
                if "version" not in found:
                    raise BadFile("This is no backup of Remark42: its first line names no version.")
                yield from _closed(found)
                continue
            yield from _entitled(where, found, titled)
            yield _comment(where, found)


def _closed(head: dict[str, Any]) -> Iterator[Item]:
    posts = head.get("posts")
    for post in posts if isinstance(posts, list) else []:
        if isinstance(post, dict) and post.get("read_only") is True and _text(post.get("url")):
            yield Place("line 1", _text(post.get("url")), open=False)


def _entitled(where: str, found: dict[str, Any], titled: set[str]) -> Iterator[Item]:
    """A comment brings the title of its page; the first one counts."""
    locator = found.get("locator")
    page = _text(locator.get("url")) if isinstance(locator, dict) else ""
    if page and page not in titled and _text(found.get("title")):
        titled.add(page)
        yield Place(where, page, _text(found.get("title")))


def _comment(where: str, found: dict[str, Any]) -> Item:
    locator, user, edit = (found.get(each) or {} for each in ("locator", "user", "edit"))
    if not all(isinstance(each, dict) for each in (locator, user, edit)):
        return Fault(where, "not a comment of Remark42")
    source, page = _text(found.get("id")), _text(locator.get("url"))
    where = f"{where}, comment {source[:40]}"
    if not source or not page:
        return Fault(where, "without an id" if not source else "without its page")
    try:
        created = read_time(_text(found.get("time")))
        edited = read_time(_text(edit.get("time"))) if edit.get("time") else ""
    except BadTime as error:
        return Fault(where, str(error))
    typed = _text(found.get("orig"))
    return Record(
        where=where,
        source=source,
        page=page,
        text=typed or _text(found.get("text")),
        form="cleaned" if typed else "html",
        created=created,
        edited=edited,
        status="deleted" if found.get("delete") is True else "approved",
        parent=_text(found.get("pid")),
        name=unescape(_text(user.get("name"))),
        pinned=found.get("pin") is True,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
