"""Calls for petitions, donations, rallies and boycotts."""

from collections.abc import Iterator

from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.hosts import is_under
from moderation.netiquette.insults import is_about_a_call, is_told, outermost
from moderation.netiquette.phrases import lists_of
from moderation.netiquette.rules import Detector, Rule

_DOMAINS = (
    "change.org", "openpetition.de", "openpetition.eu", "weact.campact.de", "campact.de", "avaaz.org", "gofundme.com",
    "gofund.me", "betterplace.org", "betterplace.me", "leetchi.com", "kickstarter.com", "startnext.com", "paypal.me",
    "innn.it", "petition.bundestag.de", "epetitionen.bundestag.de", "petitionen.com", "justgiving.com",
    "gogetfunding.com",
)  # fmt: skip


def detector(rule: Rule) -> Detector:
    _, phrases = lists_of(rule.names("lists", ("aufruf-de", "aufruf-en")))
    domains = frozenset(rule.names("domains", _DOMAINS))

    def detect(comment: Comment) -> Iterator[Hit]:
        for start, end in outermost(set(phrases.find(comment.folded))):
            if not is_told(comment, start, end) and not is_about_a_call(comment, start, end):
                yield Hit(start, end)
        for host, start, end in comment.hosts:
            if is_under(host, domains):
                yield Hit(start, end)

    return detect
