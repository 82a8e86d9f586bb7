"""Answers that are ready leave as soon as their request has been read, before it becomes a task of its own.

Of what a thread costs to answer, the way through a server's tasks, messages and checks of headers is nearly all; the
bytes of a ready answer were checked when they were made. Whatever is not plainly a GET on a free connection, or comes
when many long answers leave already, goes the usual way.
"""

from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from service.api.ready import ASKED, ReadyAnswers, Sendable
from service.patience import PatientProtocol

# Headers that say there is more to this request than to answer it.
_MORE = frozenset((b"content-length", b"transfer-encoding", b"upgrade", b"expect"))


class SwiftProtocol(PatientProtocol):
    """One connection of the service, whose lifespan left a `service` in the state."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        service = self.app_state.get("service")
        self._answers: ReadyAnswers | None = service.ready if service else None
        self._swift: Sendable | None = None

    def on_headers_complete(self) -> None:
        self._swift = self._ready_answer()
        if self._swift is None:
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        if self._swift is None:
            super().on_message_complete()
            return
        self.has_arrived()
        answer, self._swift = self._swift, None
        date = [b"%s: %s\r\n" % header for header in self.server_state.default_headers]
        self.transport.write(b"".join((STATUS_LINE[answer.status], *date, answer.head)))
        if answer.body:
            self.transport.write(answer.body)
        self.on_response_complete()

    def _ready_answer(self) -> Sendable | None:
        if self._answers is None or self.parser.get_method() != b"GET" or not self._is_free():
            return None
        if any(name in _MORE for name, _value in self.headers):
            return None
        ready = self._answers.answer(self.url, self.headers)
        if ready is not None and self._answers.may_leave(ready):
            return ready
        # Whoever finds an answer too old goes the long way for all: nobody may ask for it again behind this.
        self.scope["extensions"] = {ASKED: {"ready": ready}}
        return None

    def _is_free(self) -> bool:
        """Whether nothing is being answered here, the other side reads what it gets, and will ask again."""
        busy = self.cycle is not None and not self.cycle.response_complete
        stays = self.parser.get_http_version() == "1.1" and self.parser.should_keep_alive()
        return stays and not busy and not self.flow.write_paused and not self.transport.is_closing()
