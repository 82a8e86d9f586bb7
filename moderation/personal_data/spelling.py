"""Text as a reader decodes it: entities, percent signs, escapes and look-alikes resolved, what is unseen left out."""

import re
import unicodedata
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote

from moderation.personal_data.marks import MARKS

# Stands where an address was hidden already, so that nothing is joined across it. A private-use character.
HIDDEN = "\ue000"

_TAGS = "a|abbr|b|big|br|center|cite|code|del|div|em|font|i|img|ins|kbd|mark|nobr|p|pre|q|s|small|span|strike|strong"
_TAGS += "|sub|sup|tt|u|var|wbr"
_ENCODED = re.compile(
    rf"(?P<hidden>{'|'.join(re.escape(mark) for mark in MARKS.values())})"
    r"|(?P<entity>&(?:amp;){0,5}(?:#[0-9]{1,12};?|#x[0-9a-f]{1,12};?|[a-z]{2,12};))"
    r"|(?P<percent>(?:%(?:25){0,5}[0-9a-f]{2})+)"
    r"|(?P<code>\\(?:u00[0-9a-f]{2}|u\{(?:00)?[0-9a-f]{2}\}|x[0-9a-f]{2}))"
    r"|(?P<quoted>(?<=[a-z0-9])=40(?=[a-z]))"  # quoted-printable
    r"|(?P<escape>\\)"
    rf"|(?P<tag></?(?:{_TAGS})(?:[\s/][^<>@%&()\[\]{{}}.]{{0,60}})?>|<!--[^<>@%&()\[\]{{}}.]{{0,60}}-->)"
    r"|(?P<other>[^\x00-\x7fäöüÄÖÜß„“”])",
    re.IGNORECASE,
)
_ALIKE = {ord(alike): sign for sign, alikes in ((".", "。｡·•∙⋅‧"), ("-", "‐‑‒–—−")) for alike in alikes}
_PICTURES = frozenset("📧✉📩📨🐒🐵🅰ⓐⒶ")
_UNDRAWN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | frozenset(map(chr, range(0xFE00, 0xFE10)))


@dataclass(frozen=True, slots=True)
class Decoded:
    """`text` as decoded; `starts[i]` and `ends[i]` are the offsets of its character `i` in what was typed."""

    text: str
    starts: list[int]
    ends: list[int]


def decode(typed: str) -> Decoded:
    """`typed` with every encoding of a character resolved; a mark of a hidden address becomes one `HIDDEN`.

    Entities, percent codes (also encoded more than once), escapes of programming languages and of Markdown, letters
    of other widths and shapes, inline HTML tags and characters without width. Linear in time.
    """
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for found in _ENCODED.finditer(typed):
        new = _decoded(found)
        if new == found[0]:
            continue
        text += (typed[done : found.start()], new)
        starts += range(done, found.start())
        ends += range(done + 1, found.start() + 1)
        starts += [found.start()] * len(new)
        ends += [found.end()] * len(new)
        done = found.end()
    text.append(typed[done:])
    starts += range(done, len(typed))
    ends += range(done + 1, len(typed) + 1)
    return Decoded("".join(text), starts, ends)


def _decoded(found: re.Match[str]) -> str:
    raw = found[0]
    match found.lastgroup:
        case "hidden":
            new = HIDDEN
        case "entity":
            new = _plain(unescape("&" + raw[1:].replace("amp;", "")))
        case "percent":
            new = _plain(unquote(_ONCE.sub("%", raw), errors="ignore")) or raw
        case "code":
            new = _plain(chr(int(raw.rstrip("}")[-2:], 16)))
        case "quoted":
            new = "@"
        case "other":
            new = _picture(found)
        case _:
            new = ""
    return new


def _picture(found: re.Match[str]) -> str:
    """A letter or a monkey between two words is the sign; before an address it is an ornament.

    Any picture is the sign between what can only be the halves of an address: a name with a dot in it, and a host.
    """
    text, start, end = found.string, found.start(), found.end()
    meant = found[0] in _PICTURES and text[start - 1 : start].isalnum()
    if not meant and unicodedata.category(found[0]) == "So":
        meant = bool(_MAILBOX_BEFORE.search(text[max(0, start - 40) : start]) and _HOST_BEHIND.match(text, end))
    return "@" if meant else _plain(found[0])


_MAILBOX_BEFORE = re.compile(r"[^\W\dA-Z_]{2,30}[._][^\W\dA-Z_]{1,30} ?$")
_HOST_BEHIND = re.compile(r"\ufe0f? ?(?!www\.)[a-z0-9-]{2,40}\.[a-z]{2,12}(?![\w/@])")


_ONCE = re.compile("%(?:25)+(?=[0-9a-f]{2})", re.IGNORECASE)


def _plain(text: str) -> str:
    """Compatibility letters as common ones, other spaces as a space, nothing for what is not drawn."""
    drawn = []
    for character in text:
        kind = unicodedata.category(character)
        if ord(character) in _ALIKE:
            drawn.append(_ALIKE[ord(character)])
        elif kind in ("Zs", "Zl", "Zp"):
            drawn.append(" ")
        elif character in "\n\t" or not (kind in ("Cf", "Cc", "Cs") or character in _UNDRAWN):
            drawn.append(unicodedata.normalize("NFKC", character))
    return "".join(drawn)
