"""Who is at the desk: the session behind the cookie, and the proof that a form was sent from a page of ours."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial, wraps
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from models.desk_session import SESSION_LASTS, signed_in_by, touch_session, wants_touch
from models.rights import Deciding
from service.admission import read_form
from service.cors import own_origin
from service.desk.shortcuts import KEYS, keys_of
from service.errors import Problem, _, language_of
from service.state import service_of
from service.templating import page
from service.texts import choose_language, tell, translations

# With `no-referrer`, browsers send `Origin: null` with our own forms; the desk's forms need their Origin.
HEADERS = {"Referrer-Policy": "same-origin"}


@dataclass(frozen=True, slots=True)
class Desk:
    """A request by somebody who is signed in. `form`: what a POST carried, once it was found to come from our page.

    `since`: when they signed in.
    """

    request: Request
    deciding: Deciding
    secret: str
    by_link: bool
    since: datetime
    language: str
    form: dict[str, str] = field(default_factory=dict)

    def page(self, template: str, status: int = 200, **values: object) -> Response:
        """A desk page: the template knows `deciding`, their keys and `form_token`."""
        token = service_of(self.request).tokens.desk_form(self.secret)
        known = {"deciding": self.deciding, "form_token": token, "keys": keys_of(self.deciding.keys), "all_keys": KEYS}
        return page(self.request, template, self.language, status, HEADERS, **known, **values)

    def json(self, told: Mapping[str, object], status: int = 200) -> Response:
        """What our script asked for."""
        return JSONResponse(dict(told), status, {**HEADERS, "Cache-Control": "no-store"})

    def tell(self, text: str, **values: object) -> str:
        return tell(self.language, text, **values)

    def say(self, text: str) -> str:
        """The text in the moderator's language; nothing stays nothing, which for catalogues is their own head."""
        return tell(self.language, text) if text else ""

    def ngettext(self, one: str, many: str, number: int, **values: object) -> str:
        """The text for one or for many, in the moderator's language."""
        told = translations(self.language).gettext(one if number == 1 else many)
        return told % {"number": number, **values}

    def go(self, path: str) -> Response:
        """Go on to another page of the desk, so that reloading sends nothing twice."""
        return RedirectResponse(root(self.request) + path, 303, HEADERS)

    @property
    def by_script(self) -> bool:
        """Whether our script asks, which wants JSON instead of a page."""
        return _by_script(self.request)


Endpoint = Callable[[Desk], Awaitable[Response]]


def signed_in(endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    """Only for who is signed in; all others are sent to the sign-in page. A POST must prove to come from our form."""

    @wraps(endpoint)
    async def guarded(request: Request) -> Response:
        secret = request.cookies.get(cookie_name(request), "")
        service = service_of(request)
        signed = await service.db.look(partial(signed_in_by, secret=secret, now=service.clock()))
        if signed is None:
            return _sign_in_first(request)
        found, deciding = signed
        request.state.moderator = deciding.id
        if wants_touch(found, service.clock()):
            async with service.db.writing() as session:
                await touch_session(session, secret, service.clock())
        language = _language(request, deciding)
        form = await _our_form(request, secret) if request.method == "POST" else {}
        return await endpoint(Desk(request, deciding, secret, found.by_link, found.created_at, language, form))

    guarded.__dict__["guarded"] = True
    return guarded


def require_own_origin(request: Request) -> None:
    """Stop (403) a form that another site's page sent, or that does not say where it comes from.

    Browsers say so in Sec-Fetch-Site, and older ones in Origin; neither can be set by a page.
    """
    fetched = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    ours = origin in (own_origin(request), f"{request.url.scheme}://{request.url.netloc}")
    if fetched is not None:
        ours = fetched in ("same-origin", "none") and (ours or origin in (None, "null"))
    if not ours:
        raise Problem(403, _("This form was not sent from the desk. Please open the desk and try again."))


def cookie_name(request: Request) -> str:
    """`__Host-` binds the cookie to this very host and to TLS; browsers refuse it without TLS."""
    return "__Host-wortmeldung" if service_of(request).settings.https else "wortmeldung"


def keep_signed_in(request: Request, response: Response, secret: str) -> None:
    """Set the session's cookie; no script can read it, and no other site's form carries it."""
    response.set_cookie(
        cookie_name(request),
        secret,
        max_age=int(SESSION_LASTS.total_seconds()),
        path="/",
        secure=service_of(request).settings.https,
        httponly=True,
        samesite="lax",
    )


def welcome(request: Request, secret: str, path: str) -> Response:
    """On to the desk with a session whose secret is new."""
    response = RedirectResponse(root(request) + path, 303, {**HEADERS, "Cache-Control": "no-store"})
    keep_signed_in(request, response, secret)
    return response


def root(request: Request) -> str:
    """What stands before every path when the service lives in a folder of its host."""
    return urlsplit(service_of(request).settings.base_url).path


def own_path(told: str) -> str:
    """A path of the desk to go back to; anything else leads to the queue, never to another host."""
    plain = told.isprintable() and "\\" not in told and "//" not in told.partition("?")[0]
    return told if plain and (told == "/desk" or told.startswith(("/desk?", "/desk/"))) else "/desk"


async def _our_form(request: Request, secret: str) -> dict[str, str]:
    require_own_origin(request)
    form = await read_form(request)
    token = form.pop("form_token", "")
    if not token.isascii() or not service_of(request).tokens.is_desk_form(token, secret):
        raise Problem(403, _("This form is out of date. Please reload the page and try again."))
    return form


def _sign_in_first(request: Request) -> Response:
    if _by_script(request):
        told = tell(language_of(request), _("You are no longer signed in. Please sign in again in another tab."))
        return JSONResponse({"outcome": "signed_out", "message": told}, 401, HEADERS)
    path = request.url.path.removeprefix(root(request))
    here = path + (f"?{request.url.query}" if request.url.query else "")
    then = f"?next={quote(own_path(here))}" if request.method == "GET" and own_path(here) != "/desk" else ""
    return RedirectResponse(f"{root(request)}/desk/sign-in{then}", 303, {**HEADERS, "Cache-Control": "no-store"})


def _by_script(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _language(request: Request, deciding: Deciding) -> str:
    return choose_language(deciding.language, language_of(request)) if deciding.language else language_of(request)
