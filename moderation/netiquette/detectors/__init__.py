"""One detector a file: `detector(rule)` makes from a rule's parameters what finds its breaches."""

from collections.abc import Callable, Iterator

from moderation.netiquette.alike import or_alike
from moderation.netiquette.detectors import (
    advertising,
    automation,
    campaign,
    case_description,
    danger,
    discrimination,
    duplicate,
    election_advertising,
    empty,
    flooding,
    illegal,
    impersonation,
    language,
    length,
    links,
    own,
    personal_data,
    private_matter,
    readability,
    respect,
    threat,
    vulgar,
)
from moderation.netiquette.detectors import copyright as quotations
from moderation.netiquette.likeness import Likeness
from moderation.netiquette.naming import NAMED, in_names
from moderation.netiquette.rules import Detector, Rule

# off_topic and unsourced are for people alone: no program knows what belongs to a topic or what is true.
_MAKERS: dict[str, tuple[Callable[[Rule], Detector], ...]] = {
    "respect": (respect.detector,),
    "discrimination": (discrimination.detector,),
    "threat": (threat.detector, danger.detector),
    "illegal": (illegal.detector,),
    "vulgar": (vulgar.detector,),
    "advertising": (advertising.detector,),
    "personal_data": (personal_data.detector,),
    "case_description": (case_description.detector,),
    "copyright": (quotations.detector,),
    "links": (links.detector,),
    "election_advertising": (election_advertising.detector,),
    "campaign": (campaign.detector,),
    "duplicate": (duplicate.detector,),
    "impersonation": (impersonation.detector,),
    "language": (language.detector,),
    "readability": (readability.detector,),
    "private_matter": (private_matter.detector,),
    "length": (length.detector,),
    "automation": (automation.detector,),
    "empty": (empty.detector,),
    "flooding": (flooding.detector,),
}


def detectors_of(rule: Rule, likeness: Likeness) -> Iterator[Detector]:
    """The detectors of a rule: ours, and one for the operator's own words and patterns where there are any."""
    listed = [make(rule) for make in _MAKERS.get(rule.id, ())]
    if rule.params.get("words") or rule.params.get("patterns"):
        listed.append(own.detector(rule))
    likened = rule.id in likeness.rules and rule.flag("likeness")
    for place, detector in enumerate(listed):
        yield or_alike(detector, rule.id, likeness) if likened and place == 0 else detector
    if rule.id == "threat" and rule.flag("likeness"):
        yield danger.alike(rule, likeness)
    if rule.id in NAMED:
        yield in_names(rule.id, listed)
