"""A small part of Markdown as HTML, and HTML back as plain text."""

import re
from html import escape
from html.parser import HTMLParser
from typing import Any

from linkify_it import LinkifyIt
from linkify_it.main import Match
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from moderation.tidy import tidy

# Headings would break the outline of the page around the thread; indented text is seldom meant as code; images
# load from strangers; a reference definition would vanish from what the moderator reads.
_LEFT_OUT = ["code", "heading", "lheading", "hr", "html_block", "html_inline", "image", "reference", "autolink"]

_DEEPEST = 20
# Cleaning costs some ten microseconds a tag. People's comments have a few dozen pieces, long ones a few hundred.
_MOST_PIECES = 3000
_MOST_BREAKS = 1500
_LONGEST_LINK = 2000
_BRACKETED = re.compile(rf"<(https?://[^\s<>]{{1,{_LONGEST_LINK}}})>", re.IGNORECASE)
_SCHEME_BEFORE = re.compile(r"(?:^|[^a-z0-9.+-])(https?)$", re.IGNORECASE)
_WEB_ADDRESS = re.compile(r"https?://[^\s/?#\\]", re.IGNORECASE)
_PARAGRAPHS_APART = re.compile(r"\n[ \t]*(?=\n)")
_BLOCKS = frozenset(["p", "li", "blockquote", "pre", "ul", "ol"])


def render(text: str) -> str:
    """HTML of `text`: paragraphs, line breaks, emphasis, lists, quotations, code and links; no HTML passes through.

    Needs time in proportion to the text. Nesting deeper than 20 levels, which a CommonMark parser cuts off, and text
    that is hardly more than markup are shown as plain paragraphs; of text that is hardly more than line breaks, the
    lines run together. The result still has to be sanitised.
    """
    text = tidy(text)
    tokens = _MARKDOWN.parse(text)
    if any(token.level >= _DEEPEST - 1 for token in tokens) or _pieces(tokens) > _MOST_PIECES:
        return _as_typed(text)
    html: str = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return html


def plain(html: str, *, quoted: bool = True) -> str:
    """The words of sanitised `html`, a line for each block and line break; unless `quoted`, without quotations."""
    reader = _Words(quoted)
    reader.feed(html)
    reader.close()
    return "\n".join(line for line in "".join(reader.words).split("\n") if line.strip())


class _Words(HTMLParser):
    def __init__(self, quoted: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._quoted = quoted
        self._quotations = 0

    def handle_data(self, data: str) -> None:
        if self._quoted or not self._quotations:
            self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # as overridden
        self._quotations += tag == "blockquote"
        if tag == "br" or tag in _BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._quotations -= tag == "blockquote"
        if tag in _BLOCKS:
            self.words.append("\n")


class _Linkify(LinkifyIt):  # type: ignore[misc]  # the library has no types
    """Finds bare web addresses. "So geht das.Am Montag" is not one, though .am is a country's domain."""

    def match(self, text: str) -> list[Match] | None:
        found = [each for each in super().match(text) or () if each.schema or _looks_meant(each.raw)]
        for each in found:
            if not each.schema:
                each.url = "https://" + each.raw
        return found or None


def _looks_meant(host: str) -> bool:
    name, _, ending = host.split("/", 1)[0].rpartition(".")
    return ending.islower() or (name + ending).replace(".", "").isupper()


def _bracketed_link(state: StateInline, silent: bool) -> bool:
    """`<https://…>`. CommonMark's own rule looks for the closing bracket anew at every `<`, in quadratic time."""
    found = _BRACKETED.match(state.src, state.pos)
    return found is not None and _push_link(state, found[1], found.end(), silent)


def _bare_link(state: StateInline, silent: bool) -> bool:
    """`https://…` in running text. The parser's own rule reads all text before it at every `://`."""
    if state.linkLevel > 0 or not state.src.startswith("://", state.pos):
        return False
    scheme = _SCHEME_BEFORE.search(state.pending[-6:])
    if not scheme:
        return False
    start = state.pos - len(scheme[1])
    link = state.md.linkify.match_at_start(state.src[start : start + _LONGEST_LINK]) if state.md.linkify else None
    if not link:
        return False
    address = link.url.rstrip("*")  # what closes emphasis does not belong to it
    pending = state.pending
    state.pending = pending if silent else pending[: -len(scheme[1])]
    if _push_link(state, address, start + len(address), silent):
        return True
    state.pending = pending
    return False


def _push_link(state: StateInline, address: str, end: int, silent: bool) -> bool:
    target = state.md.normalizeLink(address)
    if not state.md.validateLink(target):
        return False
    if not silent:
        state.push("link_open", "a", 1).attrs = {"href": target}
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1)
    state.pos = end
    return True


def _pieces(tokens: list[Token]) -> int:
    return len(tokens) + sum(len(token.children or ()) for token in tokens)


def _as_typed(text: str) -> str:
    if text.count("\n") > _MOST_BREAKS:
        return f"<p>{escape(text.strip(), quote=False)}</p>\n"
    paragraphs = _PARAGRAPHS_APART.sub("\n", text).split("\n\n")
    shown = (escape(each.strip("\n"), quote=False).replace("\n", "<br>\n") for each in paragraphs if each.strip())
    return "".join(f"<p>{each}</p>\n" for each in shown)


def _markdown() -> MarkdownIt:
    options = {"html": False, "breaks": True, "linkify": True, "maxNesting": _DEEPEST}
    markdown = MarkdownIt("commonmark", options).enable("linkify").disable(_LEFT_OUT)
    markdown.inline.ruler.at("linkify", _bare_link)
    markdown.inline.ruler.before("link", "bracketed_link", _bracketed_link)
    markdown.validateLink = lambda url: bool(_WEB_ADDRESS.match(url))  # type: ignore[method-assign]
    linkify: Any = _Linkify()
    linkify.set({"fuzzy_email": False})
    for scheme in ("mailto:", "ftp:", "//"):
        linkify.add(scheme, None)
    markdown.linkify = linkify
    return markdown


_MARKDOWN = _markdown()
