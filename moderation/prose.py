"""Prose: text without markup or links, as most comments are. Its HTML needs neither a parser nor a sanitiser."""

import re

# What Markdown or the finder of links could take for more than words, and all that HTML writes otherwise. Wide: what is
# found here is only rendered the long way. A dot inside a word may be a host; a number at the start of a line, a list.
_MORE_THAN_WORDS = re.compile(
    r"[*_`\[\]<>&\\#~|@\xa0\x00-\x09\x0b-\x1f\x7f-\x9f]|//"
    r"|\.(?![\s\d.,;:!?)\"'…»«“”‘’]|\Z)"
    r"|(?:\A|\n)(?:[+=-]|\d{1,9}[.)]|[^\S\n])|[^\S\n](?:\n|\Z)|\A\n|\n\Z|\A\Z"
    "|[\ufeff\ud800-\udfff]"
)
_BETWEEN_PARAGRAPHS = re.compile(r"\n\n+")


def paragraphs_of(text: str) -> list[str] | None:
    """The paragraphs of tidy `text` that is prose, or None where it may be more than that."""
    return None if _MORE_THAN_WORDS.search(text) else _BETWEEN_PARAGRAPHS.split(text)


def html_of(paragraphs: list[str]) -> str:
    """The same as rendering and sanitising give: each paragraph with its line breaks."""
    return "".join([f"<p>{each}</p>\n".replace("\n", "<br>\n", each.count("\n")) for each in paragraphs])
