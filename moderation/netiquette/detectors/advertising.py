"""Advertising: shortened links, spam phrases, an offer with a price or a way to order."""

from collections.abc import Iterator

from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.hosts import hosts_in, is_under
from moderation.netiquette.insults import is_told, outermost
from moderation.netiquette.rules import Detector, Rule
from moderation.netiquette.wordlist import Phrases, patterns_of

_SHORTENERS = (
    "bit.ly", "tinyurl.com", "t.co", "goo.gl", "ow.ly", "is.gd", "buff.ly", "rebrand.ly", "cutt.ly", "shorturl.at",
    "rb.gy", "t.ly", "tiny.cc", "bl.ink", "s.id", "v.gd", "adf.ly", "shorte.st", "kurzelinks.de", "t1p.de", "ogy.de",
    "lnkd.in", "linktr.ee", "t.me", "wa.me", "chat.whatsapp.com", "surl.li", "clck.ru", "x.gd", "soo.gd",
)  # fmt: skip


def detector(rule: Rule) -> Detector:
    phrases = Phrases((*patterns_of("spam-de"), *patterns_of("spam-en")))
    domains = frozenset((*(_SHORTENERS if rule.flag("shorteners") else ()), *rule.names("domains")))

    def detect(comment: Comment) -> Iterator[Hit]:
        for start, end in outermost(set(phrases.find(comment.folded))):
            if not is_told(comment, start, end):
                yield Hit(start, end)
        for host, start, end in hosts_in(comment.text):
            if is_under(host, domains):
                yield Hit(start, end)

    return detect
