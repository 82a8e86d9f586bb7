"""`POST /api/v1/moderation/sites/{site}/import/wordpress`: a WordPress sends the comments that it has, part by part.

Each row goes the way of a row in WordPress's export file, under the same id: whatever came by one way is known by the
other, and a part that is sent again adds nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from html import unescape
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from models.rights import Deciding
from moderation.draft import FieldFault
from service.admission import read_json
from service.bearer import with_token
from service.editors_wire import imported_shape
from service.errors import Problem, _, language_of
from service.exchange.filing import BATCH, Filing
from service.exchange.readers.wordpress import comment_of, same_place
from service.exchange.reasons import in_language
from service.exchange.record import LONGEST_TEXT, Fault, Item, Place
from service.learning import own_judges
from service.moderating import own_sites, require
from service.state import service_of

MOST_ROWS = BATCH
MOST_BYTES = 4 * 1024 * 1024
LONGEST_FIELD = 2000
POST_FIELDS = ("link", "title", "comment_status")
COMMENT_FIELDS = (
    "id", "link", "parent", "type", "approved", "author", "author_email", "author_url", "date", "date_gmt", "content",
)  # fmt: skip
_NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Part:
    """What one request brings: the blog's name for itself, and the rows, already checked for type."""

    blog: str
    posts: list[dict[str, str]]
    comments: list[dict[str, str]]


@with_token
async def post_wordpress(request: Request, deciding: Deciding) -> Response:
    """200 with the account of these rows; the whole part is filed in one transaction. For a site's admins."""
    service = service_of(request)
    [site] = await own_sites(service, deciding, request.path_params["site"])
    require(deciding, site.id or 0, "settings")
    part = parse_part(await read_json(request, MOST_BYTES))
    judges, _policy = await own_judges(service, site)
    filing = Filing(service.db, lambda: judges, site, "wordpress", service.clock())
    for item in _items(part):
        await filing.take(item)
    account = await filing.finish()
    body = imported_shape(account, partial(in_language, language=language_of(request)))
    return JSONResponse(body, headers=_NO_STORE)


def parse_part(payload: object) -> Part:
    """The rows of a decoded body, or `Problem` naming what is wrong with its form. What is wrong with a row, its
    own reason says later.
    """
    known = ("blog", "posts", "comments")
    if not isinstance(payload, Mapping):
        raise _wrong(FieldFault("", "not_an_object"))
    faults = [FieldFault(str(name)[:64], "unknown_field") for name in payload if name not in known]
    faults += [FieldFault(name, "required") for name in known if payload.get(name) is None]
    if not isinstance(payload.get("blog", ""), str):
        faults.append(FieldFault("blog", "not_text"))
    rows = {"posts": POST_FIELDS, "comments": COMMENT_FIELDS}
    faults += [FieldFault(name, "not_allowed") for name in rows if not _are_rows(payload.get(name, []), rows[name])]
    if faults:
        raise _wrong(*faults)
    try:
        blog = same_place(_storable(payload["blog"]))
    except ValueError:
        blog = ""
    if not blog:
        raise _wrong(FieldFault("blog", "not_allowed"))
    posts, comments = ([_cleaned(each) for each in payload[name]] for name in rows)
    return Part(blog, posts, comments)


def _items(part: Part) -> list[Item]:
    places: list[Item] = [_place(each) for each in part.posts]
    return places + [
        comment_of(each, f"comment {each.get('id', '')[:20]}", each.get("link", ""), part.blog)
        for each in part.comments
    ]


def _place(post: Mapping[str, str]) -> Place | Fault:
    link = post.get("link", "")
    if not link:
        return Fault("post", "without an id or a page")
    return Place(link[:80], link, unescape(post.get("title", "")), post.get("comment_status") != "closed")


def _are_rows(rows: Any, fields: tuple[str, ...]) -> bool:
    return (
        isinstance(rows, list)
        and len(rows) <= MOST_ROWS
        and all(isinstance(row, Mapping) and row.keys() <= set(fields) for row in rows)
        and all(isinstance(value, str) and _fits(name, value) for row in rows for name, value in row.items())
    )


def _fits(name: str, value: str) -> bool:
    return len(value) <= (4 * LONGEST_TEXT if name == "content" else LONGEST_FIELD)


def _cleaned(row: Mapping[str, str]) -> dict[str, str]:
    return {name: _storable(value) for name, value in row.items()}


def _storable(text: str) -> str:
    """Without what no database stores: NUL, and halves of a pair, which JSON can write."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _wrong(*faults: FieldFault) -> Problem:
    return Problem(422, _("Some fields cannot be read as they are."), faults=faults)


routes: list[BaseRoute] = [Route("/sites/{site}/import/wordpress", post_wordpress, methods=["POST"])]
