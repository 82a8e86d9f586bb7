"""Texts written without a look at the detectors, and how many of each kind are found or left alone.

`python -m tests.moderation.netiquette.batches [-v] [BATCH…]` prints the shares; `-v` also each text that is judged wrongly.
What a batch showed when it was measured first stands in `moderation/netiquette/README.md`. The comparison and the
classifier have learned from all but those in `mended/`, by which only the lists were mended, and in `unseen/`.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import moderation
from moderation.personal_data import mask_text
from moderation.verdict import Finding
from tests.moderation.netiquette.reading import findings

_JUDGES = Path(moderation.__file__).parent
_LEARNED = (_JUDGES / "netiquette" / "likeness" / "rounds", _JUDGES / "data" / "rounds")
_UNSEEN, _MENDED = (Path(__file__).parent / folder for folder in ("unseen", "mended"))
_FOLDERS = (*_LEARNED, _MENDED, _UNSEEN)


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a batch. `kind`: plain, evasion, clean or tricky; `rule`: the one it breaks, or its topic, or ""."""

    batch: str
    kind: str
    rule: str
    name: str
    text: str

    def is_judged_rightly(self) -> bool:
        """Whether a breach is found under its rule, and what is clean is not held."""
        seen = self.findings()
        if self.kind in ("plain", "evasion"):
            return _standing_for(self.rule) in {each.rule for each in seen}
        return all(each.severity == "note" for each in seen)

    def findings(self) -> tuple[Finding, ...]:
        """What the rules see once e-mail addresses are hidden, as the service hides them."""
        return findings(self.shown, name=self.name, masked=mask_text(self.text, "de").count)

    @property
    def shown(self) -> str:
        """The text without e-mail addresses; the findings' offsets lie in it."""
        return mask_text(self.text, "de").text


def batches() -> tuple[str, ...]:
    """The names of all batches, oldest first."""
    paths = [path for folder in _FOLDERS for path in folder.glob("*.txt")]
    return tuple(sorted((path.stem for path in paths), key=lambda name: (len(name), name)))


def is_unseen(batch: str) -> bool:
    """Whether nothing has learned from the batch."""
    return (_UNSEEN / f"{batch}.txt").exists()


def texts_of(batch: str) -> Iterator[Text]:
    """Every text of a batch."""
    kind, rule = "", ""
    [file] = [file for folder in _FOLDERS if (file := folder / f"{batch}.txt").exists()]
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            kind, _, rule = line.removeprefix("## ").partition(" ")
        elif line and not line.startswith("# "):
            name, apart, text = line.partition(" :: ")
            yield Text(batch, kind, rule, name if apart else "Anke", text if apart else line)


def shares(texts: Iterable[Text]) -> dict[tuple[str, str], tuple[int, int]]:
    """By kind and rule: how many texts are judged rightly, and how many there are."""
    counted: dict[tuple[str, str], tuple[int, int]] = {}
    for each in texts:
        right, there = counted.get((each.kind, each.rule), (0, 0))
        counted[each.kind, each.rule] = right + each.is_judged_rightly(), there + 1
    return counted


def _standing_for(rule: str) -> str:
    return "threat" if rule == "danger" else rule


def _print(batch: str, *, each_wrong: bool) -> None:
    texts = list(texts_of(batch))
    print(batch)
    counted = shares(texts)
    for kind in dict.fromkeys(kind for kind, _ in counted):
        of_kind = {rule: count for (other, rule), count in counted.items() if other == kind}
        for rule, (right, there) in of_kind.items():
            print(f"  {kind:8}{rule:22}{right:4} of {there:3}  {right / there:6.1%}")
        right, there = (sum(count[at] for count in of_kind.values()) for at in (0, 1))
        print(f"  {kind:8}{'together':22}{right:4} of {there:3}  {right / there:6.1%}")
    if each_wrong:
        for text in texts:
            if not text.is_judged_rightly():
                seen = [(each.rule, text.shown[each.start : each.end]) for each in text.findings()]
                print(
                    f"  {text.kind} {text.rule}: {text.name + ' :: ' if text.name != 'Anke' else ''}{text.text}  {seen or ''}"
                )


if __name__ == "__main__":
    for _name in [each for each in sys.argv[1:] if each != "-v"] or batches():
        _print(_name, each_wrong="-v" in sys.argv)
