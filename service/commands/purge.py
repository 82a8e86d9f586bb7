"""`purge` and `erase`: what is due goes now, and what somebody wants forgotten."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Annotated

import typer

from models.erasure import Erased, How
from models.legal import DataClass
from moderation.draft import is_address
from service.commands.failure import opened_database
from service.retention import erase as erase_everywhere
from service.retention import purge as purge_now
from service.settings import Settings, read_settings
from service.state import utc_now

_WHAT: Mapping[DataClass, str] = {
    "pending": "undecided comments",
    "rejected": "words of rejected or removed comments",
    "spam": "words of spam",
    "address": "addresses of decided comments",
    "unconfirmed": "unconfirmed subscriptions",
    "proof": "proofs of consent",
    "sender": "hashes of senders",
    "reporter": "details of reporters, and settled requests",
    "audit": "log entries and old sentences",
    "mail": "notices",
    "session": "sessions and links",
    "message": "private messages that were delivered, or that nobody could be brought to read",
}


def purge() -> None:
    """Run the retention clock now, and report what was ended. The courier does the same every hour."""
    for key, counts in asyncio.run(_purge(read_settings())).items():
        typer.echo(f"{key or 'everywhere'}:")
        for what, number in counts.items():
            typer.echo(f"  {number:>7}  {_WHAT[what]}")


def erase(
    email: Annotated[str, typer.Argument(help="The person's e-mail address.")],
    keep_text: Annotated[bool, typer.Option("--keep-text", help="Take out name and address only.")] = False,
) -> None:
    """Forget a person: comments, subscriptions, reports and requests, at every site."""
    if not is_address(email):
        raise typer.BadParameter(f"“{email}” is not an e-mail address.", param_hint="EMAIL")
    erased = asyncio.run(_erase(read_settings(), email, "name" if keep_text else "text"))
    typer.echo(
        f"{erased.comments} comments, {erased.subscriptions} subscriptions, "
        f"{erased.reports} reports, {erased.requests} requests, {erased.messages} messages"
    )


async def _purge(settings: Settings) -> Mapping[str, Counter[DataClass]]:
    async with opened_database(settings) as db:
        return await purge_now(db, utc_now())


async def _erase(settings: Settings, email: str, how: How) -> Erased:
    async with opened_database(settings) as db:
        return await erase_everywhere(db, email, how, utc_now(), everything=True)
