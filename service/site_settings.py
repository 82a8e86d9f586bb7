"""A site's settings as people type them: how each is read, shown and checked, for the desk and the command alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from models.release import HOLDS
from models.site import LANGUAGES, SPOKEN, Site
from moderation.working_time import STATES
from service.errors import _
from service.typed import (
    BadSetting,
    address,
    bands,
    flag,
    lines_of,
    one_of,
    origin,
    probability,
    rule,
    show_bands,
    show_flag,
    show_lines,
    show_number,
    show_week,
    text_of,
    week,
    whole,
)

SECTIONS = ("site", "release", "hours", "taking", "words", "safety")
TEXT_PLACES = ("form", "thanks", "closed")
_LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: `read` makes a value of what was typed or raises `BadSetting`; `show` the other way round.

    `kind` says how it is asked for: as a text, several lines, a choice, a flag, a number, a week, rules to tick.
    """

    name: str
    section: str
    label: str
    kind: str
    read: Callable[[str], Any]
    show: Callable[[Any], str] = str
    hint: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wrong:
    """What was wrong with one setting."""

    name: str
    fault: BadSetting


def present(site: Site, setting: Setting) -> str:
    """The setting as it would be typed."""
    if setting.section == "words":
        place, language = setting.name.split("_")[1:]
        return site.texts.get(place, {}).get(language, "")
    return setting.show(getattr(site, setting.name))


def change(site: Site, given: Mapping[str, str]) -> tuple[list[str], list[Wrong]]:
    """Put what was typed into the site, all of it or nothing; which settings are other than before, and what is wrong.

    Names that are no settings are left out: who asks must look at them.
    """
    read, wrong = {}, []
    for setting in SETTINGS:
        if setting.name not in given:
            continue
        try:
            read[setting.name] = setting.read(given[setting.name].strip())
        except BadSetting as fault:
            wrong.append(Wrong(setting.name, fault))
    if wrong:
        return [], wrong
    return [name for name, value in read.items() if _put(site, name, value)], []


def setting_named(name: str) -> Setting | None:
    """The setting of that name, or None."""
    return next((each for each in SETTINGS if each.name == name), None)


def _put(site: Site, name: str, value: Any) -> bool:
    if name.startswith("text_"):
        place, language = name.split("_")[1:]
        before = site.texts.get(place, {}).get(language, "")
        site.texts = {**site.texts, place: {**site.texts.get(place, {}), language: value}}
        return bool(before != value)
    before = getattr(site, name)
    setattr(site, name, value)
    return bool(before != value)


HOLD_NAMES = {
    "everything": _("Everything: a person reads each comment before it appears"),
    "strangers": _("First comments and people without a confirmed address; and whatever has a finding"),
    "findings": _("Only what has a finding"),
}
_TEXT_LABELS = {
    "form": _("Above the form"),
    "thanks": _("After sending"),
    "closed": _("Where comments are closed"),
}
_LANGUAGE_NAMES = {"de": "Deutsch", "en": "English"}
_SPOKEN_NAMES = {"de": "Deutsch (Sie)", "de-du": "Deutsch (du)", "de-leicht": "Leichte Sprache", "en": "English"}

SETTINGS: tuple[Setting, ...] = (
    Setting("name", "site", _("Name of the site"), "text", text_of(200, 1)),
    Setting(
        "origins", "site", _("Origins that may post"), "lines", lines_of(origin, 1), show_lines,
        _("One a line, such as https://www.example.org"),
    ),
    Setting("language", "site", _("Language of the site"), "choice", one_of(SPOKEN), choices=_SPOKEN_NAMES),
    Setting("imprint_url", "site", _("Address of the imprint"), "text", address),
    Setting("privacy_url", "site", _("Address of the privacy notice"), "text", address),
    Setting("contact_url", "site", _("Address of the contact form"), "text", address),
    Setting(
        "names", "site", _("Reserved names"), "lines", lines_of(text_of(80)), show_lines,
        _("Names of your own people and offices, one a line: guests cannot carry them."),
    ),
    Setting(
        "holds", "release", _("What waits for a person"), "choice", one_of(HOLDS), choices=HOLD_NAMES,
        hint=_(
            "Personal data, recognisable cases and danger always wait, and so does whatever else is noticed. "
            "What appears without a person stands in the log as published by policy."
        ),
    ),
    Setting(
        "editors_publish", "release", _("Editors whom your own website signs on appear at once"), "flag",
        flag, show_flag,
        _("Otherwise a person reads their comments first, like all others. Their badge they have in both cases."),
    ),
    Setting(
        "spam_threshold", "release", _("Spam from a probability of"), "number", probability, show_number,
        _(
            "From here on a comment waits in the spam lane. "
            "Empty: as the classifier was set, so that it loses almost no good comment there."
        ),
    ),
    Setting(
        "second_rules", "release", _("Rules for which two people must agree"), "rules",
        lines_of(rule), show_lines,
    ),
    Setting(
        "second_bands", "release", _("Probabilities for which two people must agree"), "lines", bands, show_bands,
        _("One band a line, such as “violation 0.4 0.7”."),
    ),
    Setting("depth", "release", _("Levels of replies"), "number", whole(1, 6)),
    Setting("edit_minutes", "release", _("Authors may edit for so many minutes"), "number", whole(0, 1440)),
    Setting("helpful", "release", _("Readers may find comments helpful"), "flag", flag, show_flag),
    Setting(
        "state", "hours", _("State whose holidays count"), "choice", one_of(("", *STATES)),
        choices={"": _("Nationwide holidays only"), **STATES},
    ),
    Setting(
        "hours", "hours", _("Opening times"), "week", week, show_week,
        _(
            "Comments are taken at any time; only the waiting is counted in these hours. "
            "Several with a comma: 09:00-12:00, 14:00-17:00"
        ),
    ),
    Setting(
        "target_minutes", "hours", _("A comment is decided within so many working minutes"), "number",
        whole(0, 60_000),
        hint=_("Readers are told the day that follows from it. 480 is a day of eight hours; 0 promises nothing."),
    ),
    Setting("paused", "taking", _("No comments are taken at the moment"), "flag", flag, show_flag),
    Setting(
        "pause_reason", "taking", _("Reason, as readers see it"), "text", text_of(_LONGEST_TEXT),
        hint=_("Such as: Many comments are waiting. From Monday on we are glad of yours again."),
    ),
    Setting(
        "most_waiting", "taking", _("Take no more while so many wait"), "number", whole(0, 1_000_000),
        hint=_("As soon as fewer wait, comments are taken again. 0: no such limit."),
    ),
    Setting(
        "close_days", "taking", _("Close a page so many days after its first comment"), "number", whole(0, 3660),
        hint=_("It can still be read, and you can open it again. 0: pages stay open."),
    ),
    *(
        Setting(
            f"text_{place}_{language}", "words", _TEXT_LABELS[place], "words", text_of(_LONGEST_TEXT),
            choices={"": _LANGUAGE_NAMES[language]},
        )
        for place in TEXT_PLACES for language in LANGUAGES
    ),
    Setting(
        "second_factor", "safety", _("Who works here needs a second factor"), "flag", flag, show_flag,
        _("Whoever has none yet can sign in, set one up, and then work."),
    ),
)  # fmt: skip
