"""Every text that people read exists in every language, once, with the same places to fill in."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from service.texts import choose_language, tell, translations

SERVICE = Path(__file__).parents[2] / "service"
TRANSLATED = ("de",)
_PLACE = re.compile(r"%\((\w+)\)[sd]")
_TAG = re.compile(r"<[^>]+>")
_TEMPLATE_OPTIONS = {"newstyle_gettext": "true", "trimmed": "true", "silent": "false"}
_INFORMAL = re.compile(r"\b(?:du|dir|dich|deine?[mnrs]?|euch|eure[mnrs]?)\b", re.IGNORECASE)

Text = str | tuple[str, ...]


@cache
def texts_in_source() -> dict[Text, list[str]]:
    """Every text marked in code and templates, with the files that have it."""
    found: defaultdict[Text, list[str]] = defaultdict(list)
    for path in sorted(SERVICE.rglob("*")):
        method = {".py": "python", ".html": "jinja2.ext:babel_extract", ".txt": "jinja2.ext:babel_extract"}.get(
            path.suffix
        )
        if method is None or (path.suffix != ".py" and "templates" not in path.parts):
            continue
        options = _TEMPLATE_OPTIONS if path.suffix != ".py" else {}
        for _line, text, _comments, _context in extract_from_file(method, str(path), options=options):
            found[text].append(str(path.relative_to(SERVICE)))
    return found


def catalogue(language: str) -> Iterator[tuple[Text, tuple[str, ...], str]]:
    """Each text with its translations (one, or one for each plural form) and its file."""
    for path in sorted((SERVICE / "locale" / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language.partition("-")[0]):
                if message.id:
                    told = message.string if isinstance(message.string, tuple | list) else (message.string,)
                    yield message.id, tuple(told), path.name


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated(language: str) -> None:
    translated = {text for text, told, _file in catalogue(language) if all(told)}
    missing = {text: places for text, places in texts_in_source().items() if text not in translated}
    assert missing == {}


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_left_over(language: str) -> None:
    used = set(texts_in_source())
    assert [(text, file) for text, _told, file in catalogue(language) if text not in used] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_text_means_the_same_in_every_catalogue(language: str) -> None:
    told: defaultdict[Text, set[tuple[str, ...]]] = defaultdict(set)
    for text, translated, _file in catalogue(language):
        told[text].add(translated)
    assert {text: each for text, each in told.items() if len(each) > 1} == {}


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("pattern", [_PLACE, _TAG], ids=["places", "tags"])
def test_translations_have_the_same_places_and_tags(language: str, pattern: re.Pattern[str]) -> None:
    differing = []
    for text, told, _file in catalogue(language):
        asked = text if isinstance(text, str) else text[-1]
        allowed = sorted(pattern.findall(asked))
        # A singular may say "one" in words, and so leave the number out.
        differing += [each for each in told[-1:] if sorted(pattern.findall(each)) != allowed]
        differing += [each for each in told if not set(pattern.findall(each)) <= set(allowed)]
    assert differing == []


def test_german_says_sie() -> None:
    assert [told for _text, told, _file in catalogue("de") if any(_INFORMAL.search(each) for each in told)] == []


def test_a_text_is_told_in_the_readers_language_with_its_values() -> None:
    assert (
        tell("de", "At most %(limit)s characters are possible here.", limit=80)
        == "Hier sind höchstens 80 Zeichen möglich."
    )
    assert tell("en", "At most %(limit)s characters are possible here.", limit=80).startswith("At most 80")


def test_plurals_follow_the_language() -> None:
    told = translations("de").ngettext("%(number)s comment", "%(number)s comments", 2)
    assert told == "%(number)s Kommentare"


@pytest.mark.parametrize(
    "accept, otherwise, chosen",
    [
        ("", "de", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "de", "en"),
        ("fr, de;q=0.3", "en", "de"),
        ("de;q=0.2, en;q=0.9", "de", "en"),
        ("en;q=0, de;q=0.1", "en", "de"),
        ("*", "en", "en"),
        ("fr", "de-leicht", "de"),
        ("tlh", "fr", "de"),
        ("de;q=often, en", "de", "en"),
    ],
)
def test_the_language_is_the_one_that_the_browser_weighs_most(accept: str, otherwise: str, chosen: str) -> None:
    assert choose_language(accept, otherwise) == chosen
