"""Every command, and what becomes of a failure."""

import logging
import sys

import typer

from models.away import Unavailable
from models.legal import BadLegal
from models.site import BadSite
from service.commands.backup import backup
from service.commands.courier import courier
from service.commands.demo import demo
from service.commands.doctor import doctor
from service.commands.exchange import export, import_
from service.commands.failure import Failure
from service.commands.legal import legal, papers
from service.commands.lessons import lessons
from service.commands.moderator import moderator
from service.commands.outbox import outbox
from service.commands.purge import erase, purge
from service.commands.report import report
from service.commands.secret import secret
from service.commands.serve import serve
from service.commands.sign_on import sign_on
from service.commands.site import site
from service.commands.token import token
from service.commands.webhook import webhook
from service.logs import configure_logs
from service.settings import BadSettings

_UNAVAILABLE = "The database cannot be reached, or somebody else holds it; nothing was stored."

app = typer.Typer(
    name="python -m service",
    help="Wortmeldung: comments for your site. Software sorts, people decide.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(serve)
app.command()(courier)
app.command()(demo)
app.add_typer(site, name="site")
app.add_typer(moderator, name="moderator")
app.add_typer(token, name="token")
app.add_typer(lessons, name="lessons")
app.add_typer(outbox, name="outbox")
app.add_typer(webhook, name="webhook")
app.add_typer(sign_on, name="sign-on")
app.add_typer(secret, name="secret")
app.command()(erase)
app.command()(purge)
site.command()(legal)
app.command()(papers)
app.command()(report)
app.command("import")(import_)
app.command()(export)
app.command()(backup)
app.command()(doctor)


def main() -> None:
    """Run one command. Exit status 0, 1 after a failure that one line explains, 2 for wrong usage."""
    # A command's own words go to standard output; warnings to standard error, as what they are.
    configure_logs(logging.WARNING)
    try:
        app()
    except (Failure, BadLegal, BadSettings, BadSite) as failure:
        print(f"wortmeldung: {failure}", file=sys.stderr)  # noqa: T201  # this is what a command line is for
        sys.exit(1)
    except Unavailable:
        print(f"wortmeldung: {_UNAVAILABLE}", file=sys.stderr)  # noqa: T201
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(1)
