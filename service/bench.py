"""Who judges: loaded with the first text that is there to judge, or soon after the start. Readers need none of it."""

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from moderation.judge import Judges
    from moderation.netiquette import Netiquette

log = structlog.get_logger()


class Bench:
    """The judges, whom `load` brings when they are first asked for; safe to share between threads."""

    def __init__(self, load: Callable[[], "Judges"]) -> None:
        self._load = load
        self._judges: Judges | None = None
        self._lock = Lock()

    @property
    def judges(self) -> "Judges":
        with self._lock:
            if self._judges is None:
                self._judges = self._load()
            return self._judges

    def warm(self) -> None:
        """Have the judges ready for the first comment: loaded, with their word lists read. Takes a second or two."""
        from moderation.judge import warm  # noqa: PLC0415  # as below

        warm(self.judges)


def load_judges(data_dir: Path | None = None) -> "Judges":
    """The judges; one whose data is damaged is left out and said so: then every comment goes to review.

    A `netiquette.toml` in the data directory takes the place of the netiquette that ships.
    """
    # A fifth of the start, which whoever only reads should not wait for.
    from moderation.classifier import DamagedArtifact  # noqa: PLC0415
    from moderation.classifier import load as load_classifier  # noqa: PLC0415
    from moderation.judge import Judges  # noqa: PLC0415
    from moderation.netiquette import BadNetiquette, load_netiquette  # noqa: PLC0415

    classifier = None
    netiquette: Netiquette | None = None
    try:
        classifier = load_classifier()
    except (DamagedArtifact, OSError) as error:
        log.error("classifier_missing", reason=str(error))  # noqa: TRY400  # the sentence says it all
    try:
        netiquette = load_netiquette(own_netiquette(data_dir))
    except (BadNetiquette, OSError) as error:
        log.error("netiquette_missing", reason=str(error))  # noqa: TRY400  # the sentence says it all
    return Judges(classifier, netiquette)


def own_netiquette(data_dir: Path | None) -> Path | None:
    """The operator's own netiquette, or None where there is no such file."""
    path = data_dir / "netiquette.toml" if data_dir else None
    return path if path and path.exists() else None
