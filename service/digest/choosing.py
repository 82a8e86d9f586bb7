"""Which comments a digest quotes: by a rule that anybody can check, the same every time.

Featured ones first; then those that most readers found helpful; then, of the rest, in turn a short and a long one, each
oldest first, so that not only those are heard who write much.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, zip_longest

from service.digest.voice import Voice

MOST = 6
LONGEST = 420
_ENDS = (". ", "! ", "? ", "… ", ".\n", "!\n", "?\n", "\n")


def chosen(voices: Sequence[Voice], most: int = MOST) -> list[Voice]:
    """At most `most` of them, but every featured one."""
    featured = sorted((each for each in voices if each.featured), key=_helpful_first)
    helpful = sorted((each for each in voices if each.helpful and not each.featured), key=_helpful_first)
    rest = [each for each in voices if not each.featured and not each.helpful]
    lengths = sorted(len(each.text) for each in rest)
    middle = lengths[(len(lengths) - 1) // 2] if lengths else 0
    short = [each for each in rest if len(each.text) <= middle]
    long = [each for each in rest if len(each.text) > middle]
    turns = [each for each in chain.from_iterable(zip_longest(short, long)) if each is not None]
    return [*featured, *[*helpful, *turns][: max(0, most - len(featured))]]


def shortened(voice: Voice, longest: int = LONGEST) -> Voice:
    """The voice with its text cut behind a sentence, where it is long."""
    text = voice.text
    if len(text) <= longest:
        return voice
    head = text[:longest]
    end = max(head.rfind(each) + len(each.rstrip()) for each in _ENDS)
    if end < longest // 2:
        end = head.rfind(" ") if " " in head else longest
    return replace(voice, text=f"{text[:end].rstrip()} …", shortened=True)


def _helpful_first(voice: Voice) -> tuple[int, object, str]:
    return -voice.helpful, voice.at, voice.id
