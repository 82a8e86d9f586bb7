"""Advertising: shortened links, spam phrases, an offer with a price or a way to order."""

from collections.abc import Iterator

from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.hosts import is_under
from moderation.netiquette.insults import is_told, outermost
from moderation.netiquette.pairs import Pairs
from moderation.netiquette.phrases import Phrases, lists_of
from moderation.netiquette.rules import Detector, Rule
from moderation.netiquette.suspicion import Suspicion

_SHORTENERS = (
    "bit.ly", "tinyurl.com", "t.co", "ow.ly", "is.gd", "buff.ly", "rebrand.ly", "cutt.ly", "shorturl.at",
    "rb.gy", "t.ly", "tiny.cc", "bl.ink", "s.id", "v.gd", "adf.ly", "shorte.st", "kurzelinks.de", "t1p.de", "ogy.de",
    "lnkd.in", "linktr.ee", "t.me", "wa.me", "chat.whatsapp.com", "surl.li", "clck.ru", "x.gd", "soo.gd",
)  # fmt: skip


_COMMON_GOOD = Phrases("gemeinsinn-de", "gemeinsinn-en")
_TRADE = Phrases("gewerbe-de", "gewerbe-en")
_RAISED = Phrases("erloes")
# From here on the classifier takes an offer for spam, whoever it claims to come from.
_NO_LONGER_SPARED = 0.8
# So likely spam that nothing else need be seen.
_ALONE = 0.95


def detector(rule: Rule) -> Detector:
    _, phrases = lists_of(rule.names("lists", ("spam-de", "spam-en")))
    pairs = Pairs(
        Phrases("werbung-wer-de", "werbung-wer-en"),
        Phrases("werbung-was-de", "werbung-was-en"),
    )
    least = rule.number("score_min", 1.0)
    suspicion = Suspicion("verdacht-angebot", "verdacht-reklame", least, "spam")
    domains = frozenset((*(_SHORTENERS if rule.flag("shorteners") else ()), *rule.names("domains")))

    def detect(comment: Comment) -> Iterator[Hit]:
        score = comment.score.spam
        spans = {*phrases.find(comment.folded), *pairs.find(comment.folded)} or {*suspicion.find(comment)}
        for start, end in outermost(spans):
            if not is_told(comment, start, end) and not _serves_all(comment, start, end):
                yield Hit(start, end)
        if not spans and (score or 0.0) >= _ALONE:
            yield Hit()
        for host, start, end in comment.hosts:
            if is_under(host, domains):
                yield Hit(start, end)

    return detect


def _serves_all(comment: Comment, start: int, end: int) -> bool:
    """Whether an offer is a club's or a volunteer's: common good is named near it, and nothing of trade anywhere."""
    if (comment.score.spam or 0.0) >= _NO_LONGER_SPARED or comment.hosts:
        return False
    raised = tuple(_RAISED.find(comment.folded))
    trade = any(not any(first <= at < last for first, last in raised) for at, _ in _TRADE.find(comment.folded))
    return not trade and _COMMON_GOOD.near(comment.folded, start, end)
