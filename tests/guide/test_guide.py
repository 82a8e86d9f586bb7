"""The guide is held to its word: what it shows is taken out of it and used."""

import asyncio
import json
import re
import shlex
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from models.legal import PLATFORM_ADDRESS_DAYS, RETENTION
from models.sign_on import add_key
from models.webhook import new_webhook_secret
from service.sign_on import read_token
from service.state import utc_now
from service.webhooks.messenger import message
from service.webhooks.signing import signed_headers
from tests.builders import PAGE, add_site, publish
from tests.conftest import serving
from tests.service.commands.conftest import Run, environment, run
from tests.service.exchange.conftest import FILES
from tests.support.missing import skip_or_fail
from tests.support.postgres import free_port

__all__ = ["environment", "run"]

GUIDE = Path(__file__).parents[2] / "docs" / "guide"
PAGES = sorted(GUIDE.glob("*.md"))


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", (GUIDE / page).read_text("utf-8"), re.DOTALL | re.MULTILINE)


def python_from(page: str, name: str):
    """A function of one of the page's Python examples."""
    for block in blocks(page, "python"):
        if f"def {name}(" in block:
            found: dict[str, object] = {}
            exec(block, found)
            return found[name]
    raise LookupError(name)


def test_five_pages_are_enough() -> None:
    assert 0 < len(PAGES) <= 5


@pytest.mark.parametrize("page", PAGES, ids=lambda each: each.stem)
def test_every_file_and_page_that_is_named_exists(page: Path) -> None:
    root = GUIDE.parents[1]
    text = page.read_text("utf-8")
    linked = {each.partition("#")[0] for each in re.findall(r"\]\((?!https?:)([^)]+)\)", text)}
    assert [each for each in linked if each and not (GUIDE / each).exists()] == []
    named = set(re.findall(r"`((?:deploy|widget|service|docs)/[^`\s]+)`", text))
    assert [each for each in named if not (root / each).exists()] == []


def test_the_commands_for_wordpress_run_as_a_beginning(run: Run) -> None:
    for line in "".join(blocks("wordpress.md", "sh")).splitlines():
        done = run(*shlex.split(line)[3:])
        assert (line, done.status, done.err) == (line, 0, "")


