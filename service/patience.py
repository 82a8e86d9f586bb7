"""How long the service waits for whoever sends or reads slowly, and how much it takes before a body. Uvicorn waits for
ever, and keeps whatever comes.

A proxy in front waits, too, and hides slow readers behind its own memory; but a service that only stands while somebody
else protects it falls with the first mistake there.
"""

from asyncio import Transport
from asyncio.events import TimerHandle
from socket import SO_LINGER, SOL_SOCKET
from struct import pack
from typing import Any

from service.one_by_one import OneByOneProtocol

# 64 KiB at the speed of an old telephone line. With the last look a connection is gone within 15 seconds.
ARRIVES_WITHIN = 12.0
# A reader that takes less than this in that time is not reading.
LEAST_READ = 16 * 1024
# Path, query and headers, and what may stand beside the bytes of a body; what arrived with the last of it is let pass.
MOST_HEAD = 64 * 1024
# Requests in what one read brings. Browsers and proxies send none before they have their answer to the last; a read has
# room for thousands, which nobody else's request would come in between, and each takes kilobytes until its turn.
MOST_AT_ONCE = 16
_LOOKS_EVERY = 2.0
_WITHOUT_LINGERING = pack("ii", 1, 0)
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class PatientProtocol(OneByOneProtocol):
    """One connection. A request arrives whole in time, its head is not too large, few others come along with it, and
    its answer is read; else it ends.

    It looks every two seconds instead of setting an alarm for each request: that costs nothing on the way of a request.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._arriving_since: float | None = None
        self._begun = False
        self._head = 0
        self._at_once = 0
        self._unread: tuple[float, int] | None = None
        self._next_look: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # uvloop's is one in all but name
        super().connection_made(transport)
        self._arriving_since = self.loop.time()
        self._next_look = self.loop.call_later(_LOOKS_EVERY, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._next_look is not None:
            self._next_look.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._head += len(data)
        self._at_once = 0
        super().data_received(data)
        if self._head > MOST_HEAD:
            self._end_request(_TOO_LARGE)

    def on_headers_complete(self) -> None:
        if not self.transport.is_closing():
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._head = 0
        if not self.transport.is_closing():
            super().on_body(body)

    def on_message_begin(self) -> None:
        self._arriving_since, self._begun = self.loop.time(), True
        self._at_once += 1
        if self._at_once > MOST_AT_ONCE:
            self.transport.abort()
        super().on_message_begin()

    def on_message_complete(self) -> None:
        self.has_arrived()
        if not self.transport.is_closing():
            super().on_message_complete()

    def has_arrived(self) -> None:
        """Note that the request is here, whole."""
        self._arriving_since, self._begun, self._head = None, False, 0

    def _look(self) -> None:
        now = self.loop.time()
        self._next_look = self.loop.call_later(_LOOKS_EVERY, self._look)
        if self._arriving_since is not None and now - self._arriving_since > ARRIVES_WITHIN:
            self._end_request(_TOO_SLOW)
        elif self._is_left_unread(now):
            # Else the system would hold what was not read, often megabytes, for minutes more.
            self.transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, _WITHOUT_LINGERING)
            self.transport.abort()

    def _end_request(self, answer: bytes) -> None:
        """Say why, if nothing was said yet; a connection that never asked gets no answer."""
        self._arriving_since = None
        answering = self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete
        if self._begun and not answering and not self.transport.is_closing():
            self.transport.write(answer)
        self.transport.close()

    def _is_left_unread(self, now: float) -> bool:
        """Whether the answer has waited for its reader too long; whoever goes on reading is given time."""
        waiting = self.transport.get_write_buffer_size()
        if not waiting:
            self._unread = None
        elif self._unread is None or waiting <= self._unread[1] - LEAST_READ or waiting > self._unread[1]:
            self._unread = now, waiting
        return self._unread is not None and now - self._unread[0] > ARRIVES_WITHIN
