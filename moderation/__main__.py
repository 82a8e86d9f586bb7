"""The judges on the command line: assess comments, train the classifier, measure it."""

import argparse
import os
import sys
from pathlib import Path

from moderation.assess import assess
from moderation.classifier import Classifier, DamagedArtifact, load
from moderation.judge import Judges
from moderation.netiquette import Netiquette, load_netiquette


class Failure(Exception):
    """Something went wrong that one line explains."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status: 0, or 1 after an explained failure. Wrong usage exits with 2."""
    chosen = _parser().parse_args(arguments)
    try:
        chosen.run(chosen)
    except Failure as failure:
        print(f"moderation: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 1
    except BrokenPipeError:
        # Who reads has had enough. Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m moderation", description="The judges of Wortmeldung.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    filter_ = commands.add_parser("assess", help="judge comments: JSON Lines in, JSON Lines out")
    filter_.add_argument("--netiquette", type=Path, metavar="FILE", help="rules to use instead of the default ones")
    filter_.add_argument("--language", choices=("de", "en"), default="de", help="language of messages and labels")
    filter_.set_defaults(run=_assess)
    training = commands.add_parser("train", help="train the classifier; the rows written for the project always count")
    training.add_argument("data", nargs="*", type=Path, metavar="DATA", help="rows as .jsonl or .jsonl.gz")
    training.add_argument("--output", type=Path, required=True, metavar="FILE", help="where the artifact goes")
    training.add_argument("--budget", type=_share, default=0.001, help="ham that may land in the spam lane (0.001)")
    training.set_defaults(run=_train)
    measuring = commands.add_parser("evaluate", help="measure the classifier by leaving sources out")
    measuring.add_argument("data", nargs="*", type=Path, metavar="DATA", help="rows as .jsonl or .jsonl.gz")
    measuring.add_argument("--model", type=Path, metavar="FILE", help="measure this artifact on rows it has not seen")
    measuring.add_argument("--card", type=Path, metavar="FOLDER", help="write the model card's files there")
    measuring.set_defaults(run=_evaluate)
    return parser


def _assess(chosen: argparse.Namespace) -> None:
    judges = Judges(_classifier(), _netiquette(chosen.netiquette))
    for answer in assess(sys.stdin.buffer, judges, chosen.language):
        sys.stdout.buffer.write(answer)
        sys.stdout.buffer.flush()


def _train(chosen: argparse.Namespace) -> None:
    from moderation.classifier.artifact import pack
    from moderation.classifier.corpus import BadData, authored_paths, example_paths, read_rows

    try:
        from moderation.classifier.train import train
    except ImportError as error:
        raise Failure("training needs scikit-learn: install the extra 'train'") from error
    try:
        # Who waits for half an hour should not then hear that the folder is missing.
        chosen.output.parent.mkdir(parents=True, exist_ok=True)
        rows = read_rows([*chosen.data, *authored_paths(), *example_paths()])
        artifact = train(rows, chosen.budget, lambda step: print(step, file=sys.stderr))
        chosen.output.write_bytes(pack(artifact))
    except (BadData, OSError) as error:
        raise Failure(str(error)) from error


def _evaluate(chosen: argparse.Namespace) -> None:
    from moderation.classifier.artifact import SHIPPED
    from moderation.classifier.corpus import BadData, authored_paths, example_paths, read_rows

    try:
        from moderation.classifier.card import figures, write_card
        from moderation.classifier.evaluate import measure, measure_artifact
        from moderation.classifier.tasks import LICENCES, TASKS
    except ImportError as error:
        raise Failure("measuring needs scikit-learn: install the extra 'train'") from error
    try:
        if chosen.model:
            print(figures(measure_artifact(read_rows(chosen.data), chosen.model), "en"))
            return
        if chosen.card:
            chosen.card.mkdir(parents=True, exist_ok=True)
        paths = [*chosen.data, *authored_paths(), *example_paths()]
        rows = read_rows(paths)
        tasks = [row for row in read_rows(paths, LICENCES) if row.authored or row.source in TASKS]
        report = measure(rows, note=lambda step: print(step, file=sys.stderr), tasks=tasks)
        print(figures(report, "en"))
        if chosen.card:
            write_card(report, rows, chosen.card, SHIPPED)
    except (BadData, DamagedArtifact, OSError) as error:
        raise Failure(str(error)) from error


def _classifier() -> Classifier | None:
    try:
        return load()
    except DamagedArtifact as error:
        print(f"moderation: {error} Every comment goes to review.", file=sys.stderr)
        return None


def _netiquette(path: Path | None) -> Netiquette:
    try:
        return load_netiquette(path)
    except (OSError, ValueError) as error:
        raise Failure(f"the rules cannot be read: {error}") from error


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 0.5:
        raise argparse.ArgumentTypeError("must lie between 0 and 0.5")
    return value


if __name__ == "__main__":
    sys.exit(main())
