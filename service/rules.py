"""Which netiquette is in force at a site: its own edition, or the installation's."""

import json
from datetime import datetime
from functools import lru_cache
from typing import Any

import anyio.to_thread
import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from models.edition import Edition, edition_in_force
from models.site import Site
from moderation.netiquette import BadNetiquette, Netiquette
from moderation.netiquette.change import Changes, changed_netiquette
from moderation.netiquette.load import text_of_netiquette
from service.bench import own_netiquette
from service.state import Service
from service.templating import ZONE

log = structlog.get_logger()


async def rules_of(service: Service, session: AsyncSession, site: Site) -> Netiquette | None:
    """The rules of the site; None where they cannot be read, and every comment goes to review."""
    if site.edition_id is None or service.judges.netiquette is None:
        return service.judges.netiquette
    if site.edition_id not in service.editions:
        edition = await edition_in_force(session, site)
        service.editions[site.edition_id] = await anyio.to_thread.run_sync(_read, service, edition)
    return service.editions[site.edition_id]


def known_rules(service: Service, site: Site) -> Netiquette | None:
    """The same from memory, once `rules_of` has put them there. Raises `KeyError` before."""
    usual = service.judges.netiquette
    return usual if usual is None or site.edition_id is None else service.editions[site.edition_id]


async def version_of(service: Service, session: AsyncSession, site: Site) -> str:
    """The version that decisions are noted with; empty where no rules can be read."""
    found = await rules_of(service, session, site)
    return found.version if found else ""


def base_text(service: Service) -> str:
    """The installation's netiquette as TOML, to which a site's changes are put."""
    return _base(str(own_netiquette(service.settings.data_dir) or ""))


def changes_in(edition: Edition | None) -> Changes:
    """What an edition changes; nothing where the site has none."""
    changes: Changes = json.loads(edition.content) if edition else {}
    return changes


def make_netiquette(service: Service, changes: Changes, version: str, at: datetime) -> Netiquette:
    """The netiquette that would be in force, or `BadNetiquette`."""
    return changed_netiquette(base_text(service), changes, version, at.astimezone(ZONE).date().isoformat())


def stored(changes: dict[str, dict[str, Any]]) -> str:
    """Changes as an edition holds them."""
    return json.dumps(changes, ensure_ascii=False, sort_keys=True)


def _read(service: Service, edition: Edition | None) -> Netiquette | None:
    if edition is None:
        return service.judges.netiquette
    try:
        return make_netiquette(service, changes_in(edition), edition.version, edition.created_at)
    except (BadNetiquette, OSError) as error:
        log.error("edition_unreadable", edition=edition.id, reason=str(error))  # noqa: TRY400  # the sentence says it all
        return None


@lru_cache(maxsize=4)
def _base(path: str) -> str:
    return text_of_netiquette(path)
