"""Reporting a comment, by anyone and without an account."""

from collections.abc import Mapping
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from models.comment import Comment
from models.site import Site
from models.thread import Thread
from service.admission import admit_origin, read_long_form
from service.errors import STOPPING, _, tone_of
from service.pages.links import article_url, netiquette_path, report_path, thread_path, tongues
from service.pages.trouble import Trouble, trouble_of
from service.reporting import REASON_LABELS, published_comment, receive_report
from service.state import service_of
from service.templating import page as page_of
from service.texts import tell

_FIELDS = ("reason", "statement", "name", "email")


async def get_report_page(request: Request) -> Response:
    """`GET /comments/{id}/report`: the form; after sending, the receipt."""
    comment, site = await published_comment(request)
    return await _show(request, comment, site, {})


async def post_report_page(request: Request) -> Response:
    """`POST` of the form: the report lies in the moderators' lane."""
    comment, site = await published_comment(request)
    admit_origin(request, site)
    typed = await read_long_form(request)
    fields = {name: value for name, value in typed.items() if name in _FIELDS and value.strip()}
    try:
        await receive_report(request, comment, fields)
    except STOPPING as error:
        return await _show(request, comment, site, fields, _trouble(error, tone_of(request)))
    return RedirectResponse(report_path(request, comment.id, sent="1") + "#inhalt", 303)


def _trouble(error: Exception, language: str) -> Trouble:
    trouble = trouble_of(error, language)
    if "reason" not in trouble.faults:
        return trouble
    return replace(trouble, faults={**trouble.faults, "reason": tell(language, _("Please choose one of these."))})


async def _show(
    request: Request, comment: Comment, site: Site, fields: Mapping[str, str], trouble: Trouble | None = None
) -> Response:
    async with service_of(request).db.reading() as session:
        thread = await session.get_one(Thread, comment.thread_id)
    tone = tone_of(request)
    return page_of(
        request,
        "pages/report.html",
        tone,
        trouble.status if trouble else 200,
        trouble.headers if trouble else None,
        site=site,
        comment=comment,
        fields={**dict.fromkeys(_FIELDS, ""), **fields},
        trouble=trouble,
        reasons=[(reason, tell(tone, label)) for reason, label in REASON_LABELS.items()],
        sent=bool(request.query_params.get("sent")) and trouble is None,
        again=report_path(request, comment.id),
        thread=f"{thread_path(request, site, thread.page, comment=comment.id)}#kommentar-{comment.id}",
        article=article_url(site, thread.page),
        netiquette=netiquette_path(request, site),
        tongues=tongues(request, site),
    )
