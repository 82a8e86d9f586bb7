"""`serve`, `courier` and `demo` as processes of their own: they start, answer, say what they do, and stop."""

import asyncio
import json
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from models.db import Database
from models.moderator import moderator_by_email
from models.outbox import enqueue
from models.seal import Seal
from service.commands import serve
from service.settings import kept_secrets
from service.state import utc_now
from tests.service.commands.conftest import Run
from tests.support.catcher import Catcher, catching
from tests.support.postgres import free_port, on_server


@contextmanager
def running(environment: dict[str, str], *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A command as a process, ended with the block if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "service", *arguments],
        env=environment,
        cwd=environment["WORTMELDUNG_DATA_DIR"].removesuffix("data"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=20)


def wait_for(address: str, process: subprocess.Popen[str]) -> bytes:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"ended with {process.returncode}: {process.communicate()[1][-500:]}")
        try:
            with urlopen(address, timeout=5) as answer:
                return bytes(answer.read())
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)  # noqa: TID251  # another process tells nobody when it is ready
    raise TimeoutError(address)


def stop(process: subprocess.Popen[str]) -> tuple[str, str]:
    process.send_signal(signal.SIGTERM)
    return process.communicate(timeout=30)


def test_it_migrates_serves_logs_in_json_and_stops_in_peace(environment: dict[str, str]) -> None:
    port = free_port()
    with running(environment, "serve", "--port", str(port)) as process:
        assert wait_for(f"http://127.0.0.1:{port}/readyz", process) == b"ready\n"
        with urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            assert "server" not in {name.lower() for name in answer.headers}
        out, err = stop(process)
    assert process.returncode == 0
    events = [json.loads(line) for line in err.splitlines()]
    assert {"timestamp", "level", "event"} <= events[0].keys()
    assert "get_readyz" in {each.get("route") for each in events}
    assert "courier_without_smtp" in {each["event"] for each in events}
    assert out == ""


def test_a_comment_that_was_acknowledged_survives_the_death_of_the_service(
    environment: dict[str, str], run: Run, tmp_path: Path
) -> None:
    """`kill -9` straight after the 202, and the client sends again, as it may."""
    run("site", "add", "a", "--origin", "https://a.example")
    port = free_port()
    for attempt in range(2):
        with running(environment, "serve", "--port", str(port)) as process:
            wait_for(f"http://127.0.0.1:{port}/readyz", process)
            assert post_comment(port) == 202
            if attempt == 0:
                process.kill()
            else:
                stop(process)
    with closing(sqlite3.connect(tmp_path / "data/wortmeldung.db")) as rows:
        assert rows.execute("SELECT id, status FROM comment").fetchall() == [("an-id-of-the-client", "pending")]
        assert rows.execute("SELECT count(*) FROM notice WHERE kind = 'comment_waits'").fetchone() == (1,)
        assert rows.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def post_comment(port: int, chosen: str = "an-id-of-the-client") -> int:
    body = {"page": "/artikel", "text": f"Danke für den Bericht: {chosen}.", "id": chosen}
    headers = {"Content-Type": "application/json", "Origin": "https://a.example"}
    address = f"http://127.0.0.1:{port}/api/v1/sites/a/comments"
    with urlopen(Request(address, json.dumps(body).encode(), headers), timeout=20) as answer:
        return int(answer.status)


def test_without_a_courier_it_only_answers(environment: dict[str, str]) -> None:
    port = free_port()
    with running(environment, "serve", "--port", str(port), "--no-courier") as process:
        wait_for(f"http://127.0.0.1:{port}/readyz", process)
        _, err = stop(process)
    assert "courier" not in err


def test_a_courier_runs_apart_and_ends_when_it_is_told(environment: dict[str, str]) -> None:
    with running(environment, "courier") as process:
        assert process.stderr is not None
        while json.loads(process.stderr.readline())["event"] != "courier_without_smtp":
            pass
        stop(process)
    assert process.returncode == 0


@pytest.mark.slow
async def test_of_several_workers_on_postgresql_one_carries_the_mail(
    postgres: str, environment: dict[str, str], run: Run
) -> None:
    name = f"workers_{free_port()}"
    catcher, port = Catcher(), free_port()
    await on_server(postgres, f'CREATE DATABASE "{name}"')
    async with catching(catcher):
        settings = {"database_url": postgres + name, "smtp_url": catcher.url, "mail_from": "k@musterstadt.example"}
        environment |= {f"WORTMELDUNG_{each.upper()}": value for each, value in settings.items()}
        await asyncio.to_thread(run, "site", "add", "a", "--origin", "https://a.example", **settings)
        await asyncio.to_thread(run, "moderator", "invite", "mira@musterstadt.example", "--site", "a", **settings)
        await _ask_for_links(postgres + name, Path(environment["WORTMELDUNG_DATA_DIR"]), 5)
        with running(environment, "serve", "--port", str(port), "--workers", "2") as process:
            assert await asyncio.to_thread(wait_for, f"http://127.0.0.1:{port}/readyz", process) == b"ready\n"
            await catcher.wait_for(6)
            _, err = await asyncio.to_thread(stop, process)
    assert process.returncode == 0
    assert len({each.mail["Message-ID"] for each in catcher.caught}) == len(catcher.caught) == 6
    assert "mira@" not in err
    await on_server(postgres, f'DROP DATABASE "{name}" WITH (FORCE)')


