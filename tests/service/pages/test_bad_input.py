"""Whatever is sent to the readers' pages is answered by a page that says what to do, in the reader's language."""

import httpx2
import pytest

from models.comment import Comment
from models.site import Site
from moderation.lifecycle import Action
from service.state import Service
from tests.builders import PAGE, a_moderator, add_site, file, publish, rule

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
THREAD = f"/sites/musterstadt/thread?page={PAGE}"
ODD = (
    "%00", "%FF%FE", "%ED%A0%80", "%C0%AF", "../../etc/passwd", "%2e%2e%2f", "'%20OR%201=1--", "%3Cscript%3E", "{{7*7}}",
    "%F0%9F%92%A9", "%E2%80%AE", "a" * 3000, "-1", "1e999", "null", "%0d%0aSet-Cookie:a=b", "%25s", "",
)  # fmt: skip
BODIES: dict[str, tuple[bytes, dict[str, str]]] = {
    "nothing": (b"", FORM),
    "no type": (b"text=x", {}),
    "json": (b'{"text": "x"}', {"Content-Type": "application/json"}),
    "nul": (b"text=a%00b&reason=other&statement=a%00b", FORM),
    "broken utf-8": (b"text=%ff%fe\xff\xc0\xaf&reason=\xff&statement=\xff", FORM),
    "surrogate": (b"text=%ED%A0%80&statement=%ED%A0%80&reason=other", FORM),
    "twice": (b"text=a&text=b&reason=other&reason=spam&statement=a&statement=b", FORM),
    "unknown fields": (b"text=Ein+Satz&role=editor&status=approved&reason=x&statement=&is_admin=1", FORM),
    "many fields": (b"&".join(b"f%d=x" % each for each in range(3000)), FORM),
    "long name": (b"text=Ein+Satz&reason=other&name=" + b"x" * 5000, FORM),
    "control characters": (b"text=%01%02%1b[31m&name=a%0ab&reason=other&statement=%01", FORM),
    "huge": (b"text=" + b"x" * 600_000, FORM),
    "half multipart": (
        b"--x\r\nContent-Disposition: form-data; na",
        {"Content-Type": "multipart/form-data; boundary=x"},
    ),
    "multipart without boundary": (b"text=x", {"Content-Type": "multipart/form-data"}),
    "a file": (
        b'--x\r\nContent-Disposition: form-data; name="text"; filename="a.txt"\r\n\r\nx\r\n--x--\r\n',
        {"Content-Type": "multipart/form-data; boundary=x"},
    ),
    "compressed": (b"\x1f\x8b", {**FORM, "Content-Encoding": "gzip"}),
    "another charset": (b"text=x", {"Content-Type": "application/x-www-form-urlencoded; charset=utf-7"}),
    "unknown charset": (
        b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nx\r\n--x--\r\n',
        {"Content-Type": "multipart/form-data; boundary=x; charset=nonsense"},
    ),
}


@pytest.fixture
async def site(service: Service) -> Site:
    return await add_site(service)


@pytest.fixture
async def rejected(service: Service, site: Site) -> Comment:
    comment = await file(service, site)
    await rule(service, comment, Action.REJECT, await a_moderator(service, site), rule="respect")
    return comment


def _is_a_clear_page(answer: httpx2.Response, statuses: tuple[int, ...]) -> bool:
    return (
        answer.status_code in statuses
        and answer.headers["content-type"].startswith("text/html")
        and '<html lang="de"' in answer.text
        and "<h1" in answer.text
        and "Traceback" not in answer.text
        and "set-cookie" not in answer.headers
    )


async def test_odd_addresses_get_a_page(client: httpx2.AsyncClient, service: Service, rejected: Comment) -> None:
    token = service.tokens.manage(rejected.id)
    patterns = [
        "/sites/{}/thread?page=/a", "/sites/musterstadt/thread?page={}", f"{THREAD}&sort={{}}", f"{THREAD}&after={{}}",
        f"{THREAD}&comment={{}}", f"{THREAD}&reply={{}}", f"{THREAD}&lang={{}}", f"{THREAD}&helped={{}}",
        f"{THREAD}&{{}}={{}}", "/sites/{}/netiquette", "/sites/musterstadt/netiquette?lang={}", "/comments/{}/report",
        "/comments/{}/abc", f"/comments/{rejected.id}/{{}}", f"/comments/{rejected.id}/{token}?sent={{}}&lang={{}}",
        f"/comments/{rejected.id}/report?sent={{}}", "/{}",
    ]  # fmt: skip
    wrong = []
    for pattern in patterns:
        for odd in ODD:
            answer = await client.get(pattern.replace("{}", odd), headers={"Accept-Language": "de"})
            if not _is_a_clear_page(answer, (200, 404, 422)):
                wrong.append((pattern, odd[:20], answer.status_code, answer.headers.get("content-type")))
    assert wrong == []


async def test_odd_forms_get_a_page(
    client: httpx2.AsyncClient, service: Service, site: Site, rejected: Comment
) -> None:
    published = await publish(service, site)
    waiting = await file(service, site, "Ein zweiter Kommentar, der noch wartet und geändert wird.")
    forms = (
        THREAD,
        f"/comments/{waiting.id}/{service.tokens.manage(waiting.id)}/edit",
        f"/comments/{rejected.id}/{service.tokens.manage(rejected.id)}/object",
        f"/comments/{published.id}/report",
    )
    wrong = []
    for kind, (body, headers) in BODIES.items():
        for path in forms:
            answer = await client.post(path, content=body, headers={**headers, "Accept-Language": "de"})
            taken = answer.status_code == 303
            if not taken and not _is_a_clear_page(answer, (400, 409, 413, 415, 422)):
                wrong.append((kind, path, answer.status_code, answer.headers.get("content-type")))
    assert wrong == []


async def test_a_method_that_is_not_offered_gets_a_page(client: httpx2.AsyncClient, site: Site) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "POST"):
        answer = await client.request(method, "/sites/musterstadt/netiquette", headers={"Accept-Language": "de"})
        assert _is_a_clear_page(answer, (405,))
        assert answer.headers["allow"] == "GET, HEAD"


async def test_any_accept_language_is_survived(client: httpx2.AsyncClient, site: Site) -> None:
    for accept in ("xx", "*", ";;;q=", "de;q=abc", "en" * 5000, "\x7f", "de-DE-1996,fr;q=0.9"):
        answer = await client.get(THREAD, headers={"Accept-Language": accept})
        assert answer.status_code == 200
