"""A real SMTP server in the tests' own loop: it catches mail, and misbehaves on request."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import SMTP, Envelope, Session

CUT = "cut"
SILENCE = "silence"


@dataclass
class Caught:
    """One message as the server got it."""

    sender: str
    recipients: list[str]
    data: bytes

    @property
    def mail(self) -> EmailMessage:
        return message_from_bytes(self.data, EmailMessage, policy=default)

    @property
    def text(self) -> str:
        part = self.mail.get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    @property
    def html(self) -> str:
        part = self.mail.get_body(("html",))
        assert part is not None
        return str(part.get_content())


@dataclass
class Catcher:
    """What was caught, in order. `on_mail` and `on_data` hold the next answers: a reply, `CUT` or `SILENCE`."""

    port: int = 0
    caught: list[Caught] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    on_mail: deque[str] = field(default_factory=deque)
    on_data: deque[str] = field(default_factory=deque)
    connections: int = 0
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def wait_for(self, number: int, seconds: float = 60) -> None:
        """Until so many were caught."""
        async with asyncio.timeout(seconds), self.news:
            await self.news.wait_for(lambda: len(self.caught) >= number)

    def to(self, recipient: str) -> list[Caught]:
        return [each for each in self.caught if each.recipients == [recipient]]

    async def handle_MAIL(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.on_mail.popleft() if self.on_mail else "250 OK"
        if answer == SILENCE:
            await asyncio.Event().wait()
        if not answer.startswith("250"):
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return answer

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        answer = self.on_data.popleft() if self.on_data else "250 OK"
        if answer.startswith("250") or answer == CUT:
            message = Caught(envelope.mail_from or "", list(envelope.rcpt_tos), bytes(envelope.content or b""))
            self.caught.append(message)
            async with self.news:
                self.news.notify_all()
        if answer == CUT:
            server.transport.abort()
        if answer == SILENCE:
            await asyncio.Event().wait()
        return answer


@contextlib.asynccontextmanager
async def catching(catcher: Catcher) -> AsyncIterator[None]:
    """Serve on loopback while the block lasts; on the same port as before if the catcher had one."""
    loop = asyncio.get_running_loop()

    def connect() -> SMTP:
        catcher.connections += 1
        return SMTP(catcher, enable_SMTPUTF8=True, hostname="catcher", ident="catcher", loop=loop)

    server = await loop.create_server(connect, "127.0.0.1", catcher.port)
    catcher.port = server.sockets[0].getsockname()[1]
    try:
        yield
    finally:
        server.close()
        server.close_clients() if hasattr(server, "close_clients") else None
