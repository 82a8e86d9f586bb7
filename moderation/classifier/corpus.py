"""Rows to learn from and to measure with, read from JSON Lines."""

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moderation.classifier.features import is_german, traits
from moderation.personal_data import mask_text, mask_url
from moderation.reading import Reading, Standing
from moderation.tidy import tidy

# What the violation head is for. Other rules of the netiquette (personal data, campaigns …) have judges of their own.
VIOLATIONS = frozenset(("respect", "discrimination", "threat", "vulgar"))
# Rows under these rules may or may not put somebody down, or may or may not be spam: they teach neither.
_UNCLEAR = frozenset(("unsourced", "illegal", "flooding", "off_topic", "impersonation"))
# An advertisement of the neighbourhood shop is not spam and reads like it, and so do offers of stolen goods or forged
# papers; rules of their own find them.
_UNCLEAR_SPAM = frozenset(("advertising", "flooding", "illegal"))
# Spam of these kinds can only be told by name and website; its text alone could be anybody's.
_TOLD_BY_WEBSITE = frozenset(
    (
        "flattery_seo", "bland_summary", "one_word", "topic_bait", "fake_review", "sock_puppet", "polished_praise",
        "seo_flattery", "website_only", "flattery", "flattery_site", "ai_summary", "bland_ai", "backlink_bot",
    )
)  # fmt: skip


# Files of the same beginning were written together, by one hand or in one sitting; the longest beginning counts.
_HANDS = (
    ("more_de_hand", 3),
    ("more_en", 4),
    ("hand_", 5),
    ("later_", 6),
    ("late_", 7),
    ("last_", 8),
    ("place_", 9),
    ("blind_allotment", 10),
    ("blind_", 11),
    ("street_measure", 14),
    ("county_measure", 15),
    ("street_", 12),
    ("county_", 13),
    ("examples_", 16),
    ("bench_", 17),
    ("kiosk_", 18),
    ("pier_", 19),
    ("dorf_", 20),
    ("quay_", 21),
    ("ferry_", 22),
    ("markt_", 23),
    ("wald_", 24),
    ("brunnen_", 25),
    ("schmiede_", 26),
    ("tal_", 27),
    ("hafen_", 28),
    ("moor_", 29),
    ("jetty_", 30),
    ("deich_", 31),
    ("kirmes_", 32),
    ("speicher_", 33),
    ("amsel_", 34),
    ("ziegel_", 35),
    ("storch_", 36),
    ("lantern_", 37),
    ("wren_", 38),
    ("rounds_batch18", 39),
    ("rounds_batch19", 40),
    ("rounds_batch20", 41),
    ("rounds_batch21", 42),
    ("rounds_batch22", 43),
    ("rounds_batch23", 46),
    ("rounds_batch25", 47),
    ("rounds_batch27", 48),
    ("rounds_batch24", 49),
    ("rounds_batch26", 49),
    ("fulmar_", 50),
    ("sprosser_", 51),
    ("kestrel_", 52),
    ("osprey_", 53),
    *((f"rounds_batch{number}", 54) for number in (31, 32, 33, 34, 36, 37)),
    ("clean_", 55),
    ("rounds_batch1", 44),  # 10 to 15
    ("rounds_", 45),  # 3 to 9
    ("more_", 2),
    ("", 1),
)


class BadData(Exception):
    """A file of rows that cannot be read; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled comment. `spam` and `violation` are None where nobody knows.

    `by_website`: the text alone does not tell that it is spam.
    `held`: its source keeps it back to measure with; only `tasks` asks for that, all else leaves out whole groups.
    `group` is what must not be in training when the row is measured: its source, or its kind among authored rows.
    """

    reading: Reading
    source: str
    kind: str
    language: str
    spam: bool | None
    violation: bool | None
    authored: bool
    aux: bool
    licence: str
    by_website: bool = False
    held: bool = False

    @property
    def group(self) -> str:
        return f"kind {self.kind}" if self.authored else self.source

    @property
    def hand(self) -> int:
        """Whose hand wrote it, counted from 1; 0 for public rows."""
        return next(hand for start, hand in _HANDS if self.source.startswith(start)) if self.authored else 0


