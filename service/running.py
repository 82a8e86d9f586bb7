"""What becomes of a command, and of its failure."""

import logging
import sys

import typer

from models.away import Unavailable
from models.legal import BadLegal
from models.site import BadSite
from service.commands.failure import Failure
from service.logs import configure_logs
from service.settings import BadSettings

_UNAVAILABLE = "The database cannot be reached, somebody else holds it, or its disk is full; nothing was stored."


def no_commands() -> typer.Typer:
    """The command line before it has any command."""
    return typer.Typer(
        name="python -m service",
        help="Wortmeldung: comments for your site. Software sorts, people decide.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )


def run(commands: typer.Typer) -> None:
    """Run one command. Exit status 0, 1 after a failure that one line explains, 2 for wrong usage."""
    # A command's own words go to standard output; warnings to standard error, as what they are.
    configure_logs(logging.WARNING)
    try:
        commands()
    except (Failure, BadLegal, BadSettings, BadSite) as failure:
        print(f"wortmeldung: {failure}", file=sys.stderr)  # noqa: T201  # this is what a command line is for
        sys.exit(1)
    except Unavailable:
        print(f"wortmeldung: {_UNAVAILABLE}", file=sys.stderr)  # noqa: T201
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(1)
