"""Who may post here: site, origin, kind and size of the body."""

import json
import re
from typing import Any, NoReturn

from starlette.datastructures import FormData, Headers
from starlette.requests import Request

from models.site import Site
from service.cors import may_post
from service.errors import Problem, _
from service.state import service_of

MOST_BYTES = 64 * 1024
# A form that comes back with what was typed is read further: its fields have limits of their own, and say so.
MOST_FORM_BYTES = 512 * 1024
MOST_FIELDS = 40
MOST_DEPTH = 20

_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_ESCAPES = re.compile(rb"(?:%[0-9a-fA-F]{2})++")
_AS_SQUARE = bytes.maketrans(b"{}", b"[]")
_ALL_BUT_BRACKETS = bytes(each for each in range(256) if each not in b"[]{}")
_TOO_MANY_OPEN = b"[" * (MOST_DEPTH + 1)
# What is left of the body is not read: the connection cannot be used again.
_CLOSE = {"Connection": "close"}


async def admitted_site(request: Request) -> Site:
    """The site that the path names; remembered on the request, so that errors speak its language. 404 if unknown."""
    service = service_of(request)
    site = await service.sites.find(service.db, request.path_params["site"])
    if site is None:
        raise Problem(404, _("There is no site with this key."))
    request.state.site = site
    return site


def admit_origin(request: Request, site: Site) -> bool:
    """Whether the request says where it comes from; one that comes from elsewhere is refused (403).

    Programs send no Origin. Such a comment is taken and marked for the moderator.
    """
    origin = request.headers.get("origin")
    if origin is None:
        return False
    # Our own page may be open under another of the machine's names; browsers say so, and no page can make them say it.
    if request.headers.get("sec-fetch-site") == "same-origin":
        return True
    if not may_post(request, site, origin):
        raise Problem(403, _("Comments for this site cannot be sent from here."))
    return True


def sender_of(request: Request) -> str:
    """A keyed hash of the sender's network address, whose key changes daily; the address itself is kept nowhere."""
    service = service_of(request)
    address = request.client.host if request.client else ""
    return service.tokens.sender(address, service.clock())


async def read_json(request: Request, most: int = MOST_BYTES) -> Any:
    """The body as JSON: 415 for another type or an encoding, 413 beyond `most` bytes, 422 for anything else wrong.

    Stricter than Python's own reader: no NaN, no name twice in an object (two readers would see two requests).
    """
    _require_type(request.headers, "application/json")
    body = await read_body(request, most)
    if _too_deep(body):
        raise Problem(422, _("The JSON in the request is nested too deeply."))
    try:
        return json.loads(
            body.decode("utf-8"), parse_int=_small_int, parse_constant=_no_constant, object_pairs_hook=_each_once
        )
    except (ValueError, RecursionError):
        raise Problem(422, _("The request is not valid JSON in UTF-8.")) from None


async def read_form(request: Request, most: int = MOST_BYTES) -> dict[str, str]:
    """The fields of a plain HTML form, each once; the same limits as for JSON, or `most` bytes."""
    _require_type(request.headers, "application/x-www-form-urlencoded", "multipart/form-data")
    body = await read_body(request, most)
    if request.headers["content-type"].lower().startswith("multipart/"):
        form: FormData = await request.form(max_files=0, max_fields=MOST_FIELDS)
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
    else:
        fields = _urlencoded(body)
    return {name: value.replace("\r\n", "\n") for name, value in fields.items()}


async def read_long_form(request: Request) -> dict[str, str]:
    """The same, up to `MOST_FORM_BYTES`: what is too long for its field goes back to its author with advice."""
    return await read_form(request, MOST_FORM_BYTES)


async def read_body(request: Request, most: int = MOST_BYTES) -> bytes:
    """The body, or 413 as soon as it is longer than `most` bytes, whatever Content-Length says."""
    if request.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise Problem(415, _("Compressed requests are not accepted."), headers=_CLOSE)
    told = request.headers.get("content-length", "0")
    if told.isascii() and told.isdigit() and (len(told) > 18 or int(told) > most):
        raise _too_large()
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise _too_large()
        chunks.append(chunk)
    body = b"".join(chunks)
    request._body = body  # noqa: SLF001  # lets request.form() read what was read here
    return body


def _urlencoded(body: bytes) -> dict[str, str]:
    """The fields. Starlette's reader looks at each sign in Python, and takes half a second for the longest forms."""
    if body.count(b"&") >= MOST_FIELDS:
        raise Problem(400, _("The form has too many fields."))
    pairs = (each.partition(b"=") for each in body.split(b"&") if each)
    return {_unescaped(name): _unescaped(value) for name, _equals, value in pairs}


def _unescaped(told: bytes) -> str:
    plain = _ESCAPES.sub(lambda run: bytes.fromhex(run[0].replace(b"%", b"").decode()), told.replace(b"+", b" "))
    return plain.decode(errors="replace")


def _too_large() -> Problem:
    return Problem(413, _("The comment is too long to be sent. Please shorten it."), headers=_CLOSE)


def _require_type(headers: Headers, *types: str) -> None:
    if headers.get("content-type", "").split(";")[0].strip().lower() not in types:
        told = {"types": ", ".join(types)}
        raise Problem(415, _("The request must be sent as %(types)s."), told, headers=_CLOSE)


def _too_deep(body: bytes) -> bool:
    """Whether brackets outside strings nest deeper than `MOST_DEPTH`: each round takes the innermost pairs away."""
    brackets = _STRING.sub(b"", body).translate(_AS_SQUARE, _ALL_BUT_BRACKETS)
    if _TOO_MANY_OPEN in brackets:
        return True
    for _round in range(MOST_DEPTH):
        brackets = brackets.replace(b"[]", b"")
    return b"[]" in brackets or brackets.count(b"[") > MOST_DEPTH


def _small_int(digits: str) -> int:
    if len(digits) > 18:
        raise ValueError("a number with too many digits")
    return int(digits)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a name stands twice in an object")
    for name in read:
        name.encode()  # a lone surrogate cannot be sent back in the answer that names the field
    return read
