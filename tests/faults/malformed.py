"""Input as nobody writes it: mutated texts through the judges' first steps, mutated requests over HTTP; a damaged model."""

import gc
import json
import random
import tempfile
import time
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

import moderation.classifier.model as classifier
from benchmarks.fill import texts
from moderation.classifier.artifact import SHIPPED
from moderation.draft import Draft
from moderation.judge import judge, show
from moderation.policy import Policy
from moderation.reading import Standing
from service.bench import load_judges
from tests.faults.ground import PAGE, POST, THREAD, Ground
from tests.faults.plan import Outcome

_SLOWEST = 300.0
_MOST_MEMORY = 10.0
_TAGS = {"p", "br", "em", "strong", "a", "blockquote", "code", "pre", "ul", "ol", "li", "del", "s", "hr"}
_SEEDS = [
    "<script>x()</script>", "<img src=x onerror=x()>", "[a](javascript:x())", "<svg/onload=x()>", "&#106;avascript:",
    "**fett** _schräg_", "> Zitat\n>> tiefer", "```\nCode\n```", '[a](https://b.example "c")', "<a href='data:text/html,x'>",
    "\u202eumgekehrt", "\u0000", "a\u0300" * 40, "((((((((((", "*_" * 60, "`" * 50, "<!--", "]]>", "![x](x)", "\ud800", "﷽",
]  # fmt: skip


async def mutated(ground: Ground, inputs: int) -> Outcome:
    """Seeded mutations: one in twenty goes over HTTP as a mutated request."""
    outcome, chance = Outcome(), random.Random(20260302)
    corpus = texts()[:200]
    slowest, worst = 0.0, ""
    gc.freeze()  # as the service does: else all that the tests hold is looked through while one text is read
    for _input in range(inputs):
        text = _mutate_text(chance, corpus)
        began = time.thread_time()
        html = show(Draft(page="/", text=text), "de").html
        taken = 1000 * (time.thread_time() - began)
        if taken > slowest:
            slowest, worst = taken, text[:60]
        active = _active(html)
        outcome.must(not active, f"active in the output: {active[:3]} from {text[:80]!r}")
    sent = max(50, inputs // 20)
    async with ground.serving(await ground.sqlite()) as node, node.client() as client:
        await _send(client, chance, corpus, 50)
        before = node.memory()
        statuses = await _send(client, chance, corpus, sent)
        grown = node.memory() - before
        outcome.must(not node.failures(), f"crashes: {node.failures()}")
        outcome.must((await client.get(THREAD, params={"page": PAGE})).status_code == 200, "the service is away")
    outcome.must(all(each < 500 for each in statuses), f"answers were {statuses}")
    outcome.within(f"one text ({worst!r}) took", slowest, _SLOWEST, "ms")
    outcome.within("memory grew by", grown, _MOST_MEMORY, "MiB")
    outcome.figure = (
        f"{inputs:,} texts: 0 active, slowest {slowest:.0f} ms; {sent:,} requests: 0 × 5xx, memory {grown:+.1f} MiB"
    )
    return outcome


async def _send(client: httpx2.AsyncClient, chance: random.Random, corpus: list[str], number: int) -> set[int]:
    statuses = set()
    for _each in range(number):
        body = _mutate_bytes(chance, json.dumps(_payload(chance, corpus)).encode("utf-8", "surrogatepass"))
        answer = await client.post(POST, content=body, headers={"Content-Type": "application/json"})
        statuses.add(answer.status_code)
        query = "".join(chance.choices("abc=&%/?\\'\"<>ä€ \t#;", k=chance.randint(0, 40)))
        path = chance.choice((THREAD, "/api/v1/sites/musterstadt/counts", "/sites/musterstadt/thread", "/desk"))
        statuses.add((await client.get(path, params={"page": query, "after": query, "lang": query[:5]})).status_code)
    return statuses


def _payload(chance: random.Random, corpus: list[str]) -> dict[str, object]:
    odd: list[object] = [None, 1, -1.5, True, [], {}, [[]], "", "x" * 300, {"a": [1]}, 10**17, "\ud800", "1e999"]
    made: dict[str, object] = {"page": PAGE, "text": _mutate_text(chance, corpus)}
    for name in chance.sample(["page", "text", "name", "email", "url", "parent", "id", "title", "notify", "question",
                               "form_token", "homepage", "consent", "status"], chance.randint(0, 3)):  # fmt: skip
        made[name] = chance.choice(odd)
    return made


def _mutate_text(chance: random.Random, corpus: list[str]) -> str:
    text = chance.choice(corpus)
    for _step in range(chance.randint(1, 6)):
        at = chance.randrange(len(text) + 1)
        match chance.randrange(5):
            case 0:
                text = text[:at] + chance.choice(_SEEDS) + text[at:]
            case 1:
                text = text[:at] + text[at + chance.randint(1, 30) :]
            case 2:
                text = (
                    text[:at]
                    + chr(chance.choice((0x20, 0x26, 0x3C, 0x5B, 0x60, 0x200B, 0x202E, 0xFFFD, 0x1F600)))
                    + text[at:]
                )
            case 3:
                text = text[:at] + text[at : at + 20] * chance.randint(2, 40) + text[at:]
            case _:
                text = text[:at] + chance.choice(corpus)[: chance.randint(1, 80)] + text[at:]
    return text[:5000] or "."


def _mutate_bytes(chance: random.Random, body: bytes) -> bytes:
    changed = bytearray(body)
    for _step in range(chance.choice((0, 0, 1, 2, 5))):
        at = chance.randrange(len(changed))
        match chance.randrange(4):
            case 0:
                changed[at] ^= 1 << chance.randrange(8)
            case 1:
                del changed[at : at + chance.randint(1, 20)]
            case 2:
                changed[at:at] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 6)))
            case _:
                changed[at:at] = changed[at : at + 30]
        changed = changed or bytearray(b"{")
    return bytes(changed)


