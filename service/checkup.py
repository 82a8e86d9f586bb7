"""What `doctor` looks at: one function a thing, each giving what it found and how to mend it."""

import shutil
import sqlite3
import stat
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from models.db import Database
from models.edition import edition_in_force
from models.outbox import waiting
from models.site import Site, all_sites
from moderation.classifier import DamagedArtifact
from moderation.classifier import load as load_classifier
from moderation.netiquette import BadNetiquette, load_netiquette
from moderation.netiquette.change import changed_netiquette
from moderation.netiquette.load import text_of_netiquette
from service.bench import own_netiquette
from service.counting import CountAway, reach_redis
from service.mail.smtp import Unreachable, greet
from service.mail.templates_of import faults_in_templates, own_templates
from service.notice import lacking
from service.oidc import ProviderAway, callback_of, find_keys, find_provider
from service.rules import changes_in
from service.settings import Settings
from service.sqlite import RACE_MENDED, races
from service.widget import BUILT

# Below this a busy day may fill the disk.
_LEAST_FREE = 100 * 2**20
# SQLite empties its log at 4 MiB; it is this large only if a reader has kept it from doing so.
_LARGE_LOG = 64 * 2**20
Level = Literal["ok", "warning", "failure"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `mend` is empty where nothing needs mending."""

    level: Level
    name: str
    found: str
    mend: str = ""


async def look_at_all(settings: Settings) -> list[Check]:
    """Everything but the settings' own form, in the order in which an operator would mend it."""
    db = Database(settings.database, settings.seal)
    try:
        database = await _attempt("database", lambda: _look_at_database(db))
        checks = [
            _look_at_secret(settings),
            database,
            _look_at_sqlite(db),
            await _attempt("room", lambda: _look_at_room(settings, db)),
            _look_at_classifier(),
            _look_at_netiquette(settings),
            _look_at_templates(settings),
        ]
        checks += [_look_at_widget(), _look_at_address(settings), await _look_at_rates(settings, db)]
        usable = database.level == "ok"
        checks.append(await _look_at_mail(settings, db if usable else None))
        if settings.oidc_issuer:
            checks.append(await _look_at_provider(settings))
        if usable:
            checks += await _look_at_sites(db)
            checks += await _look_at_editions(settings, db)
        return checks
    finally:
        await db.close()


def look_at_settings(settings: Settings) -> Check:
    """Which settings were made by the operator; a value that is wrong has stopped us before."""
    made = sorted(settings.model_fields_set - {"secret_key"})
    return Check("ok", "settings", f"read; set are {', '.join(made)}" if made else "read; all have their defaults")


def _look_at_secret(settings: Settings) -> Check:
    path = settings.data_dir / "secret_key"
    if not path.exists():
        return Check("ok", "secret key", "from the environment")
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return Check("failure", "secret key", f"{path} can be read by others (mode {mode:04o})", f"chmod 600 {path}")
    return Check("ok", "secret key", f"kept in {path}, readable by its owner alone")


async def _look_at_database(db: Database) -> Check:
    version = " ".join((await db.version()).split()[:2])
    if await db.is_ready():
        return Check("ok", "database", f"{version} answers, its schema is current")
    mend = "`python -m service serve` brings it up to date when it starts."
    return Check("warning", "database", f"{version} answers, but its schema is not current", mend)


def _look_at_sqlite(db: Database) -> Check:
    version = sqlite3.sqlite_version
    if not db.sqlite:
        return Check("ok", "SQLite", "not in use")
    if races(sqlite3.sqlite_version_info):
        found = f"{version} can lose commits when several processes write (mended in {RACE_MENDED})"
        mend = "Serve with one worker and let `serve` send the mail, or use PostgreSQL."
        return Check("warning", "SQLite", found, mend)
    return Check("ok", "SQLite", version)


async def _look_at_room(settings: Settings, db: Database) -> Check:
    """Whether there is room to write, and whether SQLite's log is emptied."""
    free = shutil.disk_usage(settings.data_dir).free
    log = (await db.sizes()).get("wal", 0) if db.sqlite else 0
    if free < _LEAST_FREE:
        mend = "Make room: without it nothing can be stored, though readers still read."
        return Check("failure", "room", f"{free >> 20} MiB free in {settings.data_dir}", mend)
    if log > _LARGE_LOG:
        mend = "Look for a program that keeps the database open; the log is emptied when it ends."
        return Check("warning", "room", f"SQLite's log has grown to {log >> 20} MiB", mend)
    return Check("ok", "room", f"{free >> 20} MiB free in {settings.data_dir}")


def _look_at_classifier() -> Check:
    try:
        load_classifier()
    except (DamagedArtifact, OSError) as error:
        mend = "Restore moderation/classifier/artifact.bin; until then every comment goes to review."
        return Check("failure", "classifier", str(error), mend)
    return Check("ok", "classifier", "loads")


def _look_at_netiquette(settings: Settings) -> Check:
    try:
        netiquette = load_netiquette(own_netiquette(settings.data_dir))
    except (BadNetiquette, OSError) as error:
        return Check("failure", "netiquette", str(error), "Mend the file; until then every comment goes to review.")
    return Check("ok", "netiquette", f"version {netiquette.version}, {len(netiquette.rules)} rules")


def _look_at_widget() -> Check:
    entry = BUILT / "wortmeldung.js"
    if entry.is_file():
        return Check("ok", "widget", f"{entry.stat().st_size / 1024:.0f} KiB")
    mend = "Restore the folder widget/dist, or build it: node build.js in widget/."
    return Check("failure", "widget", f"{entry.name} is missing", mend)


def _look_at_address(settings: Settings) -> Check:
    name = "address"
    if settings.https:
        return Check("ok", name, settings.base_url)
    mend = "Set WORTMELDUNG_BASE_URL to the https address that readers use, with a reverse proxy that ends TLS."
    return Check("warning", name, f"{settings.base_url} is not encrypted", mend)


async def _look_at_rates(settings: Settings, db: Database) -> Check:
    name = "rate limit"
    if settings.rate_limit == "off":
        return Check("warning", name, "off", "Set WORTMELDUNG_RATE_LIMIT, or one sender can fill the queue.")
    if settings.redis_url:
        return await _attempt(name, lambda: _look_at_redis(settings))
    if db.sqlite:
        mend = "With several workers or machines, use PostgreSQL: there they count together."
        return Check("ok", name, f"{settings.rate_limit}, counted in each process", mend)
    return Check("ok", name, f"{settings.rate_limit}, counted in the database by all processes together")


async def _look_at_redis(settings: Settings) -> Check:
    try:
        await reach_redis(settings.redis_url)
    except CountAway:
        return Check("failure", "rate limit", "Redis does not answer", "Start it, or correct WORTMELDUNG_REDIS_URL.")
    return Check("ok", "rate limit", f"{settings.rate_limit}, counted in Redis")


async def _look_at_mail(settings: Settings, db: Database | None) -> Check:
    waits, stuck = "", 0
    if db is not None:
        async with db.reading() as session:
            outbox = await waiting(session)
        stuck = outbox.given_up
        waits = f"; {outbox.open} in the outbox, {outbox.given_up} given up"
    if not settings.smtp_url.get_secret_value():
        found = f"no SMTP server is set, mail waits{waits}"
        return Check("warning", "mail", found, "Set WORTMELDUNG_SMTP_URL and WORTMELDUNG_MAIL_FROM.")
    try:
        await greet(settings)
    except Unreachable as error:
        found = f"the SMTP server cannot be used ({error}){waits}"
        return Check(
            "failure", "mail", found, "Correct WORTMELDUNG_SMTP_URL, or mend the server; nothing is lost meanwhile."
        )
    if stuck:
        mend = "`python -m service outbox failed` says why, `outbox retry ID` tries again."
        return Check("warning", "mail", f"the SMTP server greets us{waits}", mend)
    return Check("ok", "mail", f"the SMTP server greets us{waits}")


async def _look_at_provider(settings: Settings) -> Check:
    name = "sign-in provider"
    try:
        await find_keys(await find_provider(settings))
    except ProviderAway as error:
        mend = "Correct WORTMELDUNG_OIDC_ISSUER, or mend the provider; links, passwords and passkeys sign in meanwhile."
        return Check("failure", name, f"it cannot be used ({error})", mend)
    found = f"{settings.oidc_issuer} answers; it must allow the redirect to {callback_of(settings)}"
    return Check("ok", name, found)


async def _look_at_editions(settings: Settings, db: Database) -> list[Check]:
    """Sites that have changed their netiquette: whether what they changed still fits the installation's."""
    checks = []
    async with db.reading() as session:
        found = [(site, await edition_in_force(session, site)) for site in await all_sites(session)]
    for site, edition in found:
        if edition is None:
            continue
        name = f"netiquette of {site.key}"
        try:
            base = text_of_netiquette(str(own_netiquette(settings.data_dir) or ""))
            changed_netiquette(base, changes_in(edition), edition.version, edition.created_at.date().isoformat())
        except (BadNetiquette, OSError) as error:
            mend = "Go back to an earlier version at the desk; until then every comment goes to review."
            checks.append(Check("failure", name, str(error), mend))
        else:
            checks.append(Check("ok", name, f"version {edition.version}"))
    return checks


async def _look_at_sites(db: Database) -> list[Check]:
    async with db.reading() as session:
        sites = await all_sites(session)
    if not sites:
        return [
            Check(
                "warning", "sites", "there is none", "python -m service site add KEY --origin https://www.example.org"
            )
        ]
    return [look(each) for each in sites for look in (_look_at_site, _look_at_legal)]


def _look_at_legal(site: Site) -> Check:
    name = f"law at {site.key}"
    missing = lacking(site.terms)
    if missing:
        command = f"python -m service site legal {site.key} {' '.join(f'{each} …' for each in missing)}"
        mend = f"Readers must be told who is responsible (GDPR Art. 13): {command}"
        return Check("failure", name, "nobody is named as responsible", mend)
    return Check("ok", name, f"{site.terms.controller}, GDPR Art. 6(1)({site.terms.basis})")


def _look_at_templates(settings: Settings) -> Check:
    name, own = "mail templates", own_templates(settings.data_dir)
    faults = faults_in_templates(settings.data_dir)
    if faults:
        return Check("failure", name, "; ".join(faults), "Mend the files; until then the mails that ship are sent.")
    return Check("ok", name, f"{len(own)} of your own" if own else "those that ship")


def _look_at_site(site: Site) -> Check:
    name = f"site {site.key}"
    missing = [what for what, link in (("imprint", site.imprint_url), ("privacy notice", site.privacy_url)) if not link]
    if missing:
        command = f"python -m service site change {site.key} --imprint … --privacy …"
        mend = f"The law asks for both on the pages that we host: {command}"
        return Check("warning", name, f"no link to its {' and '.join(missing)}", mend)
    return Check("ok", name, " ".join(site.origins))


async def _attempt(name: str, look: Callable[[], Awaitable[Check]]) -> Check:
    try:
        return await look()
    except Exception as error:  # noqa: BLE001  # drivers raise their own kinds; whatever it is, it is what is wrong here
        lines = str(getattr(error, "orig", None) or error).strip().splitlines() or [type(error).__name__]
        return Check(
            "failure",
            name,
            " ".join(word for word in lines[0].split() if "@" not in word),
            "Start it, or correct its address.",
        )
