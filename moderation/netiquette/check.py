"""Every finding of every rule, in the writer's language."""

from itertools import islice

from moderation.netiquette.comment import UNSCORED, Comment, Hit
from moderation.netiquette.rules import Netiquette, Rule, nearest
from moderation.reading import Reading
from moderation.verdict import Finding, Score

_MOST_HITS = 10  # more marks in one text help nobody
_OUT_OF_ORDER = {
    "de": "Eine unserer Prüfungen ist ausgefallen. Ein Mensch liest Ihren Kommentar, bevor er erscheint.",
    "de-du": "Eine unserer Prüfungen ist ausgefallen. Ein Mensch liest deinen Kommentar, bevor er erscheint.",
    "de-leicht": "Ein Teil der Technik geht gerade nicht. Ein Mensch liest Ihren Text.",
    "en": "One of our checks is out of order. A person reads your comment before it appears.",
}


def check(reading: Reading, netiquette: Netiquette, score: Score = UNSCORED) -> tuple[Finding, ...]:
    """What the rules in force see in a comment, in the order of the rules and of the text.

    `score`: what the classifier says; where it agrees, weak signs count that are harmless alone.
    A detector that raises does not silence the others. In its place stands one neutral finding of `automation`
    that holds the comment, so that a person reads what the detector could not.
    """
    comment = Comment(reading, score)
    language = nearest(reading.standing.language)
    findings: list[Finding] = []
    out_of_order = False
    for rule, detect in netiquette.detectors:
        try:
            findings += [_finding(rule, hit, language) for hit in islice(detect(comment), _MOST_HITS)]
        except Exception:  # noqa: BLE001  one broken detector must cost neither the comment nor the other rules
            out_of_order = True
    if out_of_order:
        findings.append(Finding("automation", "hold", _OUT_OF_ORDER[language]))
    return tuple(findings)


def _finding(rule: Rule, hit: Hit, language: str) -> Finding:
    return Finding(
        rule.id,
        hit.severity or rule.severity,
        rule.advice(language, hit.case),
        hit.start,
        hit.end,
        hit.priority or rule.priority,
        hit.case,
    )
