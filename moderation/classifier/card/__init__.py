"""The model card: measured figures as tables in German and English, and a plot."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from moderation.classifier.card.plot import plot
from moderation.classifier.corpus import Row
from moderation.classifier.evaluate import CURVE, Report
from moderation.classifier.fitting import OTHER_LANGUAGES
from moderation.classifier.measured import Measured, auc, calibration_error, macro_f1, recall_at
from moderation.classifier.sites import DECISIONS, STREAMS

Language = Literal["de", "en"]

_FOLDER = Path(__file__).parent
_HEADINGS: dict[str, tuple[str, str]] = {
    "source": ("Quelle", "Source"),
    "rows": ("Zeilen", "Rows"),
    "licence": ("Lizenz", "Licence"),
    "head": ("Kopf", "Head"),
    "yes": ("davon ja", "of them yes"),
    "recall": ("Trefferquote", "Recall"),
    "f1": ("Makro-F1", "Macro-F1"),
    "ham": ("ordentliche", "Ham"),
    "flagged": ("in der Spam-Spur", "In the spam lane"),
    "found": ("Spam in der Spur", "Spam in the lane"),
    "threshold": ("Schwelle", "Threshold"),
    "kind": ("Art", "Kind"),
    "error": ("Fehler", "Error"),
    "site": ("Website", "Site"),
    "wrong": ("Fehler vorher", "Error before"),
    "wrong_after": ("Fehler nachher", "Error after"),
    "flagged_before": ("ordentliche in der Spam-Spur vorher", "Ham in the spam lane before"),
    "flagged_after": ("nachher", "after"),
    "even_before": ("Fehler bei ½ vorher", "Error at ½ before"),
    "even_after": ("nachher", "after"),
    "refused": ("verweigert", "Refused"),
    "own": ("eigene Zeilen", "authored rows"),
    "strange": ("unbekannte Hand", "unknown hand"),
    "all": ("alle", "all"),
    "spam": ("Spam", "spam"),
    "violation": ("Verstoß", "violation"),
}


def write_card(report: Report, rows: Sequence[Row], folder: Path, artifact: Path) -> None:
    """Write `CARD.md`, `CARD.de.md` and `calibration.svg` into a folder. Raises `OSError`."""
    size = artifact.stat().st_size // 1000 if artifact.exists() else 0
    (folder / "CARD.md").write_text(card(report, rows, size, "en"), encoding="utf-8")
    (folder / "CARD.de.md").write_text(card(report, rows, size, "de"), encoding="utf-8")
    (folder / "calibration.svg").write_text(plot(report), encoding="utf-8")


def card(report: Report, rows: Sequence[Row], size: int, language: Language) -> str:
    """The whole card in one language; `size` is the artifact's, in kB."""
    template = (_FOLDER / f"{language}.md").read_text(encoding="utf-8")
    return template.format(
        size=size,
        threshold=f"{report.threshold:.4f}",
        german=f"{report.german:.4f}",
        budget=f"{report.budget:.2%}",
        other_budget=f"{report.budget * OTHER_LANGUAGES:.2%}",
        sources=_sources(rows, language),
        by_source=figures(report, language),
        lanes=_lanes(report, language),
        curve=_curve(report, language),
        kinds=_kinds(report, language),
        calibration=_calibration(report, language),
        decisions=DECISIONS,
        streams=STREAMS,
        sites=_sites(report, language),
        tasks=_tasks(report, language),
    )


def figures(report: Report, language: Language) -> str:
    """AUC and recall for every source and language, as a Markdown table."""
    lines = [
        _figure(measured.head, name, part, language)
        for measured in (report.spam, report.violation)
        for name, part in _parts(measured, language)
        if part.both
    ]
    for measured in report.strangers:
        for hand, tongue in sorted(
            {(row.hand, row.language) for row in measured.rows if row.hand and row.language in ("de", "en")}
        ):
            part = measured.where(
                lambda row, hand=hand, tongue=tongue: row.hand == hand and row.language == tongue  # type: ignore[misc]
            )
            if part.both:
                lines.append(_figure(measured.head, f"{_word('strange', language)} {hand}, {tongue}", part, language))
    return _table(("head", "source", "rows", "yes", "AUC", "recall", "f1"), lines, language)


def _figure(head: str, name: str, part: Measured, language: Language) -> tuple[object, ...]:
    yes = int(part.labels.sum())
    found = f"{recall_at(part, 0.01):.2f}"
    return _word(head, language), name, len(part.rows), yes, f"{auc(part):.3f}", found, f"{macro_f1(part):.3f}"


