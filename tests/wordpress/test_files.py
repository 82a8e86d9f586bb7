"""The plugin's files by themselves: PHP that old versions read, and German for every text."""

import re
import subprocess

import pytest

from tests.support.missing import skip_or_fail
from tests.support.wordpress import PLUGIN, find_php
from tests.wordpress.messages import COMPILED, catalogue, compiled

SOURCES = sorted(PLUGIN.rglob("*.php"))
_SAID = re.compile(r"\b(?:esc_html|esc_attr|_)?__\(\s*'((?:[^'\\]|\\.)*)',\s*'wortmeldung'")
_COUNTED = re.compile(r"\b_n\(\s*'((?:[^'\\]|\\.)*)',\s*'((?:[^'\\]|\\.)*)',")
_PLACE = re.compile(r"%(?:\d\$)?[sd]")
# What PHP 7.4 cannot read, or does not have.
_TOO_NEW = re.compile(
    r"\?->|\bmatch\s*\(|\benum\s+\w+\s*[:{]|\breadonly\b|\b(?:str_contains|str_starts_with|str_ends_with|array_is_list)\("
    r"|#\[|\)\s*:\s*(?:static|never|mixed)\b|[(,]\s*(?:public|private|protected)\s"
)


def told(text: str) -> str:
    return text.replace("\\'", "'")


def test_every_file_is_php() -> None:
    php = find_php()
    if php is None:
        skip_or_fail("no PHP: install Debian's php-cli")
    for source in SOURCES:
        checked = subprocess.run([php, "-l", str(source)], capture_output=True, text=True, check=False)
        assert (source.name, checked.returncode, checked.stderr) == (source.name, 0, "")


@pytest.mark.parametrize("source", SOURCES, ids=lambda each: each.relative_to(PLUGIN).as_posix())
def test_nothing_is_newer_than_php_7_4_and_nobody_calls_a_file_directly(source) -> None:
    text = source.read_text("utf-8")
    assert _TOO_NEW.findall(text) == []
    # A file that is called by itself does nothing: it only defines, or asks whether WordPress is there.
    assert (
        "defined('ABSPATH')" in text or "defined('WP_UNINSTALL_PLUGIN')" in text or "\nnamespace Wortmeldung;" in text
    )


def test_every_text_is_translated_with_its_places_and_none_is_left_over() -> None:
    sources = [each.read_text("utf-8") for each in SOURCES]
    head = re.search(
        r"^ \* Description: +(.+)$", sources[[each.name for each in SOURCES].index("wortmeldung.php")], re.MULTILINE
    )
    assert head is not None
    said = {told(text) for source in sources for text in _SAID.findall(source)} | {head[1]}
    counted = {(told(one), told(many)) for source in sources for one, many in _COUNTED.findall(source)}
    german = {each.id: each.string for each in catalogue() if each.id}
    assert set(german) == said | counted
    for text, translation in german.items():
        english, told_in_german = (text, translation) if isinstance(text, tuple) else ((text,), (translation,))
        for one, other in zip(english, told_in_german, strict=True):
            assert other
            assert sorted(_PLACE.findall(one)) == sorted(_PLACE.findall(other))


def test_the_compiled_texts_are_those_of_the_catalogue() -> None:
    assert COMPILED.read_bytes() == compiled(), "run python -m tests.wordpress.messages"


def test_readme_and_plugin_tell_the_same_versions() -> None:
    plugin, readme = ((PLUGIN / name).read_text("utf-8") for name in ("wortmeldung.php", "readme.txt"))
    for name, in_readme in (
        ("Version", "Stable tag"),
        ("Requires at least", "Requires at least"),
        ("Requires PHP", "Requires PHP"),
    ):
        here = re.search(rf"^ \* {name}: +(\S+)$", plugin, re.MULTILINE)
        there = re.search(rf"^{in_readme}: (\S+)$", readme, re.MULTILINE)
        assert here is not None
        assert there is not None
        assert here[1] == there[1]
    assert "VERSION = '" + (re.search(r"^Stable tag: (\S+)$", readme, re.MULTILINE) or [""])[1] + "'" in plugin
