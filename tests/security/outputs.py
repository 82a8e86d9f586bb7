"""Everything that leaves the service and may hold somebody's words. A new page or mail is one line in `OUTPUTS`."""

import json
import re
from collections.abc import AsyncIterator, Callable
from urllib.parse import quote
from xml.etree import ElementTree as ET

from sqlmodel import col, select

from models.comment import Comment
from models.thread import Thread
from tests.builders import ORIGIN, PAGE, a_token
from tests.security.ways import API, World

Texts = AsyncIterator[tuple[str, str]]
_CARD = re.compile(r"/desk/comments/([A-Za-z0-9_-]+)\?back")


async def threads(world: World) -> Texts:
    """The HTML in the thread's JSON, and what stands beside it as a page would put it: text as text, links as links."""
    for page in await _pages(world):
        answer = await world.client.get(f"{API}/thread", params={"page": page, "limit": "1000"})
        assert answer.headers["content-type"].startswith("application/json"), answer.text
        for comment in answer.json()["comments"]:
            url = comment["author"]["url"] if comment["author"] else None
            assert url is None or re.match(r"https?://[^\s<>\"'`\\]+$", url), url
            yield comment["id"], comment["html"]


async def pages(world: World) -> Texts:
    about = [each for each in await _pages(world) if each.startswith(("/frage", "/ergebnis"))]
    for path in (*(await thread_paths(world)), *(f"/sites/musterstadt/thread?page={quote(each)}" for each in about)):
        yield path, (await world.client.get(path)).text


async def fragment(world: World) -> Texts:
    answer = await world.client.get("/sites/musterstadt/fragment", params={"page": PAGE})
    yield "fragment", answer.text


async def feed(world: World) -> Texts:
    """A feed is XML that holds HTML: both are looked at."""
    for page in (await _pages(world))[:40]:
        answer = await world.client.get("/sites/musterstadt/feed.atom", params={"page": page})
        atom = "{http://www.w3.org/2005/Atom}"
        root = ET.fromstring(answer.content)
        known = {
            "feed",
            "entry",
            "id",
            "title",
            "link",
            "updated",
            "generator",
            "author",
            "name",
            "uri",
            "published",
            "content",
        }
        assert {each.tag.removeprefix(atom) for each in root.iter()} <= known
        for each in root.iter():
            target = each.get("href") or (each.text if each.tag == f"{atom}uri" else "") or "https://"
            assert target.startswith(("http://", "https://")), target
        for content in root.iter(f"{atom}content"):
            yield page, content.text or ""


async def queue(world: World) -> Texts:
    for path in await queue_paths(world):
        yield path, (await world.desk.get(path)).text


async def cards(world: World) -> Texts:
    """A comment's own page at the desk, with history, reports and notes."""
    for path in (await card_paths(world))[::2]:
        yield path, (await world.desk.get(path)).text


async def desk(world: World) -> Texts:
    for path in (*DESK, *(await _of_pages(world))):
        answer = await world.desk.get(path)
        assert answer.status_code == 200, path
        yield path, answer.text


async def own_pages(world: World) -> Texts:
    for path in world.own[::5]:
        yield path, (await world.client.get(path)).text


async def public_pages(world: World) -> Texts:
    comment = (await _comments(world, "approved"))[0]
    for path in (
        *PUBLIC,
        f"/comments/{comment.id}/report",
        f"/sites/musterstadt/thread?page={PAGE}&reply={comment.id}",
    ):
        yield path, (await world.client.get(path)).text


async def previews(world: World) -> Texts:
    """By script and by form, among them the form that comes back with what was typed."""
    for number, payload in enumerate(world.payloads[::6]):
        world.later()
        body = {"page": PAGE, "text": payload, "name": payload[:80].replace("\n", " ").replace("\r", " ")}
        if number % 2:
            answer = await world.client.post(f"{API}/preview", json=body, headers={"Origin": ORIGIN})
            yield payload, answer.json().get("html", "") if answer.status_code == 200 else ""
        else:
            form = {**body, "do": "preview" if number % 4 else "send", "url": payload[:500], "title": payload[:300]}
            answer = await world.client.post("/sites/musterstadt/thread", data=form, headers={"Origin": ORIGIN})
            yield payload, answer.text
        assert answer.status_code < 500


async def problems(world: World) -> Texts:
    """What was asked for stands nowhere in an error, and less as HTML."""
    for payload in world.payloads[::6]:
        for path in ("/sites/", "/api/v1/sites/", "/widget/", "/desk/sites/"):
            answer = await world.client.get(f"{path}x/{quote(payload)}"[:1500], headers={"Accept": "text/html"})
            assert answer.status_code < 500
            kind = answer.headers.get("content-type", "text/html")
            yield path, answer.text if kind.startswith("text/html") else ""


