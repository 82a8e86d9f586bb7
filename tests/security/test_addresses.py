"""Where no message of ours may go, in every spelling (row 14), and whom we believe about network addresses (row 33)."""

import asyncio

import httpx2
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from service.admission import sender_of
from service.webhooks.target import BadTarget, find_target
from tests.conftest import serving
from tests.support.postgres import free_port

HOSTS = (
    "127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001",
    "0", "0.0.0.0", "0000.0.0.0", "localhost", "LOCALHOST", "localhost.", "127.0.0.1.", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]",
    "[::127.0.0.1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:0:127.0.0.1]", "[64:ff9b::127.0.0.1]",
    "[64:ff9b::7f00:1]", "[64:ff9b:1::a00:1]", "[2002:7f00:1::]", "[2002:a00:1::]", "[2001:0:7f00:1::]", "[fe80::1]",
    "[fe80::1%25lo]", "[fc00::1]", "[fd00::1]", "[fec0::1]", "[ff02::1]", "[100::1]", "[2001:db8::1]", "[3fff::1]", "[5f00::1]",
    "10.0.0.1", "10.1", "0xa000001", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.1", "100.64.0.1", "169.254.169.254",
    "0xa9fea9fe", "2852039166", "[::ffff:169.254.169.254]", "198.18.0.1", "192.0.2.1", "198.51.100.1", "203.0.113.1", "192.0.0.8",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.88.99.1", "①②⑦.⓪.⓪.①", "127。0。0。1", "１２７.0.0.1",
)  # fmt: skip
ODD = (
    "https://evil.example@127.0.0.1/", "https://127.0.0.1:443@evil.example/", "https://evil.example#@127.0.0.1/@",
    "https:127.0.0.1/", "https:///127.0.0.1/", "https:\\\\127.0.0.1/", "https://127.0.0.1\\@evil.example/", "//127.0.0.1/",
    "http://193.99.144.80/", "file:///etc/passwd", "gopher://127.0.0.1:25/_x", "dict://127.0.0.1/", "ftp://127.0.0.1/",
    "https://[::1", "https://127.0.0.1:0x50/", "https://127.0.0.1:99999/", "https://127.0.0.1 /", "https://127.0.0.1\t/",
    "https://%31%32%37.0.0.1/", "https://127.0.0.1%00.evil.example/", "jar:https://127.0.0.1!/", "data:text/plain,x", "",
)  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
async def test_no_spelling_leads_into_our_own_network(host):
    with pytest.raises(BadTarget):
        await find_target(f"https://{host}/hook", private=False)


@pytest.mark.parametrize("url", ODD)
async def test_no_odd_address_is_connected_to(url):
    async def home(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    with pytest.raises(BadTarget):
        await find_target(url, private=False, resolve=home)


@pytest.mark.parametrize(
    "answers", [["127.0.0.1"], ["193.99.144.80", "::1"], ["::ffff:10.0.0.1"], ["64:ff9b::a00:1"], ["fe80::1%eth0"], []]
)
async def test_a_name_is_as_public_as_the_least_public_of_its_addresses(answers):
    async def resolve(host: str, port: int) -> list[str]:
        return answers

    with pytest.raises(BadTarget):
        await find_target("https://hooks.evil.example/", private=False, resolve=resolve)


CLAIMED = (
    "1.2.3.4", "1.2.3.4, 5.6.7.8", "127.0.0.1", "::1", "[::1]", "localhost", "unknown", "_hidden", ",", ",,,", "a,b",
    "1.2.3.4:80", "[2001:db8::1]:443", "::ffff:1.2.3.4", "0x7f000001", "\xff", "1.2.3.4;", "x" * 4000, "10.0.0.1, ::1",
    "' OR 1=1", "for=1.2.3.4", "999.9.9.9",
)  # fmt: skip
OTHERS = (
    "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP", "X-Cluster-Client-IP", "X-Forwarded-Host", "Forwarded",
    "X-Forwarded",
)  # fmt: skip
HEADERS = [*({"X-Forwarded-For": each} for each in CLAIMED), *({each: "1.2.3.4"} for each in OTHERS)]


@pytest.mark.parametrize("trusted", ["192.0.2.1", "127.0.0.1"])
async def test_thirty_ways_to_claim_another_address_are_one_sender(service, trusted):
    """From nobody's proxy all that is claimed counts for nothing; behind the trusted one, what it adds counts last."""
    port = free_port()

    async def tell(scope, receive, send):
        scope["state"] = {"service": service}
        await PlainTextResponse(sender_of(Request(scope)))(scope, receive, send)

    async def ask(client: httpx2.AsyncClient, headers: dict[str, str]) -> str:
        told = {name: value.encode("latin-1") for name, value in headers.items()}
        if trusted == "127.0.0.1":
            told["X-Forwarded-For"] = told.get("X-Forwarded-For", b"9.9.9.9") + b", 198.51.100.7"
        return (await client.get(f"http://127.0.0.1:{port}/", headers=list(told.items()))).text

    options = {"forwarded_allow_ips": trusted, "proxy_headers": True}
    async with serving(tell, "127.0.0.1", port, **options), httpx2.AsyncClient() as client:
        senders = {await ask(client, each) for each in HEADERS}
        assert len(HEADERS) == 30
        assert len(senders) == 1
        if trusted == "127.0.0.1":
            whom = [b"2001:db8:1:2::1", b"2001:db8:1:2:ffff::9", b"2001:db8:1:3::1"]
            told = [
                (await client.get(f"http://127.0.0.1:{port}/", headers=[("X-Forwarded-For", each)])).text
                for each in whom
            ]
            assert told[0] == told[1] != told[2]
    await asyncio.sleep(0)
