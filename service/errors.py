"""From exception to answer: problem+json (RFC 9457) for programs, a page for people; both in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import Scope

from models.away import Unavailable
from models.comment import IdTaken, ThreadClosed, UnknownParent
from models.order import UnknownCursor
from models.prompt import PromptClosed, TooManyPrompts, UnknownPrompt
from models.question import BadCursor
from models.report import AlreadyObjected
from models.ruling import AnotherMustDecide, NothingToDismiss, RuleMissing, Stale, TooLateToUndo
from models.thread import BadPage
from moderation.draft import BadDraft, FieldFault
from moderation.lifecycle import NotAllowed
from service.cors import cors_headers
from service.middleware import SECURITY_HEADERS, endpoint_of
from service.rates import TooMany
from service.texts import choose_language, choose_tone, tell
from service.wire import as_json

log = structlog.get_logger()


@dataclass
class Problem(Exception):
    """An answer that says what is wrong. `detail` is an English source text; `values` fill its translation."""

    status: int
    detail: str
    values: Mapping[str, object] = field(default_factory=dict)
    faults: tuple[FieldFault, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def _(text: str) -> str:
    """Marks a text for the catalogue; it is translated where the answer is made."""
    return text


TITLES = {
    400: _("The request cannot be understood"),
    401: _("Please sign in"),
    403: _("Not allowed"),
    404: _("Not found"),
    405: _("This method is not offered here"),
    406: _("Not available in this form"),
    409: _("Not possible at the moment"),
    410: _("No longer there"),
    413: _("Too large"),
    415: _("Wrong kind of content"),
    422: _("Please check what you entered"),
    429: _("A little slower, please"),
    500: _("Something went wrong on our side"),
    503: _("Not available at the moment"),
}
_FAULTS = {
    "required": _("Please fill in this field."),
    "not_text": _("This field must be plain text."),
    "too_long": _("At most %(limit)s characters are possible here."),
    "unknown_field": _("This field is not known."),
    "not_allowed": _("This value is not possible here."),
    "not_an_address": _("This does not look like an e-mail address. You can also leave the field empty."),
    "not_an_object": _("A JSON object with the fields of a comment is expected."),
}
_PLAIN: dict[type[Exception], tuple[int, str, dict[str, str]]] = {
    ThreadClosed: (409, _("The comments on this page are closed."), {"code": "closed"}),
    PromptClosed: (
        409,
        _("This question takes no more answers. You can send your text as a comment on the article instead."),
        {"code": "question_closed"},
    ),
    UnknownPrompt: (
        422,
        _("This question is not asked here any more. You can send your text as a comment on the article instead."),
        {},
    ),
    TooManyPrompts: (409, _("A page can ask at most 20 questions. Please retire one first."), {"code": "state"}),
    UnknownParent: (404, _("The comment you are answering is no longer there."), {}),
    IdTaken: (409, _("This comment has already been received."), {"code": "duplicate"}),
    BadPage: (422, _("“page” must be the address or path of a page."), {}),
    UnknownCursor: (422, _("This place in the list is no longer there. Please start again from the beginning."), {}),
    BadCursor: (422, _("This place in the list is no longer there. Please start again from the beginning."), {}),
    RuleMissing: (422, _("Please name the rule that the comment breaks."), {}),
    NotAllowed: (409, _("This is not possible in the comment's present state."), {"code": "state"}),
    TooLateToUndo: (409, _("This decision can no longer be undone."), {"code": "too_late"}),
    NothingToDismiss: (409, _("No report about this comment is open any more."), {"code": "state"}),
    AnotherMustDecide: (409, _("Another person must decide this: you have already had your say."), {"code": "another"}),
    AlreadyObjected: (409, _("An objection is possible once, after a comment was not published."), {}),
}
# Which field or parameter was wrong.
_FIELDS: dict[type[Exception], str] = {
    BadPage: "page", UnknownCursor: "after", BadCursor: "after", RuleMissing: "rule", UnknownPrompt: "question",
}  # fmt: skip
STOPPING: tuple[type[Exception], ...] = (
    Problem, HTTPException, BadDraft, Stale, TooMany, Unavailable, ClientDisconnect, *_PLAIN,
)  # fmt: skip
# What somebody may have tried on purpose: without a right, from elsewhere, too large, too often.
_REFUSED = (401, 403, 413, 429)
_BUSY = _("The service is busy at the moment. Please try again in a few seconds; nothing you wrote is lost.")
_BROKEN = _("Please try again. If it happens again, tell the people who run this site.")
_TOO_MANY = _("Many comments have just arrived from your connection. Please try again in %(wait)s.")


def as_problem(error: Exception) -> Problem:
    """The answer to any exception that stops a request."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, BadDraft):
        return Problem(422, _("Some fields cannot be read as they are."), faults=error.faults)
    if isinstance(error, Stale):
        return Problem(409, _("Somebody else has changed this comment meanwhile."), more={"code": "stale"})
    if isinstance(error, TooMany):
        wait = {"wait": _duration(error.seconds)}
        return Problem(429, _TOO_MANY, wait, headers={"Retry-After": str(error.seconds)})
    if isinstance(error, HTTPException):
        detail = error.detail if error.detail != HTTPStatus(error.status_code).phrase else ""
        return Problem(error.status_code, detail, headers=error.headers or {})
    if isinstance(error, Unavailable):
        return Problem(503, _BUSY, headers={"Retry-After": "5"})
    if isinstance(error, ClientDisconnect):
        return Problem(400, _("The request ended before it was complete."))
    for kind, (status, detail, more) in _PLAIN.items():
        if isinstance(error, kind):
            faults = (FieldFault(_FIELDS[kind], "not_allowed"),) if kind in _FIELDS else ()
            return Problem(status, detail, more=more, faults=faults)
    return Problem(500, _BROKEN)


