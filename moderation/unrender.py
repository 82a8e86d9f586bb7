"""Other systems' HTML as the small Markdown that we keep, so that what was imported is a comment like any other."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

_BREAKS = frozenset(["p", "div", "blockquote", "ul", "ol", "pre", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6"])
_MARKS = {"code": "`", "em": "*", "i": "*", "cite": "*", "strong": "**", "b": "**"}
_WORDLESS = frozenset(["script", "style", "template", "title", "iframe", "object", "svg", "math", "noscript"])
_SPECIAL = re.compile(r"([\\`*_\[\]<]|&(?=#?[A-Za-z0-9]{1,32};))")
_BARE = re.compile(r"https?://\S+", re.IGNORECASE)
_STARTS_BLOCK = re.compile(r"^([ \t]*)(>|[-+*](?=\s|$)|#{1,6}(?=\s|$)|(?:\d{1,9})(?=[.)](?:\s|$))|~~~|===|---)")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_SPACED_OUT = re.compile(r"\n{3,}")


def as_markdown(html: str, *, lines: bool = False, typed: bool = False) -> str:
    """The words, links, emphasis, quotations, lists and code of `html`; nothing else of it is left.

    `lines`: a line break in the text is one. `typed`: what stands outside of tags is Markdown already.
    """
    writer = _Writer(lines=lines or typed, typed=typed)
    writer.feed(html)
    writer.close()
    return _SPACED_OUT.sub("\n\n", writer.text()).strip("\n")


class _Writer(HTMLParser):
    """Lines of Markdown, each behind the marks of the quotations and lists it stands in."""

    def __init__(self, *, lines: bool, typed: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._keeps_lines, self._typed = lines, typed
        self._lines: list[str] = [""]
        self._prefix: list[str] = []
        # A list in a list: the number of its next item, 0 without numbers, and whether an item is open.
        self._numbers: list[int] = []
        self._open: list[bool] = []
        self._link: tuple[str, int] | None = None
        self._wordless = self._code = 0

    def text(self) -> str:
        self._end_link()
        return "\n".join(line.rstrip() for line in self._lines)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _WORDLESS:
            self._wordless += 1
        if tag == "br":
            self._break()
        elif tag in _BREAKS:
            self._enter_block(tag)
        elif tag == "li":
            self._item()
        elif tag == "a":
            self._end_link()
            self._link = (dict(attrs).get("href") or "", len(self._lines[-1]))
        elif tag in _MARKS and not self._code:
            self._write(_MARKS[tag])

    def handle_endtag(self, tag: str) -> None:
        if tag in _WORDLESS:
            self._wordless = max(0, self._wordless - 1)
        elif tag == "a":
            self._end_link()
        elif tag == "li":
            self._leave_item()
        elif tag in _BREAKS:
            self._leave_block(tag)
        elif tag in _MARKS and not self._code:
            self._write(_MARKS[tag])

    def handle_data(self, data: str) -> None:
        if self._wordless:
            return
        if self._code or self._keeps_lines:
            first, *rest = data.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            self._write(first if self._code or self._typed else _escaped(first, self._at_start()))
            for line in rest:
                self._break()
                self._write(line if self._code or self._typed else _escaped(line, at_start=True))
            return
        words = _BLANKS.sub(" ", data)
        if self._at_start():
            words = words.lstrip(" ")
        self._write(words if self._typed else _escaped(words, self._at_start()))

    def _enter_block(self, tag: str) -> None:
        self._begin_block()
        if tag == "blockquote":
            self._prefix.append("> ")
            self._lines[-1] = self._margin()
        elif tag in ("ul", "ol"):
            self._numbers.append(0 if tag == "ul" else 1)
            self._open.append(False)
        elif tag == "pre":
            self._fence()

    def _leave_block(self, tag: str) -> None:
        if tag == "pre" and self._code:
            self._fence(ends=True)
        elif tag in ("ul", "ol") and self._numbers:
            self._leave_item()
            self._numbers.pop()
            self._open.pop()
            self._lines += [self._margin()] if self._at_start() else ["", self._margin()]
        else:
            if tag == "blockquote" and "> " in self._prefix:
                while self._prefix.pop() != "> ":
                    pass
            self._begin_block()

    def _write(self, text: str) -> None:
        self._lines[-1] += text

    def _break(self) -> None:
        self._lines.append(self._margin())

    def _begin_block(self) -> None:
        self._end_link()
        if not self._at_start():
            self._lines.append("".join(self._prefix).rstrip())
            self._break()
        elif self._lines[-1] != self._margin():
            self._lines[-1] = self._margin()

    def _item(self) -> None:
        self._end_link()
        self._leave_item()
        if not self._at_start():
            self._break()
        number = self._numbers[-1] if self._numbers else 0
        mark = f"{number}. " if number else "- "
        if number:
            self._numbers[-1] += 1
        self._lines[-1] = self._margin() + mark
        if self._open:
            self._open[-1] = True
            self._prefix.append(" " * len(mark))

    def _leave_item(self) -> None:
        self._end_link()
        if self._open and self._open[-1]:
            self._open[-1] = False
            while self._prefix and not self._prefix.pop().isspace():
                pass
            self._break()

    def _fence(self, *, ends: bool = False) -> None:
        if ends:
            self._code = 0
            self._lines += [self._margin() + "```", "".join(self._prefix).rstrip(), self._margin()]
        else:
            self._lines[-1] += "```"
            self._code = 1
            self._break()

    def _end_link(self) -> None:
        if self._link is None:
            return
        (address, start), self._link = self._link, None
        line = self._lines[-1]
        label = line[start:].strip() if start <= len(line) else ""
        target = "".join(address.split())
        if not label or not _is_web(target) or any(each in target for each in "<>()\\"):
            return
        same = label.replace("\\", "") in (target, target.split("://", 1)[-1])
        self._lines[-1] = line[:start] + (f"<{target}>" if same else f"[{label}](<{target}>)")

    def _margin(self) -> str:
        return "".join(self._prefix)

    def _at_start(self) -> bool:
        return not self._lines[-1].strip("> \t") or bool(re.fullmatch(r"[> ]*(?:-|\d{1,9}\.) *", self._lines[-1]))


def _escaped(text: str, at_start: bool) -> str:
    """The words so that Markdown shows them as they are; bare addresses stay addresses."""
    parts, done = [], 0
    for found in _BARE.finditer(text):
        parts += [_SPECIAL.sub(r"\\\1", text[done : found.start()]), found[0]]
        done = found.end()
    written = "".join([*parts, _SPECIAL.sub(r"\\\1", text[done:])])
    if at_start and (block := _STARTS_BLOCK.match(written)):
        sign = block[2]
        if sign.isdigit():
            return written[: block.end()] + "\\" + written[block.end() :]
        return block[1] + "\\" + written[block.start(2) :]
    return written


def _is_web(address: str) -> bool:
    try:
        return urlsplit(address).scheme in ("http", "https") and len(address) <= 2000
    except ValueError:
        return False
