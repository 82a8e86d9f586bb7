"""Where a message may go: an operator's address, checked again after its name was resolved, and pinned to the result.

A name that leads into our own network would let whoever sets it reach what no stranger may (SSRF); one that leads
elsewhere at each question would pass the check and connect to another place (rebinding).
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from models.webhook import LONGEST_URL

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

# Python's own `is_global` differs between its releases for some of these; the ways to write an IPv4 address as one of
# version 6 are refused as such.
_NEVER = tuple(
    ip_network(each)
    for each in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", "::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48",
        "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10",
        "fec0::/10", "ff00::/8",
    )
)  # fmt: skip


class BadTarget(ValueError):
    """An address that no message may go to; the message is one sentence that says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect (`ip`, `port`), and as what to speak to it."""

    host: str
    ip: str
    port: int
    path: str
    tls: bool


def check_url(url: str, *, private: bool) -> None:
    """Whether the address could be a webhook's, before anything is resolved; or `BadTarget`."""
    _parts(url, private=private)


async def find_target(url: str, *, private: bool, resolve: Resolve | None = None) -> Target:
    """The address resolved once, or `BadTarget`; every address that its name has must be allowed."""
    host, port, path, tls = _parts(url, private=private)
    try:
        found = await (resolve or _resolve)(host, port)
    except OSError:
        raise BadTarget(f"{host} cannot be found") from None
    if not found:
        raise BadTarget(f"{host} has no address")
    for each in found:
        if not private and not is_public(each):
            raise BadTarget(f"{host} leads to {each}, which is no public address")
    return Target(host, found[0], port, path, tls)


def is_public(address: str) -> bool:
    """Whether everybody can reach the address: not private, loopback, link-local, nor one of version 4 in disguise."""
    ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    return ip.is_global and not any(ip.version == each.version and ip in each for each in _NEVER)


def _parts(url: str, *, private: bool) -> tuple[str, int, str, bool]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadTarget("The address has no valid host and port.") from None
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.password:
        raise BadTarget("The address must look like https://www.example.org/path.")
    if parts.scheme == "http" and not private:
        raise BadTarget("The address must begin with https, but in your own network (--allow-private).")
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise BadTarget(f"The address must be at most {LONGEST_URL} characters of ASCII, without blanks.")
    tls = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.hostname, port or (443 if tls else 80), path, tls


async def _resolve(host: str, port: int) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]
