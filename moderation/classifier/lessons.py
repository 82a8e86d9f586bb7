"""What was learned as bytes that a database can keep, and back."""

import json
from hashlib import sha256
from typing import Any

from moderation.classifier.learn import Learned, Lesson, rebuild

_FORMAT = "wortmeldung-lessons 1"


class DamagedLessons(Exception):
    """The bytes hold no lessons; the message says why."""


def pack_lesson(lesson: Lesson) -> dict[str, Any]:
    """One lesson as plain JSON values, without any text of the comment."""
    return {
        "key": lesson.key,
        "spam": lesson.spam,
        "places": list(lesson.places),
        "values": list(lesson.values),
        "margin": lesson.margin,
        "sketch": list(lesson.sketch),
        "moderator": lesson.moderator,
        "trust": lesson.trust,
    }


def unpack_lesson(entry: dict[str, Any]) -> Lesson:
    """The lesson in such values, or `DamagedLessons`."""
    try:
        return Lesson(
            str(entry["key"]),
            bool(entry["spam"]),
            tuple(map(int, entry["places"])),
            tuple(map(float, entry["values"])),
            float(entry["margin"]),
            tuple(map(int, entry["sketch"])),
            str(entry["moderator"]),
            float(entry["trust"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedLessons("A lesson lacks a field or holds a wrong value.") from error


def pack_learned(learned: Learned) -> bytes:
    """The lessons and the version; the weights follow from the lessons."""
    body = json.dumps(
        {"version": learned.version, "lessons": [pack_lesson(each) for each in learned.lessons]}, sort_keys=True
    )
    return f"{_FORMAT}\n{sha256(body.encode()).hexdigest()}\n{body}".encode()


def unpack_learned(content: bytes) -> Learned:
    """What was learned, rebuilt from its lessons to the same weights; `DamagedLessons` when the bytes were changed."""
    try:
        name, digest, body = content.decode().split("\n", 2)
    except ValueError as error:
        raise DamagedLessons("The lessons have another format.") from error
    if name != _FORMAT or sha256(body.encode()).hexdigest() != digest:
        raise DamagedLessons("The lessons are incomplete or were changed: their checksum does not match.")
    fields = json.loads(body)
    built = rebuild([unpack_lesson(each) for each in fields["lessons"]])
    return Learned(built.lessons, built.weights, built.spent, built.approved, int(fields["version"]))