def problem_body(problem: Problem, language: str) -> dict[str, Any]:
    """The JSON object of a problem in a language."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": tell(language, TITLES.get(problem.status, HTTPStatus(problem.status).phrase)),
        "status": problem.status,
        "detail": _detail(problem, language),
    }
    if problem.faults:
        body["errors"] = [
            {"field": each.field, "message": tell(language, _FAULTS[each.fault], limit=each.limit)}
            for each in problem.faults
        ]
    return body | dict(problem.more)


async def answer_problem(request: Request, error: Exception) -> Response:
    """What Starlette calls for an exception: problem+json for programs, a page for people."""
    from service.pages.problem import problem_page  # noqa: PLC0415  # pages show errors, and errors show pages

    problem = as_problem(error)
    if problem.status >= 500:
        log.error("request_failed", kind=type(error).__name__)
    if problem.status in _REFUSED:
        told = {"status": problem.status, "route": endpoint_of(request.scope)}
        log.warning("refused", **told, moderator=getattr(request.state, "moderator", None))
    language = language_of(request)
    # A page of another origin must be able to read why its request failed. The answer to a crash is made outside
    # the middleware, so it brings the security headers itself.
    headers = {
        **SECURITY_HEADERS,
        **cors_headers(request, getattr(request.state, "site", None)),
        "Cache-Control": "no-store",
        "Content-Language": language,
        **problem.headers,
    }
    if problem.status == 405:
        headers["Allow"] = ", ".join(sorted(_offered(request)))
    if _wants_page(request):
        tone = tone_of(request)
        return problem_page(request, problem_body(problem, tone), tone, headers)
    body = as_json(problem_body(problem, language))
    return Response(body, problem.status, headers, media_type="application/problem+json")


def language_of(request: Request, otherwise: str = "de") -> str:
    """The reader's language: `?lang=`, else Accept-Language, else the site's."""
    site = getattr(request.state, "site", None)
    asked = request.query_params.get("lang", "")
    return choose_language(asked or request.headers.get("accept-language", ""), site.language if site else otherwise)


def tone_of(request: Request) -> str:
    """The reader's language as pages speak it: one of `LANGUAGES`, or a tone of it such as `de-leicht`.

    A tone is chosen by `?lang=` or Accept-Language; a site may speak in one to all who ask for its language.
    """
    site = getattr(request.state, "site", None)
    asked = request.query_params.get("lang", "")
    language = language_of(request)
    tone = choose_tone(asked or request.headers.get("accept-language", ""), language)
    return choose_tone(site.language, language) if site and not asked and tone == language else tone


def _offered(request: Request) -> set[str]:
    """Every method that the path knows. Starlette names those of the first route alone."""
    outside = {**request.scope, "root_path": request.scope.get("app_root_path", "")}
    return _methods(request.app.routes, outside)


def _methods(routes: Sequence[BaseRoute], scope: Scope) -> set[str]:
    offered: set[str] = set()
    for route in routes:
        match, found = route.matches(scope)
        if match is Match.NONE:
            continue
        if isinstance(route, Mount):
            offered |= _methods(route.routes, {**scope, **found})
        elif isinstance(route, Route):
            offered |= route.methods or set()
    return offered


def _detail(problem: Problem, language: str) -> str:
    return tell(language, problem.detail, **problem.values) if problem.detail else ""


def _duration(seconds: int) -> str:
    return f"{seconds} s" if seconds < 60 else f"{-(-seconds // 60)} min"


def _wants_page(request: Request) -> bool:
    path = request.url.path
    # A fragment becomes part of somebody's page: a whole page with an error must not.
    machines = path.startswith(("/api/", "/healthz", "/readyz", "/metrics", "/widget/"))
    return not machines and not path.endswith(("/fragment", "/feed.atom"))
