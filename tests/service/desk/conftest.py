"""Somebody at the desk: a browser's cookie, and forms that are sent as the desk's own pages send them."""

import re
from html import unescape
from typing import Any

import httpx2
import pytest
from argon2 import PasswordHasher

from models.site import Site
from service import passwords
from service.state import Service
from tests.builders import a_session, add_site


class AtDesk:
    """A signed-in moderator without a script."""

    def __init__(self, client: httpx2.AsyncClient, service: Service, secret: str) -> None:
        self.client, self.service, self.secret = client, service, secret
        self.headers = {"Cookie": f"wortmeldung={secret}", "Accept-Language": "de"}

    async def get(self, path: str, **query: Any) -> httpx2.Response:
        return await self.client.get(path, params=query or None, headers=self.headers)

    async def post(self, path: str, *, accept: str = "text/html", **fields: str) -> httpx2.Response:
        """Send a form, with its token and from the desk's own origin."""
        token = self.service.tokens.desk_form(self.secret)
        headers = {**self.headers, "Origin": self.service.settings.base_url, "Accept": accept}
        return await self.client.post(path, data={"form_token": token, **fields}, headers=headers)


def words_of(answer: httpx2.Response) -> str:
    """What a page says, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.text)).split())


@pytest.fixture
def little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed with as little work as argon2id allows, for tests that try many and ask nothing of the cost."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    monkeypatch.setattr(passwords, "NOBODYS", passwords.hash_password("nobody's"))


@pytest.fixture
async def site(service: Service) -> Site:
    return await add_site(service)


@pytest.fixture
async def desk(client: httpx2.AsyncClient, service: Service, site: Site) -> AtDesk:
    return AtDesk(client, service, await a_session(service, site))
