"""Of several requests that come in one read, the next is looked at when the last is answered.

Uvicorn reads all of them at once. Browsers and proxies never send more than one, but whoever wants to be in the way
sends sixteen on each of hundreds of connections: to read and to keep those held up everybody else for a tenth of a
second, before a single one of them was answered.
"""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_END_OF_HEAD = b"\r\n\r\n"
# No request is shorter. Empty lines in front of one are looked at together with it.
_LEAST_HEAD = len(b"GET / HTTP/1.1")
# What is answered at once; a read that holds more ends of heads than this holds other things than requests.
_MOST_PARTS = 32
# Read together with a body or an unusual end of a head, which are not looked for here; nobody sends so many behind one.
_MOST_AHEAD = 2


class OneByOneProtocol(HttpToolsProtocol):
    """One connection. What it has sent too early waits in it, at most what one read or two bring."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._held = b""

    def data_received(self, data: bytes) -> None:
        # One head and nothing behind it is what nearly every read brings.
        if data.find(_END_OF_HEAD) + len(_END_OF_HEAD) == len(data) and (
            self.cycle is None or self.cycle.response_complete
        ):
            super().data_received(data)
        else:
            self._read_on(self._held + data)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._held:
            self._read_on(self._held)

    def _read_on(self, data: bytes) -> None:
        self._held = b""
        at = parts = 0
        while at < len(data) and not self.transport.is_closing():
            cycle = self.cycle
            in_body = cycle is not None and cycle.more_body
            if cycle is not None and not in_body and not cycle.response_complete:
                self._held = data[at:]
                self.flow.pause_reading()
                return
            parts += 1
            end = len(data) if in_body or parts > _MOST_PARTS else _end_of_head(data, at)
            super().data_received(data[at:end])
            if len(self.pipeline) > _MOST_AHEAD:
                self.transport.abort()
            at = end


def _end_of_head(data: bytes, at: int) -> int:
    """Where the head ends that begins here, if it does; what is in it is not looked at."""
    end = data.find(_END_OF_HEAD, at + _LEAST_HEAD)
    return len(data) if end < 0 else end + len(_END_OF_HEAD)
