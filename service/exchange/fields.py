"""The fields of one cut-out element, by their path: `author/name`, `thread@dsq:id`.

A piece that is not well-formed is repaired once: stray ampersands, HTML's named characters, bytes that are no UTF-8,
and control characters, all of which real exports have.
"""

import re
from html.entities import html5
from xml.parsers import expat

from service.exchange.record import LONGEST_TEXT

# XML knows five names; all other names are HTML's, or an ampersand that somebody forgot to write out.
_AMPERSAND = re.compile(r"&(?:#(?:\d{1,7}|[xX][0-9a-fA-F]{1,6});|([A-Za-z][A-Za-z0-9]{0,31});)?")
_XML_NAMES = frozenset(["amp", "lt", "gt", "quot", "apos"])
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DEEPEST = 12


class BadPiece(ValueError):
    """The element cannot be read, even repaired; the message says what is wrong."""


def fields_of(source: bytes) -> dict[str, str]:
    """Text and attributes below the element, by path. A field that comes twice is joined; or `BadPiece`."""
    try:
        return _parse(source)
    except (expat.ExpatError, BadPiece):
        pass
    try:
        return _parse(_repair(source).encode())
    except expat.ExpatError as error:
        raise BadPiece(f"not readable as XML ({expat.ErrorString(error.code)})") from None


def _parse(source: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    path: list[str] = []
    parts: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(path) >= _DEEPEST:
            raise BadPiece("nested too deeply")
        _close(found, path, parts)
        path.append(name)
        for key, value in attributes.items():
            found["/".join(path[1:]) + "@" + key] = value

    def end(_name: str) -> None:
        _close(found, path, parts)
        path.pop()

    parser = expat.ParserCreate("UTF-8")
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = parts.append
    parser.Parse(source, True)  # expat's own order
    return found


def _close(found: dict[str, str], path: list[str], parts: list[str]) -> None:
    text = "".join(parts)
    parts.clear()
    key = "/".join(path[1:])
    if len(found.get(key, "")) + len(text) > 4 * LONGEST_TEXT:
        raise BadPiece("longer than any comment")
    found[key] = found.get(key, "") + text


def _repair(source: bytes) -> str:
    """Outside of CDATA sections, where an ampersand is one."""
    text = _NOT_XML.sub("", source.decode("utf-8", "replace"))
    parts = re.split(r"(<!\[CDATA\[.*?\]\]>)", text, flags=re.DOTALL)
    return "".join(each if each.startswith("<![CDATA[") else _AMPERSAND.sub(_written_out, each) for each in parts)


def _written_out(found: re.Match[str]) -> str:
    name = found[1]
    if found[0] == "&" or (name and name not in _XML_NAMES and f"{name};" not in html5):
        return "&amp;" + found[0][1:]
    if name and name not in _XML_NAMES:
        return html5[f"{name};"].replace("&", "&amp;").replace("<", "&lt;")
    return found[0]
