"""No message goes where no stranger may go, however the address is written and whatever its name leads to."""

import pytest

from service.webhooks.target import BadTarget, check_url, find_target, is_public

PRIVATE = [
    "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "0.0.0.0",
    "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1", "2002:7f00:1::", "2001::1", "2001:db8::1", "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1",
    "ff02::1", "100::1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "193.99.144.80", "2a02:2e0:3fe:1001:302::", "2606:4700:4700::1111"]


@pytest.mark.parametrize("address", PRIVATE)
def test_what_not_everybody_can_reach_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_everybody_can_reach_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f000001/", "https://0177.0.0.1/",
        "https://localhost/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/",
        "https://[64:ff9b::7f00:1]/", "https://169.254.169.254/latest/meta-data", "https://0/", "https://[fe80::1]/",
    ],
)  # fmt: skip
async def test_our_own_network_is_refused_in_every_spelling(url: str) -> None:
    with pytest.raises(BadTarget):
        await find_target(url, private=False)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/", "https://", "https:///x", "https://a.example:99999/", "https://user:secret@a.example/", "a.example",
        "javascript:alert(1)", "https://a.example/\r\nHost: b", "https://a.example/ b", "https://ä.example/", "http://a.example/",
        "https://a.example/" + "x" * 500,
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_program_is_refused(url: str) -> None:
    with pytest.raises(BadTarget):
        check_url(url, private=False)


async def test_a_name_with_one_private_address_among_public_ones_is_refused() -> None:
    async def both(host: str, port: int) -> list[str]:
        return ["193.99.144.80", "10.0.0.1"]

    with pytest.raises(BadTarget, match=r"10\.0\.0\.1"):
        await find_target("https://a.example/", private=False, resolve=both)


async def test_a_name_is_asked_for_once_and_what_it_said_is_where_we_go() -> None:
    answers = [["193.99.144.80"], ["127.0.0.1"]]

    async def rebinding(host: str, port: int) -> list[str]:
        return answers.pop(0)

    target = await find_target("https://a.example:8443/x?y=1", private=False, resolve=rebinding)
    assert (target.ip, target.host, target.port, target.path) == ("193.99.144.80", "a.example", 8443, "/x?y=1")
    assert len(answers) == 1


async def test_an_operator_may_allow_their_own_network() -> None:
    assert (await find_target("http://127.0.0.1:8080/hook", private=True)).ip == "127.0.0.1"