class _Reader(HTMLParser):
    """Reads the output with a parser that has no part in cleaning it."""

    def __init__(self) -> None:
        super().__init__()
        self.active: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            self.active.append(f"<{tag}>")
        for name, value in attrs:
            scheme = urlsplit((value or "").strip()).scheme.lower() if name == "href" else ""
            if name not in ("href", "rel", "class", "target") or scheme not in ("", "http", "https", "mailto"):
                self.active.append(f"{tag} {name}={value}")


def _active(html: str) -> list[str]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.active


async def damaged_model(_ground: Ground, damages: int) -> Outcome:
    """The classifier's file cut short, with flipped bits, of another kind, or not there."""
    outcome, chance, whole = Outcome(), random.Random(20260302), SHIPPED.read_bytes()
    refused = 0
    with tempfile.TemporaryDirectory(prefix="wortmeldung-model-") as folder:
        for number in range(damages):
            path = Path(folder) / f"{number}.bin"
            content = _damage(chance, whole)
            if content is not None:
                path.write_bytes(content)
            refused += _is_held(path, outcome)
    outcome.must(refused == damages, f"{damages - refused} damaged files were used")
    outcome.figure = f"{refused} of {damages} refused, every comment to review, none lost"
    return outcome


def _damage(chance: random.Random, whole: bytes) -> bytes | None:
    match chance.randrange(4):
        case 0:
            return whole[: chance.randrange(len(whole))]
        case 1:
            content = bytearray(whole)
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            return bytes(content)
        case 2:
            return chance.randbytes(2000)
        case _:
            return None


def _is_held(path: Path, outcome: Outcome) -> bool:
    """Whether the service starts without its classifier and sends what it cannot judge to people."""
    shipped, classifier.SHIPPED = classifier.SHIPPED, path
    try:
        judges = load_judges()
    finally:
        classifier.SHIPPED = shipped
    spam = "Casino Bonus gratis, jetzt anmelden auf www.spielglueck-24.top und 500 Euro am Tag gewinnen"
    verdict = judge(Draft("/", spam), Standing(), Policy(spam_threshold=0.01), judges).verdict
    held = (verdict.lane, verdict.refused, verdict.failed) == ("review", False, ("classifier",))
    outcome.must(judges.classifier is not None or held, f"without a classifier: {verdict.lane}, {verdict.failed}")
    return judges.classifier is None
