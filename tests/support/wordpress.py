"""A real WordPress for the tests: Debian's, with a MariaDB and PHP's own server, all in one folder that goes in the end."""

import asyncio
import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

import orjson

from tests.support.postgres import free_port

SOURCE = Path("/usr/share/wordpress")
PLUGIN = Path(__file__).parents[2] / "widget" / "wordpress"
SITE = Path(__file__).parents[1] / "wordpress" / "site"
PASSWORD = "only for these tests"
_THEMES = ("twentytwentyone", "twentytwentythree")
_NEEDED = ("mariadbd", "mariadb-install-db", "mariadb")
_DATABASE = (
    "--innodb-log-file-size=8M",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--skip-log-bin",
)


@dataclass(frozen=True)
class WordPress:
    """A site that answers at `address`."""

    address: str
    folder: Path

    async def run(self, php: str) -> Any:
        """What the PHP returns, run by WordPress as its administrator."""
        _status, _headers, body = await self.ask("/__run", php)
        return orjson.loads(body)["said"]

    async def get(self, path: str) -> str:
        """The source of a page, as a reader without script and without account gets it."""
        status, _headers, body = await self.ask(path)
        assert status == 200
        return body

    async def ask(self, path: str, body: str | None = None) -> tuple[int, Message, str]:
        """Status, headers and body; not following redirects, and not stopping whoever WordPress may ask meanwhile."""
        return await asyncio.to_thread(_ask, self.address + path, body)

    def complaints(self) -> list[str]:
        """What PHP has logged about the plugin since it was asked last: warnings and errors, none of which should be."""
        log = self.folder / "wordpress" / "php.log"
        said = log.read_text().splitlines() if log.exists() else []
        log.write_text("")
        return [each for each in said if "plugins/wortmeldung" in each]


class _Staying(urllib.request.HTTPRedirectHandler):
    """Follows no redirect, so that it can be looked at."""

    def redirect_request(self, *_told: Any) -> None:
        return None


def _ask(address: str, body: str | None = None) -> tuple[int, Message, str]:
    request = urllib.request.Request(address, data=body.encode() if body is not None else None)
    try:
        with urllib.request.build_opener(_Staying).open(request, timeout=60) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def find_php() -> str | None:
    """The path of a PHP that can be called, or None."""
    return shutil.which("php") or shutil.which("php8.2")


def what_is_missing() -> str:
    """What of WordPress, its themes, PHP and MariaDB is not on this machine; empty when all of it is."""
    missing = [each for each in _NEEDED if not _program(each)]
    missing += [] if find_php() else ["php"]
    missing += [] if (SOURCE / "wp-load.php").exists() else ["wordpress"]
    missing += [each for each in _THEMES if not (SOURCE / "wp-content/themes" / each).exists()]
    return ", ".join(missing)


@contextlib.contextmanager
def run_wordpress() -> Iterator[WordPress]:
    """A German site with 171 comments and the plugin switched on, until the end of the block."""
    folder = Path(tempfile.mkdtemp(prefix="wortmeldung-wp-"))
    folder.chmod(0o755)
    port = free_port()
    environment = {
        "PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "SOCKET": str(folder / "socket"), "PASSWORD": PASSWORD,
        "WORDPRESS": str(folder / "wordpress"), "HOST": f"127.0.0.1:{port}",
    }  # fmt: skip
    try:
        with _database(folder):
            _copy(folder / "wordpress")
            subprocess.run([_php(), str(SITE / "install.php")], env=environment, check=True, capture_output=True)
            with _serving(folder / "wordpress", port, environment):
                site = WordPress(f"http://127.0.0.1:{port}", folder)
                _ask(f"{site.address}/__run", "return activate_plugin('wortmeldung/wortmeldung.php');")
                yield site
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copy(target: Path) -> None:
    """WordPress without the languages that nobody reads here; its folders are links to everywhere in Debian."""

    def unread(folder: str, names: list[str]) -> list[str]:
        return [each for each in names if each.endswith(".mo") and "de_DE" not in each] if "languages" in folder else []

    shutil.copytree(SOURCE, target, ignore=unread)
    (target / "wp-config.php").unlink()
    shutil.copy(SITE / "wp-config.php", target)
    shutil.copytree(PLUGIN, target / "wp-content" / "plugins" / "wortmeldung")


@contextlib.contextmanager
def _database(folder: Path) -> Iterator[None]:
    data, as_user = folder / "db", "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    data.mkdir()
    if os.getuid() == 0:
        shutil.chown(data, as_user)
        shutil.chown(folder, as_user)
    install = [_program("mariadb-install-db"), "--no-defaults", f"--user={as_user}", f"--datadir={data}"]
    options = ["--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"]
    subprocess.run([*install, *options], check=True, capture_output=True)
    serve = [_program("mariadbd"), "--no-defaults", f"--user={as_user}", "--skip-networking", f"--datadir={data}"]
    paths = [f"--socket={folder / 'socket'}", f"--pid-file={folder / 'pid'}"]
    server = subprocess.Popen([*serve, *paths, *_DATABASE], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        ask = [_program("mariadb"), "--no-defaults", "--user=root", f"--socket={folder / 'socket'}"]
        _wait_for([*ask, "-e", "CREATE DATABASE IF NOT EXISTS wordpress CHARACTER SET utf8mb4"], server)
        yield
    finally:
        server.kill()  # nobody needs what is in it
        server.wait(20)


@contextlib.contextmanager
def _serving(root: Path, port: int, environment: dict[str, str]) -> Iterator[None]:
    options = ["-d", "opcache.enable_cli=1", "-d", "opcache.validate_timestamps=1", "-d", "opcache.revalidate_freq=0"]
    command = [_php(), *options, "-S", f"127.0.0.1:{port}", "-t", str(root), str(SITE / "router.php")]
    server = subprocess.Popen(
        command, env=environment, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _wait_for(["curl", "-sf", "-o", "/dev/null", f"http://127.0.0.1:{port}/readme.html"], server)
        yield
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)


def _wait_for(command: list[str], server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"{server.args!r} ended while it started")
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return
        time.sleep(0.05)  # noqa: TID251  # a server that starts tells nobody when it is there
    raise TimeoutError(f"{server.args!r} did not start within a minute")


def _php() -> str:
    return find_php() or "php"


def _program(name: str) -> str:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin") or ""
