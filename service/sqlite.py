"""What an operator must know of the SQLite that Python brings."""

# The WAL-reset race (sqlite.org/wal.html): two connections that commit and checkpoint at one instant can lose commits.
_RACE_FROM = (3, 7, 0)
_RACE_UNTIL = (3, 51, 2)
RACE_MENDED = "3.51.3"


def races(version: tuple[int, ...]) -> bool:
    """Whether this SQLite has the WAL-reset race, so that only one process may write."""
    return _RACE_FROM <= version <= _RACE_UNTIL
