"""`site add`, `site list`, `site show`: the sites that embed the widget."""

import asyncio
from typing import Annotated

import typer

from models.audit import note
from models.site import Site, add_site, all_sites, change_site, set_links, site_by_key
from service.commands.failure import Failure, opened_database
from service.settings import Settings, read_settings
from service.site_settings import SETTINGS, present, setting_named
from service.site_settings import change as set_settings
from service.state import utc_now

_SHOWN_ABOVE = ("name", "language", "origins", "imprint_url", "privacy_url", "contact_url")
_UNKNOWN = "There is no site with the key “{}”; `site list` names them all."
site = typer.Typer(help="The sites that embed the widget.", no_args_is_help=True)


@site.command()
def add(  # each option is an argument
    key: Annotated[str, typer.Argument(help="Short name in addresses: lower-case letters, digits, hyphens.")],
    origin: Annotated[list[str], typer.Option(help="Origin that may post, https://www.example.org; repeatable.")],
    name: Annotated[str, typer.Option(help="Name that readers and moderators see.")] = "",
    language: Annotated[str, typer.Option(help="de, de-du, de-leicht (easy language) or en.")] = "de",
    imprint: Annotated[str, typer.Option(help="Address of the imprint.")] = "",
    privacy: Annotated[str, typer.Option(help="Address of the privacy notice.")] = "",
    contact: Annotated[str, typer.Option(help="Address of the contact form, for what is no comment.")] = "",
) -> None:
    """Add a site, and print what goes into its pages."""
    settings = read_settings()
    links = {"imprint": imprint, "privacy": privacy, "contact": contact}
    asyncio.run(_add(settings, key, origin, links, name=name, language=language))
    typer.echo(_embedding(settings, key))


@site.command()
def change(  # likewise
    key: Annotated[str, typer.Argument(help="The site's key.")],
    origin: Annotated[list[str], typer.Option(help="Origins that may post, instead of the present ones.")] = [],  # noqa: B006  # never changed
    name: Annotated[str, typer.Option(help="Name that readers and moderators see.")] = "",
    imprint: Annotated[str, typer.Option(help="Address of the imprint.")] = "",
    privacy: Annotated[str, typer.Option(help="Address of the privacy notice.")] = "",
    contact: Annotated[str, typer.Option(help="Address of the contact form, for what is no comment.")] = "",
    given: Annotated[list[str], typer.Option("--set", help="NAME=VALUE, for every setting that `show` names.")] = [],  # noqa: B006  # likewise
) -> None:
    """Change what is given; all else stays."""
    links = {"imprint": imprint, "privacy": privacy, "contact": contact}
    asyncio.run(_change(read_settings(), key, name, origin, links, _pairs(given)))


@site.command("list")
def list_() -> None:
    """One line a site: key, name, origins."""
    for each in asyncio.run(_all(read_settings())):
        typer.echo(f"{each.key}\t{each.name}\t{' '.join(each.origins)}")


@site.command()
def show(key: Annotated[str, typer.Argument(help="The site's key.")]) -> None:
    """All settings of a site, and what goes into its pages."""
    settings = read_settings()
    shown = asyncio.run(find_site(settings, key))
    for name, value in _facts(shown):
        typer.echo(f"{name:<9} {value or '–'}")
    typer.echo("")
    for setting in SETTINGS:
        if setting.name not in _SHOWN_ABOVE:
            typer.echo(f"{setting.name} = {', '.join(present(shown, setting).splitlines()) or '–'}")
    typer.echo("\n" + _embedding(settings, key))


async def find_site(settings: Settings, key: str) -> Site:
    """The site with this key, or `Failure`."""
    async with opened_database(settings) as db, db.reading() as session:
        found = await site_by_key(session, key)
    if found is None:
        raise Failure(_UNKNOWN.format(key))
    return found


async def _add(settings: Settings, key: str, origins: list[str], links: dict[str, str], **facts: str) -> None:
    async with opened_database(settings) as db, db.writing() as session:
        added = await add_site(session, key, origins, utc_now(), **facts)
        await set_links(session, added, **links)


async def _change(
    settings: Settings, key: str, name: str, origins: list[str], links: dict[str, str], given: dict[str, str]
) -> None:
    async with opened_database(settings) as db, db.writing() as session:
        changed = await site_by_key(session, key)
        if changed is None:
            raise Failure(_UNKNOWN.format(key))
        await change_site(session, changed, name, origins)
        await set_links(session, changed, **links)
        others, wrong = set_settings(changed, given)
        if wrong:
            raise Failure(f"{wrong[0].name}: {wrong[0].fault}")
        for each in others:
            await note(session, "setting", each, utc_now(), site_id=changed.id, moderator_id=None)
        session.add(changed)


def _pairs(given: list[str]) -> dict[str, str]:
    pairs = dict(each.partition("=")[::2] for each in given)
    for name in pairs:
        if setting_named(name) is None:
            known = ", ".join(each.name for each in SETTINGS)
            raise typer.BadParameter(f"there is no setting “{name}”; there are {known}", param_hint="--set")
    return {name: value.replace("\\n", "\n") for name, value in pairs.items()}


async def _all(settings: Settings) -> list[Site]:
    async with opened_database(settings) as db, db.reading() as session:
        return await all_sites(session)


def _facts(shown: Site) -> list[tuple[str, str]]:
    return [
        ("key", shown.key),
        ("name", shown.name),
        ("language", shown.language),
        ("origins", " ".join(shown.origins)),
        ("imprint", shown.imprint_url),
        ("privacy", shown.privacy_url),
        ("contact", shown.contact_url),
        ("since", shown.created_at.date().isoformat()),
    ]


def _embedding(settings: Settings, key: str) -> str:
    return (
        "In each page that takes comments:\n\n"
        f'<script type="module" src="{settings.base_url}/widget/wortmeldung.js"></script>\n'
        f'<wortmeldung-thread site="{key}"></wortmeldung-thread>'
    )
