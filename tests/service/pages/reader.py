"""Reading a page as a browser without JavaScript does: its forms, and what they send."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx2

from service.app import create_app
from service.state import Service


@dataclass
class Form:
    """A form with the values that it would send as it stands."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.typing: str | None = None
        self.choosing: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "form":
            self.forms.append(Form(has.get("action") or ""))
        name = has.get("name")
        if tag == "option" and self.choosing and (self.choosing not in self.forms[-1].fields or "selected" in has):
            self.forms[-1].fields[self.choosing] = has.get("value") or ""
        if not self.forms or not name:
            return
        if tag == "input" and (has.get("type") not in ("radio", "checkbox") or "checked" in has):
            self.forms[-1].fields[name] = has.get("value") or ""
        if tag == "select":
            self.choosing = name
        if tag == "textarea":
            self.typing = name
            self.forms[-1].fields[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.typing:
            # A browser drops the line break right after the start tag.
            self.forms[-1].fields[self.typing] = self.forms[-1].fields[self.typing].removeprefix("\n")
            self.typing = None

        if tag == "select":
            self.choosing = None

    def handle_data(self, data: str) -> None:
        if self.typing:
            self.forms[-1].fields[self.typing] += data


def form_on(page: httpx2.Response, action: str) -> Form:
    """The form on the page whose action has `action` in it."""
    reader = _Forms()
    reader.feed(page.text)
    return next(each for each in reader.forms if action in each.action)


async def send(client: httpx2.AsyncClient, page: httpx2.Response, action: str, **typed: str) -> httpx2.Response:
    """Fill the form in and send it from the page, as a browser does: with its Origin, without following."""
    form = form_on(page, action)
    origin = str(client.base_url).rstrip("/")
    where = urljoin(str(page.url), form.action).split("#")[0]
    return await client.post(where, data={**form.fields, **typed}, headers={"Origin": origin})


@asynccontextmanager
async def talking_to(service: Service) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of an app around this very service."""
    app = create_app(service.settings, service=service)

    async def with_state(scope, receive, send):  # type: ignore[no-untyped-def]  # ASGITransport runs no lifespan
        scope["state"] = {"service": service}
        await app(scope, receive, send)

    transport = httpx2.ASGITransport(app=with_state)
    async with httpx2.AsyncClient(transport=transport, base_url=service.settings.base_url) as client:
        yield client
