"""The way to the server: encrypted where a password goes along, never without end, and honest about what went wrong."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from service.mail import smtp
from service.mail.compose import Message, compose
from service.mail.letters import Letter
from service.mail.smtp import Post, Refused, Unreachable, greet
from service.settings import Settings
from service.state import Service
from tests.service.mail.conftest import SENDER, with_smtp
from tests.support.catcher import Catcher
from tests.support.missing import skip_or_fail

MESSAGE = Message(SENDER, "mira@musterstadt.example", b"Subject: x\r\n\r\nHallo\r\n")


def settings_for(service: Service, url: str) -> Settings:
    return with_smtp(service, url).settings


async def test_a_password_is_never_sent_in_clear_over_a_network(
    service: Service, catcher: Catcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "_is_here", lambda _: False)
    url = catcher.url.replace("//", "//me:geheim@")
    with pytest.raises(Unreachable):
        await Post(settings_for(service, url)).send(MESSAGE)
    assert catcher.caught == []


async def test_a_password_that_the_server_does_not_know_keeps_the_mail(service: Service, catcher: Catcher) -> None:
    """A changed password is mended by the operator; until then nothing is given up."""
    url = catcher.url.replace("//", "//me:geheim@")
    with pytest.raises(Unreachable):
        await Post(settings_for(service, url)).send(MESSAGE)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_server_that_never_greets_is_left(
    service: Service, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setattr(smtp, "_MESSAGE_SECONDS", 0.2)

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(Unreachable):
        await greet(settings_for(service, f"{scheme}://127.0.0.1:{port}"))
    server.close()


async def test_a_server_that_speaks_another_language_is_left(service: Service) -> None:
    async def speak_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(speak_http, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(Unreachable):
        await greet(settings_for(service, f"smtp://127.0.0.1:{port}"))
    server.close()


@pytest.mark.parametrize("recipient", ["müller@musterstadt.example", "info@bürger.example"])
async def test_an_address_beyond_ascii_gets_its_mail(service: Service, catcher: Catcher, recipient: str) -> None:
    settings = settings_for(service, catcher.url)
    letter = Letter(recipient, "de", "Grüße", "Text", "<p>Text</p>")
    post = Post(settings)
    await post.send(compose(letter, "0" * 24, settings, service.clock()))
    await post.close()
    assert catcher.caught[0].recipients == [recipient]
    assert catcher.caught[0].mail["To"] == recipient


async def test_a_server_that_knows_only_ascii_refuses_such_an_address_for_good(
    service: Service, catcher: Catcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aiosmtplib.SMTP.supports_extension", lambda *_: False)
    with pytest.raises(Refused):
        await Post(settings_for(service, catcher.url)).send(Message(SENDER, "müller@a.example", MESSAGE.data))


@pytest.fixture
def certified(tmp_path: Path) -> ssl.SSLContext:
    """A certificate that nobody vouches for."""
    openssl = shutil.which("openssl")
    if openssl is None:
        skip_or_fail("no openssl: install Debian's openssl")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "1"]
    subprocess.run([openssl, *made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


@pytest.fixture
async def untrusted(certified: ssl.SSLContext) -> AsyncIterator[int]:
    """The port of a server with that certificate."""

    async def greet_securely(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 catcher\r\n")
        writer.close()

    server = await asyncio.start_server(greet_securely, "127.0.0.1", 0, ssl=certified)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def test_a_certificate_that_nobody_vouches_for_is_not_trusted(service: Service, untrusted: int) -> None:
    with pytest.raises(Unreachable, match="certificate"):
        await greet(settings_for(service, f"smtps://127.0.0.1:{untrusted}"))


@pytest.mark.parametrize(
    "url, port, user, password, tls",
    [
        ("smtp://mail.example", 587, None, None, False),
        ("smtp://mail.example:25", 25, None, None, False),
        ("smtps://me%40a.example:p%2Fw%3A@mail.example", 465, "me@a.example", "p/w:", True),
    ],
)
def test_the_address_of_the_server_is_read_as_addresses_are(
    service: Service, url: str, port: int, user: str | None, password: str | None, tls: bool
) -> None:
    client = smtp._client(service.settings.model_copy(update={"smtp_url": SecretStr(url)}))
    assert client.hostname == "mail.example"
    assert (client.port, client.use_tls) == (port, tls)
    assert (client._login_username, client._login_password) == (user, password)