def _parts(measured: Measured, language: Language) -> Iterable[tuple[str, Measured]]:
    own = _word("own", language)
    for tongue in ("de", "en"):
        yield f"{own}, {tongue}", measured.where(lambda row, tongue=tongue: row.authored and row.language == tongue)  # type: ignore[misc]
    for source in sorted({row.source for row in measured.rows if not row.authored}):
        yield source, measured.where(lambda row, source=source: row.source == source)  # type: ignore[misc]


def _sources(rows: Sequence[Row], language: Language) -> str:
    lines = []
    for source in sorted({row.source for row in rows}, key=lambda name: (not _authored(rows, name), name)):
        of_source = [row for row in rows if row.source == source]
        licence = of_source[0].licence or _word("own", language)
        lines.append((source, len(of_source), licence))
    return _table(("source", "rows", "licence"), lines, language)


def _authored(rows: Sequence[Row], source: str) -> bool:
    return any(row.authored for row in rows if row.source == source)


def _lanes(report: Report, language: Language) -> str:
    lines = []
    tests: list[tuple[str, Callable[[Row], bool]]] = [
        (f"{_word('all', language)}, de", lambda row: row.language == "de"),
        (f"{_word('all', language)}, en", lambda row: row.language == "en"),
    ]
    tests += [
        (source, lambda row, source=source: row.source == source)  # type: ignore[misc]
        for source in sorted({row.source for row in report.strangers[0].rows})
    ]
    for name, test in tests:
        part = report.strangers[0].where(test)
        bars = np.array([report.lane(row) for row in part.rows])
        over = part.probabilities >= bars
        flagged = int(over[part.labels == 0].sum())
        found = f"{over[part.labels == 1].mean():.2f}" if len(part.positive) else "–"
        lines.append((name, len(part.negative), flagged, found))
    return _table(("source", "ham", "flagged", "found"), lines, language)


def _curve(report: Report, language: Language) -> str:
    lines = []
    for tongue in ("de", "en"):
        part = report.strangers[0].where(lambda row, tongue=tongue: row.language == tongue)  # type: ignore[misc]
        if not part.both:
            continue
        lines += [
            (tongue, bar, f"{(part.negative >= bar).mean():.4f}", f"{(part.positive >= bar).mean():.3f}")
            for bar in sorted({*CURVE, round(report.german if tongue == "de" else report.threshold, 4)})
        ]
    return _table(("", "threshold", "ham", "found"), lines, language)


def _kinds(report: Report, language: Language) -> str:
    authored = report.spam.where(lambda row: row.authored)
    bar = sorted(authored.negative)[-max(1, len(authored.negative) // 100)]
    lines = []
    for kind in {row.kind for row, label in zip(authored.rows, authored.labels, strict=True) if label}:
        part = authored.where(lambda row, kind=kind: row.kind == kind)  # type: ignore[misc]
        lines.append(((part.positive > bar).mean(), kind, len(part.positive)))
    worst = sorted(lines)[:20]
    return _table(("kind", "rows", "recall"), [(kind, size, f"{found:.2f}") for found, kind, size in worst], language)


def _sites(report: Report, language: Language) -> str:
    lines = [
        (
            each.site,
            f"{each.before.wrong_lane:.3f}",
            f"{each.after.wrong_lane:.3f}",
            f"{each.before.flagged_lane:.3f}",
            f"{each.after.flagged_lane:.3f}",
            f"{each.before.wrong:.3f}",
            f"{each.after.wrong:.3f}",
            f"{each.refused:.0f}",
        )
        for each in report.trials
    ]
    headings = (
        "site", "wrong", "wrong_after", "flagged_before", "flagged_after", "even_before", "even_after", "refused",
    )  # fmt: skip
    return _table(headings, lines, language)


def _tasks(report: Report, language: Language) -> str:
    lines = [
        (part.head, len(part.rows), int(part.labels.sum()), f"{auc(part):.3f}", f"{macro_f1(part):.3f}")
        for part in report.tasks
        if part.both
    ]
    return _table(("source", "rows", "yes", "AUC", "f1"), lines, language)


def _calibration(report: Report, language: Language) -> str:
    lines = [
        (_word(measured.head, language), name, f"{calibration_error(part):.3f}")
        for measured in report.strangers
        for name, part in _parts(measured, language)
        if part.both
    ]
    return _table(("head", "source", "error"), lines, language)


def _table(headings: Sequence[str], lines: Iterable[Sequence[object]], language: Language) -> str:
    head = "| " + " | ".join(_word(each, language) for each in headings) + " |"
    rule = "|" + "---|" * len(headings)
    return "\n".join([head, rule, *("| " + " | ".join(map(str, line)) + " |" for line in lines)])


def _word(key: str, language: Language) -> str:
    german, english = _HEADINGS.get(key, (key, key))
    return german if language == "de" else english
