"""A service whose mail goes to a real server that catches it."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from pydantic import SecretStr

from service.state import Service
from tests.support.catcher import Catcher, catching

SENDER = "kommentare@musterstadt.example"


@pytest.fixture
async def catcher() -> AsyncIterator[Catcher]:
    caught = Catcher()
    async with catching(caught):
        yield caught


@pytest.fixture
def mailing(service: Service, catcher: Catcher) -> Service:
    """The service with the catcher as its SMTP server."""
    return with_smtp(service, catcher.url)


def with_smtp(service: Service, url: str) -> Service:
    settings = service.settings.model_copy(update={"smtp_url": SecretStr(url), "mail_from": f"Kommentare <{SENDER}>"})
    return replace(service, settings=settings)
