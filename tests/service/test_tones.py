"""The readers' pages in other ways of speaking: du, and easy language."""

import re
from datetime import UTC, datetime

import httpx2
import pytest

from service.state import Service
from service.texts import tell
from tests.builders import PAGE, add_site
from tests.conftest import Clock
from tests.service.pages.reader import send
from tests.service.test_texts import Text, catalogue, texts_in_source

PATH = f"/sites/musterstadt/thread?page={PAGE}"
TONES = ("de-du", "de-leicht")
_PLACE = re.compile(r"%\((\w+)\)[sd]|<[^>]+>")
# At the beginning of a sentence, “Sie” may also be “they”.
_FORMAL = re.compile(r"\b(?:Sie|Ihnen|Ihr(?:e[mnrs]?)?)\b")
_MOST_WORDS = 14
# Where a reader's own way leads: reading, writing, the receipt, reporting, and what goes wrong.
_JOURNEY = re.compile(
    r"^pages/templates/(?:thread|comments|parts|own|reasons|report|problem|contact|message)\.html|notice\.py|^contacting\.py"
)


def _german() -> dict[Text, tuple[str, ...]]:
    return {text: told for text, told, _file in catalogue("de")}


@pytest.mark.parametrize("tone", TONES)
def test_a_tone_says_only_what_is_said_in_german_too(tone: str) -> None:
    german = _german()
    assert [text for text, _told, _file in catalogue(tone) if text not in german] == []


@pytest.mark.parametrize("tone", TONES)
def test_a_tone_has_the_same_places_and_tags(tone: str) -> None:
    german = _german()
    differing = [
        told
        for text, told, _file in catalogue(tone)
        for mine, plain in zip(told, german[text], strict=True)
        if sorted(_PLACE.findall(mine)) != sorted(_PLACE.findall(plain))
    ]
    assert differing == []


def test_du_is_never_sie() -> None:
    assert [told for _text, told, _file in catalogue("de-du") if any(_FORMAL.search(each) for each in told)] == []


def test_who_says_du_says_it_all_along_the_readers_way() -> None:
    spoken = {text for text, _told, _file in catalogue("de-du")}
    german = _german()
    formal = [
        text
        for text, files in texts_in_source().items()
        if any(_JOURNEY.search(each) for each in files) and any(_FORMAL.search(each) for each in german[text])
    ]
    assert [text for text in formal if text not in spoken] == []


def test_easy_language_has_short_sentences() -> None:
    sentences = [
        sentence
        for _text, told, _file in catalogue("de-leicht")
        for each in told
        for sentence in re.split(r"(?<=[.!?:]) ", each)
    ]
    assert [each for each in sentences if len(each.split()) > _MOST_WORDS] == []


def test_easy_language_is_spoken_all_along_the_readers_way() -> None:
    spoken = {text for text, _told, _file in catalogue("de-leicht")}
    german = _german()
    long = [
        text
        for text, files in texts_in_source().items()
        if any(_JOURNEY.search(each) for each in files) and any(len(each.split()) > 9 for each in german[text])
    ]
    assert [text for text in long if text not in spoken and "JSON" not in text and "“" not in text] == []


def test_what_a_tone_does_not_say_is_said_as_the_language_says_it() -> None:
    assert tell("de-du", "Netiquette") == "Netiquette"
    assert tell("de-leicht", "Netiquette") == "Regeln"


async def test_a_reader_keeps_the_tone_on_the_way(client: httpx2.AsyncClient, service: Service) -> None:
    await add_site(service)
    page = await client.get(f"{PATH}&lang=de-leicht")
    assert "Schreiben Sie etwas" in page.text
    assert '<html lang="de"' in page.text
    answer = await send(client, page, "thread", text="Der neue Weg zur Schule ist gut für die Kinder.")
    assert "lang=de-leicht" in answer.headers["location"]
    receipt = await client.get(answer.headers["location"].split("#")[0])
    assert "Danke! Ihr Text ist da." in receipt.text


async def test_a_site_that_says_du_says_it_to_all_who_read_german(client: httpx2.AsyncClient, service: Service) -> None:
    site = await add_site(service)
    async with service.db.writing() as session:
        (await session.merge(site)).language = "de-du"
    assert "Schreib einen Kommentar" in (await client.get(PATH, headers={"Accept-Language": "de-DE,de;q=0.9"})).text
    assert "Write a comment" in (await client.get(PATH, headers={"Accept-Language": "en"})).text
    assert "Schreiben Sie einen Kommentar" in (await client.get(f"{PATH}&lang=de")).text


@pytest.mark.parametrize("path", ["my-data", "transparency/2026"])
async def test_every_page_of_a_site_is_offered_in_other_ways_of_speaking(
    client: httpx2.AsyncClient, service: Service, clock: Clock, path: str
) -> None:
    await add_site(service)
    clock.now = datetime(2027, 3, 2, 10, 0, tzinfo=UTC)
    path = f"/sites/musterstadt/{path}"
    page = await client.get(path)
    assert re.findall(r"lang=([\w-]+)\" lang", page.text) == ["de", "de-leicht", "en"]
    easy = await client.get(path, params={"lang": "de-leicht"})
    assert ">Regeln</a>" in easy.text


async def test_who_asks_for_their_data_keeps_the_tone(client: httpx2.AsyncClient, service: Service) -> None:
    await add_site(service)
    page = await client.get("/sites/musterstadt/my-data?lang=de-leicht")
    answer = await send(client, page, "my-data", email="jo@example.org")
    assert answer.headers["location"] == "/sites/musterstadt/my-data?sent=1&lang=de-leicht"
    told = await client.get(answer.headers["location"])
    assert "?lang=en" in told.text, "what was told once is not told again in another language"
