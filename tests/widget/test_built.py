"""What is committed is what a build gives, complete and light."""

import gzip
import json
import re
import shutil
import subprocess

import pytest
from playwright.async_api import Page

from models.site import Site
from tests.support.missing import skip_or_fail
from tests.widget.conftest import Reader
from tests.widget.host import WIDGET, Host

LIMIT = 12 * 1024
HOSTILE_HTML = [
    ("<p>a &lt;b&gt; &amp;amp; c&nbsp;d</p>", "<p>a &lt;b&gt; &amp;amp; c&nbsp;d</p>"),
    ('<ol start="3"><li>x</li></ol>', '<ol start="3"><li>x</li></ol>'),
    ('<p onclick="x()">a</p>', "<p>a</p>"),
    ('<a href="java&#115;cript:alert(1)">a</a>', "<a>a</a>"),
    (
        '<a href=" https://example.org/" target="_top">a</a>',
        '<a href="https://example.org/" rel="nofollow ugc noopener noreferrer">a</a>',
    ),
    ("<p>offen <em>bleibt", "<p>offen <em>bleibt</em></p>"),
    ("</p></div>fremd", "fremd"),
    ("<style>p{}</style><b>x</b>", "p{}x"),
    ("a < b", "a &lt; b"),
    ("<scr<script>ipt>alert(1)</script>", "&lt;script&gt;alert(1)"),
    ("<br/><br>", "<br><br>"),
]


def test_what_every_page_loads_weighs_at_most_twelve_kilobytes() -> None:
    """Thread and form, with German included; what it fetches once somebody writes is no heavier."""
    for built in ("wortmeldung.js", "wortmeldung-more.js"):
        assert len(gzip.compress((WIDGET / "dist" / built).read_bytes(), 9)) <= LIMIT


def test_types_lint_and_the_committed_build_are_right() -> None:
    if not shutil.which("npm"):
        skip_or_fail("no node: install it to check the widget's sources")
    if not (WIDGET / "node_modules").is_dir():
        fetched = subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=WIDGET, capture_output=True, check=False)
        if fetched.returncode:
            skip_or_fail("npm could not fetch the widget's build tools")
    checked = subprocess.run(["npm", "run", "check"], cwd=WIDGET, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


async def module(page: Page, host: Host, name: str, expression: str) -> object:
    return await page.evaluate(
        f"async () => {{ const module = await import('{host.origin}/source/{name}'); return {expression}; }}"
    )


@pytest.mark.browser
async def test_every_language_has_every_string_with_its_placeholders_and_plurals(
    reader: Reader, host: Host, site: Site
) -> None:
    await reader.page.goto(host.put())
    languages = sorted(path.stem for path in (WIDGET / "strings").glob("*.js"))
    assert languages == ["ar", "de", "de-du", "de-leicht", "en", "fr", "pl", "tr", "uk"]
    told = {each: await strings_of(reader.page, host, each) for each in languages}
    for language, parts in told.items():
        for part, strings in parts.items():
            german = told["de"][part]
            # A way of speaking German says only what it says in another way.
            assert strings.keys() <= german.keys() if language.startswith("de-") else strings.keys() == german.keys()
            categories = await reader.page.evaluate(
                f"[...new Set(Array.from({{length: 200}}, (_, n) => new Intl.PluralRules('{language[:2]}').select(n)))]"
            )
            for key, forms in strings.items():
                assert all(form.strip() for form in forms.values()), f"{language} {key}"
                assert "" in forms or set(categories) <= forms.keys(), f"{language} {key}"
                assert placeholders(forms) == placeholders(german[key]), f"{language} {key}"


@pytest.mark.browser
async def test_german_says_sie_or_du_and_never_both(reader: Reader, host: Host, site: Site) -> None:
    await reader.page.goto(host.put())
    du = re.compile(r"\b(du|dir|dich|deine?[nmrs]?|schreib|versuch|mach|prüf|wähl)\b", re.IGNORECASE)
    sie = re.compile(r"\b(Sie|Ihnen|Ihre?[nmrs]?)\b")
    for language, refused in (("de", du), ("de-leicht", du), ("de-du", sie)):
        for part in (await strings_of(reader.page, host, language)).values():
            assert [form for forms in part.values() for form in forms.values() if refused.search(form)] == []
    # Whoever speaks Du leaves no Sie of the plain German behind.
    plain, other = await strings_of(reader.page, host, "de"), await strings_of(reader.page, host, "de-du")
    left = [key for part in plain for key in plain[part].keys() - other[part].keys()]
    assert [
        key for key in left if any(sie.search(form) for part in plain for form in plain[part].get(key, {}).values())
    ] == []


async def strings_of(page: Page, host: Host, language: str) -> dict[str, dict[str, dict[str, str]]]:
    """The forms of every text, by part and name; a text without plural forms has one named ""."""
    forms = "typeof text === 'string' ? {'': text} : text"
    shape = f"Object.fromEntries(Object.keys(module).map((part) => [part, Object.fromEntries(Object.entries(module[part]).map(([key, text]) => [key, {forms}]))]))"
    told: dict[str, dict[str, dict[str, str]]] = await module(page, host, f"strings/{language}.js", shape)  # type: ignore[assignment]
    return told


def placeholders(forms: dict[str, str]) -> set[str]:
    found: set[str] = set()
    for form in forms.values():
        found |= {part.split("}")[0] for part in form.split("{")[1:]}
    return found


@pytest.mark.browser
async def test_the_wall_builds_a_dozen_tags_and_nothing_else(reader: Reader, host: Host, site: Site) -> None:
    await reader.page.goto(host.put())
    call = (
        f"{json.dumps([html for html, _ in HOSTILE_HTML])}.map((html) => {{"
        " const box = document.createElement('div'); box.append(module.nodesOf(html)); return box.innerHTML; })"
    )
    assert await module(reader.page, host, "wall.js", call) == [shown for _, shown in HOSTILE_HTML]
