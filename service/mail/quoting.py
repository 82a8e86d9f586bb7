"""Strangers' words inside our mails: readable, and nothing in them to click."""

from html.parser import HTMLParser

_LONGEST = 1200
_BLOCKS = frozenset(["p", "li", "blockquote", "pre", "ul", "ol"])
# Mail programs make links of what looks like one. A word joiner inside keeps the look and breaks the link.
_JOINER = "\u2060"


def quote(html: str, link: str, longest: int = _LONGEST) -> str:
    """The words of a comment's sanitised `html`, each link replaced by its words and `[link]`, cut at `longest`.

    Mail moves comments out of our own pages: a link there would reach moderators with our sender's name on it.
    """
    reader = _Quoted(link)
    reader.feed(html)
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.words).split("\n")]
    return _cut(_unlinked("\n".join(line for line in lines if line)), longest)


def quote_plain(text: str, longest: int = _LONGEST) -> str:
    """The same for a text that was never HTML."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return _cut(_unlinked("\n".join(line for line in lines if line)), longest)


class _Quoted(HTMLParser):
    def __init__(self, link: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._link = link
        self._anchor: list[str] | None = None

    def handle_data(self, data: str) -> None:
        (self.words if self._anchor is None else self._anchor).append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._anchor = []
        elif tag == "br" or tag in _BLOCKS:
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._anchor is not None:
            words, self._anchor = "".join(self._anchor).strip(), None
            is_address = "://" in words or ("." in words and " " not in words)
            self.words.append(f"[{self._link}]" if is_address or not words else f"{words} [{self._link}]")
        elif tag in _BLOCKS:
            self.handle_data("\n")

    def close(self) -> None:
        super().close()
        if self._anchor:
            self.words += self._anchor


def _unlinked(text: str) -> str:
    return text.replace("://", f":{_JOINER}//").replace("www.", f"www{_JOINER}.").replace("WWW.", f"WWW{_JOINER}.")


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(maxsplit=1)[0].rstrip() + " …"
