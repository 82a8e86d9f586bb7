"""What every answer carries, and the one log line that every request leaves."""

import time
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service import metrics

log = structlog.get_logger()

# Pages load nothing but our own files; no page of ours can be framed; no address leaks in a Referer. The policy is not
# `no-referrer`, because browsers then send our own forms with `Origin: null`, as if they came from nowhere.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; object-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def security_headers(base_url: str) -> dict[str, str]:
    """`SECURITY_HEADERS`; with TLS, also that it must stay so. That holds for all hosts below ours, unless we live at
    a bare domain such as `musterstadt.de`: what lies below that is others' business.
    """
    parts = urlsplit(base_url)
    if parts.scheme != "https":
        return SECURITY_HEADERS
    below = "; includeSubDomains" if (parts.hostname or "").count(".") > 1 else ""
    return SECURITY_HEADERS | {"Strict-Transport-Security": f"max-age=31536000{below}"}


class SecurityHeaders:
    """Adds `headers` to every answer that does not set them itself."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self.app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


class RequestLog:
    """One line and one measurement a request: method, route, status, time. Never a path, a query or an address."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        finally:
            seconds = time.perf_counter() - started
            route = endpoint_of(scope)
            metrics.requests.labels(route=route, status=str(status)).inc()
            metrics.latency.labels(route=route).observe(seconds)
            log.info("request", method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1))


def endpoint_of(scope: Scope) -> str:
    """The name of the function that answered, or `none`; the path itself may hold an author's secret."""
    endpoint = scope.get("endpoint")
    return getattr(endpoint, "__name__", type(endpoint).__name__ if endpoint else "none")