def read_rows(paths: Iterable[Path], licences: frozenset[str] = frozenset(("permissive",))) -> list[Row]:
    """Every row of the files whose licence class is among `licences`; authored rows have none and always count.

    Raises `BadData`.
    """
    return [row for path in paths for row in _rows(path, licences)]


def authored_paths() -> list[Path]:
    """The files of rows that were written for this project."""
    return sorted((Path(__file__).parent.parent / "data" / "authored").glob("*.jsonl"))


def example_paths() -> list[Path]:
    """The files of texts under headings that say what they break: shown to the rules, or rounds of breaches."""
    judges = Path(__file__).parent.parent
    likeness = judges / "netiquette" / "likeness"
    folders = (likeness / "examples", likeness / "rounds", likeness / "clean", judges / "data" / "rounds")
    return [path for folder in folders for path in sorted(folder.glob("*.txt"))]


def _rows(path: Path, licences: frozenset[str]) -> Iterator[Row]:
    if path.suffix == ".txt":
        yield from (_row(fields, path) for fields in read_listed(path))
        return
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
            if fields.get("lic_class") in (None, *licences):
                yield _row(fields, path)
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise BadData(f"{path}, line {number}: {error!r} — expected a JSON object with text and labels") from error


def read_listed(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a file of examples as the fields of a row; a line is a text, or `name :: text`. Raises `BadData`."""
    heading = ""
    for line in _lines(path):
        line = line.strip()
        if line.startswith("## "):
            heading = line.removeprefix("## ")
        elif line and not line.startswith("# "):
            kind, _, rule = heading.partition(" ")
            name, _, text = line.rpartition(" :: ")
            yield {
                "source": f"{path.parent.name}_{path.stem}",
                "text": text,
                "author_name": name,
                "lang": _language(text),
                "spam": None if rule in _UNCLEAR else 0,
                "violations": [rule] if kind in ("plain", "evasion") else [],
                "kind": heading,
            }


def _language(text: str) -> str:
    return "de" if is_german(traits(Reading(text, "", "", None, 0, Standing())), even=True) else "en"


def _lines(path: Path) -> Iterator[str]:
    try:
        if path.suffix == ".gz":
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                yield from lines
        else:
            with path.open(encoding="utf-8") as lines:
                yield from lines
    except (OSError, UnicodeDecodeError, EOFError) as error:
        raise BadData(f"{path} cannot be read: {error}") from error


def _row(fields: dict[str, Any], path: Path) -> Row:
    authored = "lic_class" not in fields
    return Row(
        reading=_reading(fields, authored),
        source=fields.get("source", path.name.split(".")[0]) if authored else fields["source"],
        kind=fields.get("kind", ""),
        language=fields["lang"],
        spam=_spam(fields, authored),
        violation=_violation(fields, authored),
        authored=authored,
        aux=bool(fields.get("aux")),
        licence=fields.get("license", ""),
        by_website=authored and bool(fields["spam"]) and fields.get("kind") in _TOLD_BY_WEBSITE,
        held=fields.get("split") == "dev",
    )


def _reading(fields: dict[str, Any], authored: bool) -> Reading:
    """The row as a judge would see it.

    Names and websites of public rows are left out: there, that one was given at all tells the label by accident.
    """
    language = "de" if fields["lang"] == "de" else "en"
    text = mask_text(tidy(fields["text"]), language)
    name = mask_text(fields.get("author_name") or "", language) if authored else None
    url = mask_url(fields.get("author_url") or "") if authored else None
    masked = text.count + (name.count if name else 0)
    return Reading(text.text, "", name.text if name else "", url, masked, Standing(language=language))


def _spam(fields: dict[str, Any], authored: bool) -> bool | None:
    label = fields["spam" if authored else "label_spam"]
    if label is None or (authored and not label and _UNCLEAR_SPAM & set(fields["violations"])):
        return None
    return bool(label)


def _violation(fields: dict[str, Any], authored: bool) -> bool | None:
    if not authored:
        label = fields["label_toxic"]
        return None if label is None else bool(label)
    broken = set(fields["violations"])
    if not fields["text"] or fields["spam"] or (not broken & VIOLATIONS and broken & _UNCLEAR):
        return None
    return bool(broken & VIOLATIONS)
