"""Hides e-mail addresses in texts, in sanitised HTML and in links."""

from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from moderation.personal_data.email import Span, addresses
from moderation.personal_data.marks import mark
from moderation.trace import Edit, Trace

# Hiding one address can bring to light another that used a part of it; then there is a second pass. More than a few
# do not happen, but a text must not be able to ask for more.
_MOST_PASSES = 6
_BLOCKS = frozenset(["p", "li", "blockquote", "pre", "ul", "ol"])
_INLINE = frozenset(["a", "code", "em", "strong"])
# Alone in a code span they are read as a word of their own, whatever stands right beside it.
_SIGN_WORDS = frozenset(["at", "ät", "ätt", "et", "bei"])


@dataclass(frozen=True, slots=True)
class Masked:
    """A text or HTML without e-mail addresses; `count`: how many were hidden.

    `trace` leads from offsets in a masked text back to what was masked; masked HTML has none.
    """

    text: str
    count: int
    trace: Trace = field(default_factory=Trace)

    def origin(self, offset: int) -> int:
        """The offset in what was masked that an offset in `text` stands for; inside a mark, where the address began."""
        return self.trace.origin(offset)


def mask_text(text: str, language: str) -> Masked:
    """`text` with a short mark in the page's language for every address in it. Linear in time, idempotent."""
    hidden = mark(language)
    steps: list[tuple[Edit, ...]] = []
    while len(steps) < _MOST_PASSES and (spans := addresses(text)):
        text = _replace(text, spans, hidden)
        steps.append(tuple((start, end, len(hidden)) for start, end in spans))
    return Masked(text, sum(map(len, steps)), Trace(tuple(steps)))


def mask_html(html: str, language: str) -> Masked:
    """Sanitised `html` with a mark for every address in its text, and without links that lead to or carry one.

    Looks at the joined text of each block, so markup inside an address does not matter. Idempotent.
    """
    hidden = mark(language)
    count = 0
    for _ in range(_MOST_PASSES):
        tree = _Runs()
        tree.feed(html)
        tree.close()
        found = tree.mask(hidden)
        if not found:
            break
        html, count = tree.html(), count + found
    return Masked(html, count)


def _replace(text: str, spans: tuple[Span, ...], hidden: str) -> str:
    parts: list[str] = []
    done = 0
    for start, end in spans:
        parts += (text[done:start], hidden)
        done = end
    return "".join([*parts, text[done:]])


@dataclass(slots=True)
class _Piece:
    """A stretch of text, or a tag: `name` with its attributes, closing if `closes`; dropped when `gone`."""

    text: str = ""
    name: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    closes: bool = False
    partner: "_Piece | None" = None
    gone: bool = False

    def html(self) -> str:
        if self.gone:
            return ""
        if not self.name:
            return escape(self.text, quote=False).replace("\xa0", "&nbsp;")
        inside = "".join(f' {name}="{_quoted(value)}"' for name, value in self.attributes)
        return f"</{self.name}>" if self.closes else f"<{self.name}{inside}>"


class _Runs(HTMLParser):
    """Sanitised HTML as pieces in order, grouped into runs of text that one reads as a whole."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[_Piece] = []
        self.open: list[_Piece] = []

    def handle_data(self, data: str) -> None:
        self.pieces.append(_Piece(text=data))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        piece = _Piece(name=tag, attributes=tuple((name, value or "") for name, value in attrs))
        self.pieces.append(piece)
        if tag != "br":
            self.open.append(piece)

    def handle_endtag(self, tag: str) -> None:
        piece = _Piece(name=tag, closes=True)
        if self.open and self.open[-1].name == tag:
            piece.partner = self.open.pop()
            piece.partner.partner = piece
        self.pieces.append(piece)

    def html(self) -> str:
        return "".join(piece.html() for piece in self.pieces)

    def mask(self, hidden: str) -> int:
        """Hide what is found and say how much that was."""
        count = sum(self._unlink(piece) for piece in self.pieces if piece.name == "a" and not piece.closes)
        for run in self._runs():
            spans = addresses("".join(each.read for each in run))
            if spans:
                count += len(spans)
                _hide(run, spans, hidden)
        if count:
            self._drop_empty()
        return count

    def _drop_empty(self) -> None:
        """Take away emphasis, code and links that have nothing left in them."""
        filled = [False]
        for piece in self.pieces:
            if piece.closes:
                inside = filled.pop() if len(filled) > 1 else True
                if not inside and piece.partner and piece.name in _INLINE:
                    _drop(piece)
                filled[-1] = filled[-1] or inside
            elif piece.name and piece.name != "br":
                filled.append(False)
            else:
                filled[-1] = filled[-1] or (not piece.gone and bool(piece.text or piece.name))

    def _unlink(self, link: _Piece) -> int:
        target = dict(link.attributes).get("href", "")
        if not target or not (target.lower().startswith("mailto:") or addresses(target)):
            return 0
        _drop(link)
        return 1

    def _runs(self) -> list[list["_Part"]]:
        """The text pieces and line breaks of each block."""
        runs: list[list[_Part]] = [[]]
        link: _Piece | None = None
        around = zip([_Piece(), *self.pieces], self.pieces, [*self.pieces[1:], _Piece()], strict=False)
        for before, piece, following in around:
            if piece.name in _BLOCKS:
                runs.append([])
            elif piece.name == "a":
                link = None if piece.closes else piece
            elif piece.name == "br":
                # The renderer puts a line feed behind each break: one end of a line, not two.
                runs[-1].append(_Part(piece, link, "" if following.text.startswith("\n") else "\n"))
            elif not piece.name:
                alone = before.name == following.name == "code" and piece.text.lower() in _SIGN_WORDS
                runs[-1].append(_Part(piece, link, f" {piece.text} " if alone else piece.text))
        return [run for run in runs if run]


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece with the link it stands in, and what one reads there."""

    piece: _Piece
    link: _Piece | None
    read: str


def _hide(run: list[_Part], spans: tuple[Span, ...], hidden: str) -> None:
    """Put the mark where each span begins and take the rest of it away; links with a part of it are unwrapped."""
    at, nth = 0, 0
    for part in run:
        length = len(part.read)
        kept: list[str] = []
        done = 0
        while nth < len(spans) and spans[nth][0] < at + length:
            start, end = spans[nth][0] - at, spans[nth][1] - at
            if start >= 0:
                kept += (part.read[done:start], hidden)
            done = min(end, length)
            if part.link is not None:
                _drop(part.link)
            if end > length:
                break
            nth += 1
        if done:
            part.piece.text = "".join([*kept, part.read[done:]])
        inside = nth < len(spans) and spans[nth][0] < at < spans[nth][1]
        part.piece.gone = part.piece.name == "br" and (bool(done) or inside)
        at += length


def _drop(tag: _Piece) -> None:
    tag.gone = True
    if tag.partner:
        tag.partner.gone = True


def _quoted(value: str) -> str:
    return escape(value, quote=True).replace("&#x27;", "'").replace("\xa0", "&nbsp;")