async def mails(world: World) -> Texts:
    for number, caught in enumerate(world.caught):
        yield f"mail {number}", caught.html


async def exports(world: World) -> Texts:
    """What is taken away is no page: it says so, it is to be saved, and no table begins to calculate."""
    for path in world.own[:5]:
        answer = await world.client.get(f"{path.rstrip('/')}/data.json")
        if answer.status_code == 200:
            assert answer.headers["content-type"] == "application/json"
            assert answer.headers["content-disposition"].startswith("attachment")
            yield path, _as_text(answer.text)
    sheet = await world.desk.get("/desk/statistics.csv")
    yield "statistics.csv", _as_text(sheet.text)


async def machine(world: World) -> Texts:
    """JSON for programs: whatever it holds, it is served as JSON."""
    headers = {"Authorization": f"Bearer {await a_token(world.service, world.site)}"}
    for path in ("/api/v1/moderation/queue?status=approved&limit=100", "/sites/musterstadt/netiquette.json"):
        answer = await world.client.get(path, headers=headers)
        assert answer.headers["content-type"].startswith("application/json")
        assert answer.headers["x-content-type-options"] == "nosniff"
        for item in json.loads(answer.text).get("items", []):
            yield path, item["html"]


def _as_text(_text: str) -> str:
    return ""


async def thread_paths(world: World) -> list[str]:
    """Every part of every thread, as a reader leafs through it."""
    found: list[str] = []
    for page in (PAGE, *(await _pages(world))[::4]):
        path = str(
            world.client.build_request("GET", "/sites/musterstadt/thread", params={"page": page}).url.raw_path, "ascii"
        )
        while path and path not in found:
            found.append(path)
            answer = await world.client.get(path)
            following = re.search(r'href="([^"]*after=[^"]*)" rel="next"', answer.text)
            path = following[1].replace("&amp;", "&") if following else ""
    return found


async def queue_paths(world: World) -> list[str]:
    """Every lane of the queue, and what was decided, to the end."""
    found = []
    for lane in ("review", "spam", "reports", "objections", "decided"):
        path = f"/desk?lane={lane}"
        while path and path not in found:
            found.append(path)
            answer = await world.desk.get(path)
            following = re.search(r'href="(/desk\?[^"]*after=[^"]*)"', answer.text)
            path = following[1].replace("&amp;", "&") if following else ""
    return found


async def card_paths(world: World) -> list[str]:
    told = await _comments(world, "rejected") + await _comments(world, "pending")
    return [f"/desk/comments/{each.id}" for each in told] + ["/desk/comments/nowhere"]


async def _pages(world: World) -> list[str]:
    async with world.service.db.reading() as session:
        return sorted(each.page for each in await session.exec(select(Thread)))


async def _of_pages(world: World) -> list[str]:
    """What the desk shows of a page: its questions, what became of it, and the digest."""
    about = [each for each in await _pages(world) if each.startswith(("/frage", "/ergebnis"))]
    kinds = ("talk", "outcome", "digest")
    return [
        f"/desk/sites/musterstadt/{kind}?page={quote(page)}"
        for number, page in enumerate((PAGE, *about)) for kind in kinds[: 3 if number % 4 == 0 else 1]
    ]  # fmt: skip


async def _comments(world: World, status: str) -> list[Comment]:
    async with world.service.db.reading() as session:
        return list(await session.exec(select(Comment).where(col(Comment.status) == status)))


PUBLIC = (
    "/", "/sites/musterstadt/netiquette", "/sites/musterstadt/my-data", "/sites/musterstadt/transparency/2025",
    "/sites/musterstadt/thread?page=/neu",
)  # fmt: skip
DESK = (
    "/desk/sites", "/desk/sites/musterstadt", "/desk/sites/musterstadt/netiquette", "/desk/sites/musterstadt/netiquette/respect",
    "/desk/sites/musterstadt/people", "/desk/requests", "/desk/notices", "/desk/account", "/desk/account/security", "/desk/keys",
    "/desk/learning", "/desk/statistics", "/desk/sites/musterstadt/contacts", "/desk/talks", "/desk/sites/musterstadt/webhooks",
    "/desk/sites/musterstadt/sign-on",
)  # fmt: skip
OUTPUTS: dict[str, Callable[[World], Texts]] = {
    "thread JSON": threads, "thread page": pages, "fragment": fragment, "feed": feed, "queue": queue, "comment page": cards,
    "desk pages": desk, "own pages and my data": own_pages, "public pages": public_pages, "preview": previews,
    "errors": problems, "mails": mails, "exports": exports, "moderation API": machine,
}  # fmt: skip
