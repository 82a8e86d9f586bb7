"""What in a page of ours could act or lead astray: told twice, by a parser of Python's own and by Chromium's document.

Both follow the same law. Neither knows the sanitiser, and both look at whole pages, where our own scripts, styles and
forms are allowed and nobody else's.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

SCHEMES = ("", "http", "https", "mailto", "tag")
ACTIVE = frozenset(
    [
        "applet",
        "audio",
        "base",
        "bgsound",
        "embed",
        "fencedframe",
        "frame",
        "frameset",
        "iframe",
        "image",
        "isindex",
        "keygen",
        "layer",
        "math",
        "object",
        "portal",
        "source",
        "style",
        "track",
        "video",
        "xmp",
    ]
)
LOADING = frozenset(
    ["src", "srcset", "poster", "data", "background", "xlink:href", "srcdoc", "manifest", "imagesrcset"]
)
LEADING = frozenset(["href", "action", "formaction", "cite", "ping"])
_IN_SVG = frozenset(
    ["svg", "path", "rect", "circle", "line", "g", "use", "title", "text", "polyline", "polygon", "symbol", "defs"]
)


@dataclass(frozen=True)
class Law:
    """`own`: the service's origin. `friends`: hosts that the site itself links to. `mail`: no foreign link at all."""

    own: str
    friends: frozenset[str] = field(default_factory=frozenset)
    mail: bool = False


def active_in(html: str, law: Law) -> list[str]:
    """Whatever in the page breaks the law, as a reader of the failure wants to see it."""
    reader = _Reader(law)
    reader.feed(html)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self, law: Law) -> None:
        super().__init__(convert_charrefs=True)
        self.law, self.found = law, list[str]()
        self._script: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if len(given) != len(attrs):
            self.found.append(f"{tag} has an attribute twice")
        if (tag in ACTIVE and not (tag == "style" and self.law.mail)) or ":" in tag:
            self.found.append(f"<{tag}>")
        if tag == "script":
            self._script = given.get("type", "")
            if not self._ours(given.get("src", "")) and not self._script.endswith("json"):
                self.found.append(f"script {given}")
        if tag == "meta" and "http-equiv" in given and given["http-equiv"].lower() != "content-type":
            self.found.append(f"meta {given}")
        for name, value in given.items():
            self._attribute(tag, name, value)
        if tag == "a":
            self._link(given)

    def handle_data(self, data: str) -> None:
        if self._script is not None and data.strip() and not self._script.endswith("json"):
            self.found.append(f"script of {data[:60]!r}")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._script = None

    def handle_comment(self, data: str) -> None:
        self.found.append(f"<!--{data[:60]}-->")

    def handle_pi(self, data: str) -> None:
        if not data.startswith("xml version"):
            self.found.append(f"<?{data[:60]}")

    def unknown_decl(self, data: str) -> None:
        self.found.append(f"<![{data[:60]}")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name.startswith("on") or (name == "style" and not self.law.mail) or name in ("srcdoc", "ping", "nonce"):
            self.found.append(f"{tag} {name}={value[:60]}")
        if name in LOADING and not (tag == "script" or self._ours(value)):
            self.found.append(f"{tag} {name}={value[:60]}")
        if tag == "link" and name == "href" and given_foreign(value, self.law) and not self.law.mail:
            self.found.append(f"link {value[:60]}")
        if name in LEADING and _scheme(value) not in SCHEMES:
            self.found.append(f"{tag} {name}={value[:60]}")
        if name in ("action", "formaction") and not self._ours(value):
            self.found.append(f"{tag} {name}={value[:60]}")

    def _link(self, given: dict[str, str]) -> None:
        target = given.get("href", "")
        if not given_foreign(target, self.law):
            return
        words = set(given.get("rel", "").split())
        if self.law.mail:
            self.found.append(f"a link out of a mail: {target[:60]}")
        elif not {"nofollow", "ugc", "noopener"} <= words:
            self.found.append(f"a link with rel={given.get('rel')} to {target[:60]}")

    def _ours(self, target: str) -> bool:
        return bool(target) and not given_foreign(target, self.law) and _scheme(target) in ("", "http", "https")


def given_foreign(target: str, law: Law) -> bool:
    """Whether an address leads to somebody who is neither we nor the site."""
    plain = re.sub(r"[\s\x00-\x1f]", "", target).replace("\\", "/")
    if not re.match(r"(https?:)?//", plain, re.IGNORECASE):
        return False
    host = urlsplit(plain if ":" in plain.partition("//")[0] else f"http:{plain}").netloc
    return host != urlsplit(law.own).netloc and host not in law.friends


def _scheme(target: str) -> str:
    head, colon, _rest = re.sub(r"[\s\x00-\x20]", "", target).partition(":")
    return head.lower() if colon and re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", head) else ""


# The same law, told of the document as Chromium has built it. Comments, `hidden` and templates are looked into, too.
IN_BROWSER = """({own, friends, mail, active, svg}) => {
  const found = [], say = (node, what) => found.push(node.localName + ' ' + what);
  const foreign = (url) => url && /^https?:$/.test(url.protocol) && url.origin !== own && !friends.includes(url.host);
  const read = (text) => { try { return new URL(text, document.baseURI) } catch { return null } };
  const walk = (root) => { for (const node of root.querySelectorAll('*')) {
    const tag = node.localName;
    if (tag === 'template') walk(node.content);
    if (node.shadowRoot) walk(node.shadowRoot);
    if (active.includes(tag) && !(tag === 'style' && mail)) say(node, node.outerHTML.slice(0, 80));
    if (node.namespaceURI.endsWith('/svg') && !svg.includes(tag)) say(node, 'in svg');
    if (tag === 'script' && !/json$/.test(node.type) && (!node.src || foreign(read(node.src)) || node.textContent.trim()))
      say(node, node.outerHTML.slice(0, 80));
    if (tag === 'meta' && node.httpEquiv && node.httpEquiv.toLowerCase() !== 'content-type') say(node, node.httpEquiv);
    for (const {name, value} of node.attributes) {
      if (name.startsWith('on') || (name === 'style' && !mail) || ['srcdoc', 'ping', 'nonce'].includes(name))
        say(node, name + '=' + value.slice(0, 60));
      const url = read(value);
      if (['href', 'xlink:href', 'src', 'action', 'formaction', 'poster', 'data', 'cite', 'background'].includes(name)) {
        if (url && !['http:', 'https:', 'mailto:', 'tag:', 'about:', 'file:'].includes(url.protocol)) say(node, name + '=' + value.slice(0, 60));
        if (tag !== 'a' && !mail && foreign(url)) say(node, name + '=' + value.slice(0, 60));
        if (tag === 'a' && foreign(url) && (mail || !['nofollow', 'ugc', 'noopener'].every((each) => node.relList.contains(each))))
          say(node, 'rel=' + node.rel + ' to ' + value.slice(0, 60));
      }
    }
  } };
  walk(document);
  return found;
}"""


def told_to_browser(law: Law) -> dict[str, object]:
    """What `IN_BROWSER` takes."""
    return {
        "own": law.own, "friends": sorted(law.friends), "mail": law.mail, "active": sorted(ACTIVE), "svg": sorted(_IN_SVG),
    }  # fmt: skip
