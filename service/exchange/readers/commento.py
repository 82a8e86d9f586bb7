"""Commento's export, and Comentario's (versions 1 and 3), which grew out of it: people and comments in one object."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from service.exchange.readers.elements import elements
from service.exchange.readers.jsonlines import BadLine, opened, parse
from service.exchange.record import BadFile, Fault, Item, Place, Record, Status
from service.exchange.times import BadTime, read_time

_MOST_PEOPLE = 300_000
_NO_PARENT = ("", "root", "00000000-0000-0000-0000-000000000000")
_STATES: dict[str, Status] = {"approved": "approved", "unapproved": "pending", "flagged": "pending", "": "approved"}

# Name, address and website of somebody who wrote.
_Person = tuple[str, str, str]


def read(path: Path) -> Iterator[Item]:
    """Pages and comments. The people who wrote them may come last in the file, so it is read twice."""
    people: dict[str, _Person] = {}
    pages: dict[str, str] = {}
    for name, number, source in _elements(path):
        found = _parsed(source)
        if isinstance(found, str):
            continue  # told of in the second reading
        if name == "commenters":
            people[_text(found.get("commenterHex")) or _text(found.get("id"))] = _person(found)
        if name == "pages" and _text(found.get("path")):
            pages[_text(found.get("id"))] = _text(found.get("path"))
            yield Place(f"page {number}", _text(found.get("path")), _text(found.get("title")), _is_open(found))
        if len(people) + len(pages) > _MOST_PEOPLE:
            raise BadFile(f"More than {_MOST_PEOPLE} people and pages: this is no export.")
    for name, number, source in _elements(path):
        if name == "comments":
            yield _comment(f"comment {number}", _parsed(source), people, pages)


def _elements(path: Path) -> Iterator[tuple[str, int, bytes | None]]:
    with opened(path) as file:
        yield from elements(file)


def _parsed(source: bytes | None) -> dict[str, Any] | str:
    try:
        return parse(source)
    except BadLine as error:
        return str(error)


def _comment(where: str, found: dict[str, Any] | str, people: dict[str, _Person], pages: dict[str, str]) -> Item:
    if isinstance(found, str):
        return Fault(where, found)
    source = _text(found.get("commentHex")) or _text(found.get("id"))
    where = f"{where}, {source[:40]}"
    page = pages.get(_text(found.get("pageId"))) or _text(found.get("path")) or _text(found.get("url"))
    if not source or not page:
        return Fault(where, "without an id" if not source else "its page is not in the file")
    try:
        created = read_time(_text(found.get("creationDate")) or _text(found.get("createdTime")))
        # What never happened happened in the year one.
        edited = _text(found.get("editedTime"))
        edited = read_time(edited) if edited and not edited.startswith("0001") else ""
    except BadTime as error:
        return Fault(where, str(error))
    name, email, url = people.get(_text(found.get("commenterHex")) or _text(found.get("userCreated")), ("", "", ""))
    parent = _text(found.get("parentHex")) or _text(found.get("parentId"))
    typed = _text(found.get("markdown"))
    return Record(
        where=where,
        source=source,
        page="/" + page.lstrip("/") if "://" not in page else page,
        text=typed or _text(found.get("html")),
        form="markdown" if typed else "html",
        created=created,
        edited=edited,
        status=_status(found, typed),
        parent="" if parent in _NO_PARENT else parent,
        name=_text(found.get("authorName")) or name,
        email=email,
        url=url,
        pinned=found.get("isSticky") is True,
    )


def _status(found: dict[str, Any], typed: str) -> Status:
    if found.get("deleted") is True or found.get("isDeleted") is True or typed == "[deleted]":
        return "deleted"
    if "isApproved" in found or "isPending" in found:
        if found.get("isPending") is True:
            return "pending"
        return "approved" if found.get("isApproved") is True else "rejected"
    return _STATES.get(_text(found.get("state")), "pending")


def _person(found: dict[str, Any]) -> _Person:
    website = _text(found.get("link")) or _text(found.get("websiteUrl"))
    return _text(found.get("name")), _text(found.get("email")), "" if website == "undefined" else website


def _is_open(found: dict[str, Any]) -> bool:
    return found.get("isReadonly") is not True


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
