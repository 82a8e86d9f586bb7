"""What a digest holds, put together from a page's questions and what was said to them. No model writes a word of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.discussion import Discussion, Said
from models.prompt import Prompt
from moderation.pseudonyms import Pseudonyms
from moderation.render import plain
from service.digest.choosing import chosen, shortened
from service.digest.voice import Voice
from service.errors import _
from service.texts import tell

_CLOSING = " \n\t\"'”“»«)]*_"
_PERSON = _("Person %(number)s")
_NAME = _("[name]")
_LEFT_OUT = _("[left out]")


@dataclass(frozen=True, slots=True)
class Section:
    """What was said to a question, or, without one, to none. `open_points`: readers' questions without an answer.

    `quotes` are chosen from `voices`, all that readers said; `answers` counts what the site's own people said.
    """

    number: int
    question: Prompt | None
    voices: Sequence[Voice]
    quotes: Sequence[Voice]
    open_points: Sequence[Voice]
    answers: int


@dataclass(frozen=True, slots=True)
class Digest:
    """A discussion summed up. `people`: how many can be told apart; `unnamed`: comments of which nobody knows whose."""

    sections: Sequence[Section]
    first: datetime | None
    last: datetime | None
    people: int
    unnamed: int
    waiting: int

    @property
    def voices(self) -> int:
        """How many comments readers have."""
        return sum(len(each.voices) for each in self.sections)

    @property
    def answers(self) -> int:
        """How many comments the site's own people have."""
        return sum(each.answers for each in self.sections)

    @property
    def open_points(self) -> int:
        return sum(len(each.open_points) for each in self.sections)


def sum_up(discussion: Discussion, prompts: Sequence[Prompt], language: str) -> Digest:
    """The digest of what was said, each prompt that is asked with its answers, the rest last."""
    readers = [each for each in discussion.said if each.role is None]
    who = _people(readers)
    names = {
        person: tell(language, _PERSON, number=number) for number, person in enumerate(dict.fromkeys(who.values()), 1)
    }
    called = {each.name.strip(): names[who[each.id]] for each in reversed(readers) if each.id in who}
    hidden = Pseudonyms(called, tell(language, _NAME), tell(language, _LEFT_OUT))
    voices = {each.id: _voice(each, names.get(who.get(each.id, "")) or "", hidden) for each in readers}
    answered = _answered(discussion.said)
    said: defaultdict[str, list[Said]] = defaultdict(list)
    asked = {each.id: each for each in prompts if not each.retired}
    for each in discussion.said:
        said[each.question if each.question in asked else ""].append(each)
    sections = [
        _section(number, prompt, said[prompt.id], voices, answered) for number, prompt in enumerate(asked.values(), 1)
    ]
    if said[""] or not sections:
        sections.append(_section(0, None, said[""], voices, answered))
    times = [each.created_at for each in discussion.said]
    return Digest(
        sections=sections,
        first=min(times, default=None),
        last=max(times, default=None),
        people=len(names),
        unnamed=len(readers) - len(who),
        waiting=discussion.waiting,
    )


def asks(html: str) -> bool:
    """Whether the comment's own words end with a question."""
    return plain(html, quoted=False).rstrip(_CLOSING).endswith(("?", "？", "؟"))


def _section(
    number: int,
    prompt: Prompt | None,
    said: Sequence[Said],
    voices: Mapping[str, Voice],
    answered: frozenset[str],
) -> Section:
    own = [voices[each.id] for each in said if each.id in voices]
    asking = {each.id for each in said if each.id in voices and each.id not in answered and asks(each.html)}
    return Section(
        number=number,
        question=prompt,
        voices=own,
        quotes=[shortened(each) for each in chosen(own)],
        open_points=[shortened(each) for each in own if each.id in asking],
        answers=len(said) - len(own),
    )


def _people(readers: Iterable[Said]) -> dict[str, str]:
    """Whose each comment is, as far as anybody can know: by a confirmed address, or else by the name that was given."""
    readers = list(readers)
    marks = {each.name.casefold().strip(): each.mark for each in readers if each.mark and each.name.strip()}
    told = {
        each.id: each.mark or marks.get(each.name.casefold().strip()) or each.name.casefold().strip()
        for each in readers
    }
    return {comment: person for comment, person in told.items() if person}


def _voice(said: Said, who: str, hidden: Pseudonyms) -> Voice:
    text = hidden.hide(plain(said.html, quoted=False))
    return Voice(said.id, who, text, said.created_at, said.helpful, said.featured, said.parent is not None)


def _answered(said: Sequence[Said]) -> frozenset[str]:
    """The comments below which the site's own people have said something."""
    parents = {each.id: each.parent for each in said}
    found: set[str] = set()
    for each in said:
        above = each.parent if each.role is not None else None
        while above is not None and above not in found:
            found.add(above)
            above = parents.get(above)
    return frozenset(found)
