"""What in a piece of HTML could act, told by a parser that the sanitiser does not use."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

TAGS = {"a", "blockquote", "br", "code", "em", "li", "ol", "p", "pre", "strong", "ul"}


def dangers(html: str) -> list[str]:
    """Every tag, attribute and link target that readers' HTML must not have; empty for harmless HTML."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.found.append(f"<{tag}>")
        given = dict(attrs)
        if tag == "a" and given.get("rel") != "nofollow ugc noopener":
            self.found.append("a link without rel")
        for name, value in given.items():
            if not _harmless(tag, name, value or ""):
                self.found.append(f"{tag} {name}={value}")

    def handle_comment(self, data: str) -> None:
        self.found.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.found.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.found.append(f"<?{data}>")

    def unknown_decl(self, data: str) -> None:
        self.found.append(f"<![{data}]>")


def _harmless(tag: str, name: str, value: str) -> bool:
    if (tag, name) == ("a", "href"):
        target = urlsplit(value)
        plain = not any(ord(character) <= 32 or character in '\\<>"' for character in value)
        return target.scheme in ("http", "https") and bool(target.netloc) and plain
    return (tag, name) == ("a", "rel") or ((tag, name) == ("ol", "start") and value.isdigit())