def test_the_commands_run_one_after_the_other(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(FILES / "wordpress.xml", tmp_path / "export.xml")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("service.webhooks.target._resolve", _somewhere)
    lines = [
        line
        for page in ("operate.md", "embed.md", "import.md", "privacy.md")
        for block in blocks(page, "sh")
        for line in block.splitlines()
        if line.startswith("python -m service ")
    ]
    for line in lines:
        done = run(*shlex.split(line)[3:])
        # What could not be read is named on standard error; `doctor` has something to say of a fresh installation.
        assert (line, done.status) == (line, 0)
    assert (tmp_path / "all.jsonl").stat().st_size > (tmp_path / "comments.csv").stat().st_size > 1000


def test_the_periods_are_those_that_the_clock_keeps() -> None:
    text = (GUIDE / "privacy.md").read_text("utf-8")
    told = re.findall(r"^\| `(\w+)` \|.*\| (\d+) \|$", text, re.MULTILINE)
    assert {name: int(days) for name, days in told} == dict(RETENTION)
    assert f"({PLATFORM_ADDRESS_DAYS} for a platform" in text


async def _somewhere(host: str, port: int) -> list[str]:
    return ["193.99.144.80"]


async def test_the_python_example_shows_the_thread_and_keeps_it_when_the_service_is_away(app, service):
    site = await add_site(service)
    comment = await publish(service, site)
    comments, counts = python_from("embed.md", "comments"), python_from("embed.md", "comment_counts")
    port = int(service.settings.base_url.rsplit(":", 1)[1])
    async with serving(app, "127.0.0.1", port):
        first = await asyncio.to_thread(comments, service.settings.base_url, "musterstadt", PAGE)
        again = await asyncio.to_thread(comments, service.settings.base_url, "musterstadt", PAGE)
        counted = await asyncio.to_thread(counts, service.settings.base_url, "musterstadt", [PAGE, "/anderswo"])
    away = await asyncio.to_thread(comments, service.settings.base_url, "musterstadt", PAGE)
    assert comment.id in first
    assert first == again == away
    assert counted == {PAGE: 1, "/anderswo": 0}


async def test_the_php_example_shows_the_thread(live, service, tmp_path):
    _require_php()
    comment = await publish(service, await add_site(service))
    shown = await _said_by_php(tmp_path, "comments", live, "musterstadt", PAGE)
    assert comment.id in shown


async def test_both_examples_sign_an_editor_on(service, tmp_path):
    _require_php()
    site = await add_site(service)
    async with service.db.writing() as session:
        key = await add_key(session, site, service.clock())
    told = (key.secret, "musterstadt", "Mira Zschäpe", "mira@musterstadt.example", True)
    for token in (python_from("embed.md", "signed_on")(*told), await _said_by_php(tmp_path, "signed_on", *told)):
        signed = read_token(token, [key], "musterstadt", utc_now())
        assert (signed.name, signed.email, signed.editor) == ("Mira Zschäpe", "mira@musterstadt.example", True)


async def _said_by_php(folder: Path, name: str, *told: str | bool) -> str:
    [example] = [each for each in blocks("embed.md", "php") if f"function {name}(" in each]
    program = folder / "page.php"
    program.write_text(
        f"{example}echo {name}({', '.join(json.dumps(each, ensure_ascii=False) for each in told)});", "utf-8"
    )
    process = await asyncio.create_subprocess_exec(_require_php(), str(program), stdout=asyncio.subprocess.PIPE)
    shown, _ = await process.communicate()
    return shown.decode()


def _require_php() -> str:
    php = shutil.which("php") or shutil.which("php8.2")
    if php is None:
        skip_or_fail("no PHP: install Debian's php-cli")
    return php


async def test_the_nginx_example_puts_the_thread_into_a_static_page(live, service, tmp_path):
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        skip_or_fail("no nginx: install Debian's nginx-light")
    comment = await publish(service, await add_site(service))
    [locations] = blocks("embed.md", "nginx")
    include = next(each for each in blocks("embed.md", "html") if "include virtual" in each)
    port = free_port()
    (tmp_path / "artikel").mkdir()
    (tmp_path / "artikel" / "handlungsmut").write_text(f"<title>Artikel</title>\n{include}")
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {tmp_path}/pid; error_log stderr;\n"
        f"events {{}} http {{ access_log off; default_type text/html;\n"
        + "".join(
            f"{each}_temp_path {tmp_path}/{each};" for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        + f"server {{ listen 127.0.0.1:{port}; root {tmp_path};\n"
        + locations.replace("https://kommentare.musterstadt.example", live)
        + "}}"
    )
    process = await asyncio.create_subprocess_exec(
        nginx, "-e", "stderr", "-c", str(tmp_path / "nginx.conf"), stderr=asyncio.subprocess.DEVNULL
    )
    try:
        shown = await asyncio.to_thread(_fetched, f"http://127.0.0.1:{port}/artikel/handlungsmut")
    finally:
        process.terminate()
        await process.wait()
    assert "<title>Artikel</title>" in shown
    assert comment.id in shown


def _fetched(address: str) -> str:
    done = subprocess.run(
        ["curl", "--silent", "--retry", "20", "--retry-connrefused", "--retry-delay", "1", address],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def test_the_receivers_example_knows_our_messages_and_no_others(clock):
    changed_page = python_from("embed.md", "changed_page")
    clock.now = clock.now.fromtimestamp(time.time(), clock.now.tzinfo)
    secret = new_webhook_secret()
    body = message("thread.changed", clock(), {"site": "musterstadt", "page": PAGE, "revision": 2})
    headers = signed_headers("msg_1", clock(), body, secret)
    assert changed_page(secret, headers, body) == PAGE
    assert changed_page(new_webhook_secret(), headers, body) is None
    assert changed_page(secret, headers, body.replace(b"2", b"3")) is None
    clock.advance(minutes=-10)
    assert changed_page(secret, signed_headers("msg_1", clock(), body, secret), body) is None
