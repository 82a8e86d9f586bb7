"""How a draft arrived: for which site, from whom, in which language, and what the host has signed about its author."""

from dataclasses import dataclass, replace

from starlette.requests import Request

from models.site import Site
from moderation.draft import Draft
from service.admission import sender_of
from service.sign_on import SignedOn
from service.texts import choose_tone


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a draft arrived: for which site, from whom, with or without an Origin; `tone`: how the netiquette answers.

    `editor`: the host's site has signed that this is one of its own people.
    """

    site: Site
    sender: str
    origin: bool
    language: str
    tone: str = ""
    editor: bool = False


def arrival_of(request: Request, site: Site, origin: bool, language: str) -> Arrival:
    asked = request.query_params.get("lang") or request.headers.get("accept-language", "")
    return Arrival(site, sender_of(request), origin, language, choose_tone(asked, language))


def as_signed(arrival: Arrival, draft: Draft, signed: SignedOn | None) -> tuple[Arrival, Draft]:
    """Both with what the host's site has signed about its reader in the place of what was typed."""
    return (replace(arrival, editor=signed.editor), signed.into(draft)) if signed else (arrival, draft)
