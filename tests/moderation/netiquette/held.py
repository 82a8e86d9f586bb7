"""How many of the public rows that are no spam and no known violation the rules hold, by source.

`python -m tests.moderation.netiquette.held FILE…` reads files of `shared/data/`, German rows alone.
"""

import sys
from collections import Counter
from pathlib import Path

from moderation.classifier.corpus import read_rows
from moderation.personal_data import mask_text
from tests.moderation.netiquette.reading import findings

_LICENCES = frozenset({"permissive", "noncommercial", "research"})


def main() -> None:
    """Print a line for each source."""
    held: Counter[str] = Counter()
    there: Counter[str] = Counter()
    for row in read_rows(map(Path, sys.argv[1:]), _LICENCES):
        if row.language == "de" and not row.spam and not row.violation:
            there[row.source] += 1
            found = findings(mask_text(row.reading.text, "de").text)
            held[row.source] += any(each.severity != "note" for each in found)
    for source, rows in there.most_common():
        print(f"{source:22} {held[source]:4} of {rows:4}, {held[source] / rows:6.1%}")


if __name__ == "__main__":
    main()
