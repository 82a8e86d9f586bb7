"""The way to the SMTP server. The only file that knows aiosmtplib; what goes wrong has one of three names."""

import asyncio
import ssl
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from aiosmtplib import SMTP, SMTPException, SMTPResponseException, SMTPSenderRefused

from service.mail.compose import Message
from service.settings import Settings

_COMMAND_SECONDS = 10.0
# Ten messages at this pace end before their lease does (models/outbox.py).
_MESSAGE_SECONDS = 25.0
_STANDARD_PORTS = {"smtp": 587, "smtps": 465}
_CLOSING = 421


class Unreachable(Exception):
    """The server is away, or does not let us in: no message was tried."""


class Deferred(Exception):
    """The server did not take this message now (4xx), or broke off; it may have it nevertheless."""


class Refused(Exception):
    """The server will never take this message (5xx)."""


@dataclass
class Post:
    """A connection that lives as long as one round of messages. `settings.smtp_url` must be set."""

    settings: Settings
    _client: SMTP | None = None

    async def send(self, message: Message) -> None:
        """Hand over one message; returns only after the server's yes. Raises `Unreachable`, `Deferred`, `Refused`."""
        fresh = self._client is None
        client = self._client or await self.connect()
        try:
            async with asyncio.timeout(_MESSAGE_SECONDS):
                await self._transact(client, message)
        except _Gone:
            # Servers close a connection after so many messages; then a new one is all it takes.
            self._drop()
            if fresh:
                raise Unreachable("the server closed the connection") from None
            await self.send(message)
        except TimeoutError as error:
            self._drop()
            raise Deferred("no answer in time") from error

    async def close(self) -> None:
        """Say goodbye; a server that does not answer is left."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            async with asyncio.timeout(_COMMAND_SECONDS):
                await client.quit()
        except (SMTPException, OSError, TimeoutError):
            client.close()

    async def connect(self) -> SMTP:
        """Greet the server, encrypt and sign in; raises `Unreachable`."""
        client = _client(self.settings)
        try:
            async with asyncio.timeout(_MESSAGE_SECONDS):
                await client.connect()
        except (SMTPException, OSError, ValueError) as error:
            client.close()
            raise Unreachable(_said(error)) from error
        self._client = client
        return client

    async def _transact(self, client: SMTP, message: Message) -> None:
        utf8 = not (message.sender + message.recipient).isascii()
        encoding = "utf-8" if utf8 else "ascii"
        options = ["SMTPUTF8", "BODY=8BITMIME"] if utf8 else []
        if utf8 and not client.supports_extension("smtputf8"):
            raise Refused("the server knows no addresses beyond ASCII")
        try:
            await client.mail(message.sender, options=options, encoding=encoding)
        except SMTPSenderRefused as error:
            if error.code == _CLOSING:
                raise _Gone from error
            # Every message has the same sender: a wrong setting must not cost them all.
            await self._reset(client)
            raise Deferred(f"the sender's address was refused: {_said(error)}") from error
        except (SMTPException, OSError) as error:
            raise _Gone from error
        try:
            await client.rcpt(message.recipient, encoding=encoding)
            await client.data(message.data)
        except SMTPResponseException as error:
            await self._reset(client)
            raise (Refused if 500 <= error.code < 600 else Deferred)(_said(error)) from error
        except (SMTPException, OSError) as error:
            self._drop()
            raise Deferred(_said(error)) from error

    async def _reset(self, client: SMTP) -> None:
        try:
            await client.rset()
        except (SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None


class _Gone(Exception):
    """The connection ended before the server had heard of the message."""


async def greet(settings: Settings) -> None:
    """Connect, sign in and leave, as `doctor` does; raises `Unreachable`."""
    post = Post(settings)
    await post.connect()
    await post.close()


def _client(settings: Settings) -> SMTP:
    url = urlsplit(settings.smtp_url.get_secret_value())
    secure = url.scheme == "smtps"
    user = unquote(url.username) if url.username else None
    return SMTP(
        hostname=url.hostname,
        port=url.port or _STANDARD_PORTS[url.scheme],
        username=user,
        password=unquote(url.password) if url.password else None,
        local_hostname=_own_name(settings),
        timeout=_COMMAND_SECONDS,
        use_tls=secure,
        # A password never crosses the network in clear; without one, encryption is used where it is offered.
        start_tls=False if secure else True if user and not _is_here(url) else None,
        tls_context=_trusted(),
    )


@cache
def _trusted() -> ssl.SSLContext:
    """The machine's certificate authorities, read once."""
    return ssl.create_default_context()


def _is_here(url: SplitResult) -> bool:
    try:
        return ip_address(url.hostname or "").is_loopback
    except ValueError:
        return url.hostname == "localhost"


def _own_name(settings: Settings) -> str:
    """The name for EHLO; asking the machine for one can hang in DNS."""
    host = urlsplit(settings.base_url).hostname or "localhost"
    try:
        return f"[{'IPv6:' if ip_address(host).version == 6 else ''}{host}]"
    except ValueError:
        return host if host.isascii() else host.encode("idna").decode()


def _said(error: Exception) -> str:
    """Code and words of the server, without addresses, in one line."""
    if isinstance(error, SMTPResponseException):
        words = f"{error.code} {error.message}"
    else:
        words = str(error) or type(error).__name__
    return " ".join(word for word in words.split() if "@" not in word)[:200]
