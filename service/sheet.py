"""Tables that people take along into a spreadsheet, where no cell may become a formula."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

# What a spreadsheet takes for the beginning of a formula, or skips on its way to one (OWASP, CSV Injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
# Spreadsheets take the first line's separator by the language of the machine; German ones write decimals with a comma.
_SEPARATORS = {"de": ";"}


def sheet(rows: Iterable[Sequence[object]], language: str) -> bytes:
    """The rows as CSV with a mark of its encoding, as spreadsheets in that language open it."""
    text = StringIO()
    writer = csv.writer(text, delimiter=_SEPARATORS.get(language, ","), lineterminator="\r\n")
    for row in rows:
        writer.writerow([_cell(each, language) for each in row])
    return text.getvalue().encode("utf-8-sig")


def _cell(value: object, language: str) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".replace(".", "," if language == "de" else ".")
    told = str(value)
    return "'" + told if told.lstrip().startswith(_FORMULA) or told.startswith(_FORMULA) else told
