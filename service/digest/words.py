"""What a digest says around the quotes, in one place for page, document and table."""

from datetime import datetime

from babel.dates import format_date
from babel.numbers import format_decimal

from models.site import Site
from models.thread import Thread
from moderation.working_time import ZONE
from service.digest.gathering import Digest, Section
from service.digest.voice import Voice
from service.errors import _
from service.texts import tell, translations

RULE = _(
    "Quotes are chosen by a fixed rule: featured ones first, then those that most readers found helpful, then in turn "
    "a short and a long one of the rest, the oldest first. Long ones are cut behind a sentence. No program has written "
    "or reworded anything."
)
NAMES = _(
    "Names of authors and of people who are mentioned are replaced, and so are telephone numbers and addresses. "
    "Please look through it all the same before you pass it on: a person can also be recognised by what is told."
)
OPEN_RULE = _("Comments that end with a question and have no answer by the editors below them.")
OPEN = _("Open points")
QUOTES = _("Quotes")
NONE_YET = _("No answers yet")
REST = _("More comments on the article")
ALL = _("Comments on the article")
_GUEST = _("without a name")


class Words:
    """The words of a digest in a language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def tell(self, text: str, **values: object) -> str:
        return tell(self.language, text, **values)

    def ngettext(self, one: str, many: str, number: int) -> str:
        """The text for one or for many, with the number as it is written in the language."""
        return translations(self.language).ngettext(one, many, number) % {
            "number": format_decimal(number, locale=self.language)
        }

    def day(self, time: datetime) -> str:
        return str(format_date(time.astimezone(ZONE).date(), "long", locale=self.language))

    def title(self, site: Site, thread: Thread) -> str:
        return self.tell(_("Digest: %(title)s"), title=thread.title or site.name + thread.page)

    def period(self, digest: Digest) -> str:
        """From when to when people have written; empty where nobody has."""
        if digest.first is None or digest.last is None:
            return ""
        first, last = self.day(digest.first), self.day(digest.last)
        return first if first == last else self.tell(_("%(first)s to %(last)s"), first=first, last=last)

    def figures(self, digest: Digest) -> list[tuple[str, str]]:
        """What can be counted, with its name."""
        unnamed = self.ngettext(
            "and %(number)s comment without a name", "and %(number)s comments without a name", digest.unnamed
        )
        people = self.ngettext("%(number)s person", "%(number)s people", digest.people)
        told = [
            (self.tell(_("Period")), self.period(digest) or "–"),
            (self.tell(_("Comments by readers")), self._number(digest.voices)),
            (self.tell(_("Answers by the editors")), self._number(digest.answers)),
            (
                self.tell(_("People, by confirmed address or by name")),
                f"{people} {unnamed}" if digest.unnamed else people,
            ),
            (self.tell(OPEN), self._number(digest.open_points)),
        ]
        waiting = [(self.tell(_("Not decided yet, so not in here")), self._number(digest.waiting))]
        return told + (waiting if digest.waiting else [])

    def heading(self, section: Section, digest: Digest) -> str:
        if section.question is None:
            return self.tell(REST if len(digest.sections) > 1 else ALL)
        return f"{section.number}. {section.question.text}"

    def summary(self, section: Section) -> str:
        """How much was said to it."""
        if not section.voices and not section.answers:
            return self.tell(NONE_YET)
        parts = [self.ngettext("%(number)s comment by readers", "%(number)s comments by readers", len(section.voices))]
        if section.answers:
            parts.append(self.ngettext("%(number)s by the editors", "%(number)s by the editors", section.answers))
        if section.open_points:
            parts.append(self.ngettext("%(number)s open point", "%(number)s open points", len(section.open_points)))
        return " · ".join(parts)

    def source(self, voice: Voice) -> str:
        """Who said it when, as far as that may be told, and how it was received."""
        parts = [voice.who or self.tell(_GUEST), self.day(voice.at)]
        if voice.featured:
            parts.append(self.tell(_("Featured")))
        if voice.helpful:
            parts.append(self.ngettext("helpful to one person", "helpful to %(number)s people", voice.helpful))
        return " · ".join(parts)

    def _number(self, number: int) -> str:
        return str(format_decimal(number, locale=self.language))
