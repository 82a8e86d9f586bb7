"""Prose: text without markup or links, as most comments are. Its HTML needs neither a parser nor a sanitiser."""

import re

# What Markdown or the finder of links could take for more than words, and all that HTML writes otherwise. Wide: what is
# found here is only rendered the long way. A dot inside a word may be a host; a number at the start of a line, a list.
# Each is looked for by itself: what begins with one of a few signs is found many times faster than one of everything.
_SIGN = re.compile("[*_`\\[\\]<>&\\\\#~|@\xa0\x00-\x09\x0b-\x1f\x7f-\x9f\ufeff\ud800-\udfff]")
_DOT = re.compile(r"\.(?![\s\d.,;:!?)\"'…»«“”‘’]|\Z)")
_AT_START = re.compile(r"[+=-]|\d{1,9}[.)]|[^\S\n]")
_AT_BREAK = re.compile(r"\n(?:[+=-]|\d{1,9}[.)]|[^\S\n])|[^\S\n]\n")
_BETWEEN_PARAGRAPHS = re.compile(r"\n\n+")


def paragraphs_of(text: str) -> list[str] | None:
    """The paragraphs of tidy `text` that is prose, or None where it may be more than that."""
    return None if _is_more_than_words(text) else _BETWEEN_PARAGRAPHS.split(text)


def html_of(paragraphs: list[str]) -> str:
    """The same as rendering and sanitising give: each paragraph with its line breaks."""
    return "".join([f"<p>{each}</p>\n".replace("\n", "<br>\n", each.count("\n")) for each in paragraphs])


def _is_more_than_words(text: str) -> bool:
    if text.strip() != text or not text or "//" in text or _AT_START.match(text):
        return True
    return bool(_SIGN.search(text) or _DOT.search(text) or ("\n" in text and _AT_BREAK.search(text)))
