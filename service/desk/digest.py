"""The digest of a page's talk at the desk: to read and print, as a document, as a table; and a question's answers."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import anyio.to_thread
from starlette.responses import Response

from models.discussion import Discussion, discussion_of
from models.prompt import prompts_of
from models.site import Site
from models.thread import Thread, find_thread, normalise_page
from service.asking import question_of
from service.desk.guard import HEADERS, Desk, signed_in
from service.desk.paths import talk_path
from service.digest.gathering import Digest, sum_up
from service.digest.table import table_of
from service.digest.words import NAMES, OPEN, OPEN_RULE, RULE, Words
from service.errors import Problem, _
from service.exchange.writers import csv, jsonl
from service.moderating import own_sites, require
from service.pages.links import article_url
from service.state import service_of
from service.texts import LANGUAGES

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_UNWRITTEN = _("Nobody has written on this page yet.")
_FORMATS = {
    "csv": (csv.write_answers, "text/csv; charset=utf-8"),
    "jsonl": (jsonl.write_answers, "application/x-ndjson"),
}


@signed_in
async def get_digest(desk: Desk) -> Response:
    """`GET /desk/sites/{site}/digest?page=…[&lang=]`: the digest as a page that prints well."""
    site, thread, language = await _asked(desk)
    digest = await _digest(desk, thread, language)
    words = Words(language)
    return desk.page(
        "desk/digest.html",
        site=site,
        thread=thread,
        digest=digest,
        article=article_url(site, thread.page),
        spoken=language,
        path=talk_path,
        words=words,
        rules=[words.tell(RULE), f"{words.tell(OPEN)}: {words.tell(OPEN_RULE)}", words.tell(NAMES)],
        now=service_of(desk.request).clock(),
    )


@signed_in
async def get_document(desk: Desk) -> Response:
    """`GET /desk/sites/{site}/digest.docx?page=…[&lang=]`: the same as a document to go on writing in."""
    site, thread, language = await _asked(desk)
    digest = await _digest(desk, thread, language)
    now, address = service_of(desk.request).clock(), article_url(site, thread.page)
    from service.digest.document import document_of  # noqa: PLC0415  # eight mebibytes that few processes ever need

    body = await anyio.to_thread.run_sync(document_of, digest, site, thread, address, language, now)
    return Response(body, media_type=DOCX, headers=_attached(site, thread, "docx"))


@signed_in
async def get_table(desk: Desk) -> Response:
    """`GET /desk/sites/{site}/digest.csv?page=…[&lang=]`: every contribution in a row, without names."""
    site, thread, language = await _asked(desk)
    body = table_of(await _digest(desk, thread, language), language)
    return Response(body, media_type="text/csv; charset=utf-8", headers=_attached(site, thread, "csv"))


@signed_in
async def get_answers(desk: Desk) -> Response:
    """`GET /desk/questions/{id}/answers.{format}`: what was said to a question, in every status; csv or jsonl."""
    write, media_type = _FORMATS.get(desk.request.path_params["format"], (None, ""))
    if write is None:
        raise Problem(404, _("There is no such page."))
    service = service_of(desk.request)
    prompt, site, thread = await question_of(service, desk.deciding, desk.request.path_params["id"])
    require(desk.deciding, site.id or 0, "decide")
    async with service.db.reading() as session, aclosing(write(session, site, thread, prompt)) as parts:
        body = await _whole(parts)
    name = desk.request.path_params["format"]
    return Response(body, media_type=media_type, headers=_attached(site, thread, name, f"question-{prompt.position}"))


async def _whole(parts: AsyncGenerator[tuple[int, bytes]]) -> bytes:
    return b"".join([part async for _number, part in parts])


async def _asked(desk: Desk) -> tuple[Site, Thread, str]:
    """The page whose talk is meant, for who decides about it, and the language of the digest."""
    service = service_of(desk.request)
    [site] = await own_sites(service, desk.deciding, desk.request.path_params["site"])
    require(desk.deciding, site.id or 0, "decide")
    page = normalise_page(desk.request.query_params.get("page", ""))
    async with service.db.reading() as session:
        thread = await find_thread(session, site, page)
    if thread is None:
        raise Problem(404, _UNWRITTEN)
    told = desk.request.query_params.get("lang", "")
    return site, thread, told if told in LANGUAGES else desk.language


async def _digest(desk: Desk, thread: Thread, language: str) -> Digest:
    async with service_of(desk.request).db.reading() as session:
        discussion: Discussion = await discussion_of(session, thread)
        prompts = await prompts_of(session, thread.id or 0)
    return await anyio.to_thread.run_sync(sum_up, discussion, prompts, language)


def _attached(site: Site, thread: Thread, ending: str, what: str = "digest") -> dict[str, str]:
    """A file to keep, named after the page, in letters that every system knows."""
    page = (
        "".join(each if each.isascii() and each.isalnum() else "-" for each in thread.page).strip("-")[:60] or "start"
    )
    name = f"{what}-{site.key}-{page}.{ending}"
    return {**HEADERS, "Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
