"""Strangers' words inside our mails: readable, and nothing in them to click."""

import re
from html.parser import HTMLParser

_LONGEST = 1200
_BLOCKS = frozenset(["p", "blockquote", "pre", "ul", "ol"])
# Mail programs make links of what looks like one. A word joiner inside keeps the look and breaks the link.
_JOINER = "\u2060"
_INSIDE_A_HOST = re.compile(r"(?<=\w)\.(?=[^\W\d_])")


def quote(html: str, link: str, longest: int = _LONGEST) -> str:
    """The words of rendered `html`, each link replaced by its words and `[link]`, cut at `longest` characters.

    Paragraphs stand an empty line apart, list items begin with a dash. Mail takes comments out of our own pages: a
    link there would reach moderators with our sender's name on it.
    """
    reader = _Quoted(link)
    reader.feed(html)
    reader.close()
    return _cut(unlinked(_paragraphs("".join(reader.words))), longest)


def quote_line(text: str, longest: int) -> str:
    """A name or title in one line, with nothing to click."""
    return _cut(unlinked(" ".join(text.split())), longest)


def unlinked(text: str) -> str:
    """The same text to the eye, but no program finds an address in it."""
    return _INSIDE_A_HOST.sub(f".{_JOINER}", text.replace("://", f":{_JOINER}//"))


class _Quoted(HTMLParser):
    def __init__(self, link: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._link = link
        self._anchor: list[str] | None = None
        self._in_code = False

    def handle_data(self, data: str) -> None:
        # Line breaks of the source mean nothing, except in code.
        self._write(data if self._in_code else data.replace("\n", " "))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._anchor = []
        elif tag == "li":
            self._write("\n– ")
        elif tag == "br":
            self._write("\n")
        elif tag in _BLOCKS:
            self._in_code = self._in_code or tag == "pre"
            self._write("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._anchor is not None:
            words, self._anchor = "".join(self._anchor).strip(), None
            is_address = "://" in words or ("." in words and " " not in words)
            self.words.append(f"[{self._link}]" if is_address or not words else f"{words} [{self._link}]")
        elif tag in _BLOCKS:
            self._in_code = self._in_code and tag != "pre"
            self._write("\n\n")

    def close(self) -> None:
        super().close()
        self.words += self._anchor or []

    def _write(self, words: str) -> None:
        (self.words if self._anchor is None else self._anchor).append(words)


def _paragraphs(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.split("\n")]
    kept = [line for place, line in enumerate(lines) if line or (place and lines[place - 1])]
    # A paragraph inside a list item or quotation begins where its dash stands.
    return re.sub(r"(?m)^–\n+(?=\S)", "– ", "\n".join(kept)).strip()


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(maxsplit=1)[0].rstrip() + " …"