async def _ask_for_links(address: str, data: Path, number: int) -> None:
    db = Database(address, Seal(kept_secrets(data / "secret_key")))
    async with db.writing() as session:
        moderator = await moderator_by_email(session, "mira@musterstadt.example")
        assert moderator is not None
        for _ in range(number):
            await enqueue(session, "sign_in_link", {"moderator": moderator.id}, utc_now())
    await db.close()


def test_a_port_that_is_taken_is_said_to_be(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", "--port", str(port))
    assert done.status == 1
    assert str(port) in done.err.splitlines()[-1]


def test_a_site_that_names_nobody_as_responsible_is_told_of_at_the_start(run: Run) -> None:
    for key in ("a", "b"):
        run("site", "add", key, "--origin", f"https://{key}.example")
    run("site", "legal", "b", "--controller", "Stadt Musterstadt", "--address", "Markt 1, 12345 Musterstadt")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("serve", "--port", str(taken.getsockname()[1]))
    events = [json.loads(line) for line in done.err.splitlines() if line.startswith("{")]
    assert [(each["site"], each["mend"]) for each in events if each["event"] == "nobody_named_as_responsible"] == [
        ("a", "site legal a --controller … --address …")
    ]


@pytest.mark.parametrize(
    "settings, named",
    [
        ({"database_url": "postgresql://me:geheim@127.0.0.1:9/x"}, "database"),
        ({"database_url": "sqlite:////nirgends/x.db"}, "database"),
        ({"database_url": "mysql://x"}, "WORTMELDUNG_DATABASE_URL"),
        ({"base_url": "kommentare"}, "WORTMELDUNG_BASE_URL"),
        ({"smtp_url": "smtp://a.example"}, "WORTMELDUNG_MAIL_FROM"),
        ({"secret_key": "kurz"}, "WORTMELDUNG_SECRET_KEY"),
        ({"rate_limit": "viel"}, "WORTMELDUNG_RATE_LIMIT"),
        ({"trusted_proxies": "überall"}, "WORTMELDUNG_TRUSTED_PROXIES"),
    ],
)
def test_what_stops_the_start_is_said_in_one_line(run: Run, settings: dict[str, str], named: str) -> None:
    done = run("serve", "--port", str(free_port()), **settings)
    assert done.status == 1
    (line,) = [each for each in done.err.splitlines() if not each.startswith("{")]
    assert named in line
    assert "geheim" not in done.err


def test_several_workers_need_a_sqlite_without_the_race(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve.sqlite3, "sqlite_version_info", (3, 40, 1))
    done = run("serve", "--workers", "2", "--port", str(free_port()))
    assert done.status == 1
    assert "PostgreSQL" in done.err.splitlines()[-1]


@pytest.mark.parametrize("arguments", [["serve", "--port", "viele"], ["serve", "--workers", "0"], ["fliege"]])
def test_wrong_usage_has_a_status_of_its_own(run: Run, arguments: list[str]) -> None:
    assert run(*arguments).status == 2


def test_help_names_every_command(run: Run) -> None:
    names = ("serve", "courier", "demo", "site", "moderator", "token", "backup", "doctor")
    assert all(each in run("--help").out for each in names)


@pytest.mark.slow
def test_the_demo_fills_itself_once_and_prints_a_fresh_link_each_time(
    environment: dict[str, str], tmp_path: Path
) -> None:
    links, threads = [], []
    for _ in range(2):
        port = free_port()
        with running(environment, "demo", "--port", str(port)) as process:
            assert b"wortmeldung-thread" in wait_for(f"http://127.0.0.1:{port}/demo/", process)
            threads.append(
                json.loads(wait_for(f"http://127.0.0.1:{port}/api/v1/sites/demo/thread?page=/demo/", process))
            )
            assert wait_for(f"http://127.0.0.1:{port}/demo/static/article.css", process)
            out, _ = stop(process)
        links += [word for word in out.split() if "/desk/sign-in/" in word]
    assert len(set(links)) == 2
    assert threads[0] == threads[1]
    assert threads[0]["count"] >= 6
