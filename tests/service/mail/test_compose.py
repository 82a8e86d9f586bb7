"""What leaves is what was meant: no stranger's word becomes a header, a recipient or a link."""

from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from models.site import Site
from service.mail.compose import UnsafeMessage, compose, one_line
from service.mail.letters import Letter
from service.mail.smtp import Post
from service.settings import Settings
from service.state import Service
from tests.builders import a_moderator, add_site, file
from tests.service.mail.conftest import SENDER, with_smtp
from tests.service.mail.test_courier import carry
from tests.support.catcher import Catcher

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
LETTER = Letter("mira@musterstadt.example", "de", "Ein Betreff", "Text", "<p>Text</p>")
HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "Content-Language",
    "MIME-Version", "Content-Type",
}  # fmt: skip
# Ways to begin a new header, from plain line ends to line ends hidden in encoded words (CVE-2024-6923).
INJECTIONS = [
    "A\r\nBcc: x@evil.example",
    "A\nBcc: x@evil.example",
    "A\rBcc: x@evil.example",
    "A\x0b\x0cBcc: x@evil.example",
    "A\x85Bcc: x@evil.example",
    "A\u2028Bcc: x@evil.example\u2029B",
    "A\x00Bcc: x@evil.example",
    "=?utf-8?q?Admin=0ABcc=3A_x=40evil=2Eexample?=",
    "=?utf-8?q?Admin=0D=0ABcc=3A_x=40evil=2Eexample?=",
    "=?UTF-8?B?QQ0KQmNjOiB4QGV2aWwuZXhhbXBsZQ==?=",
    "=?utf-8*de?q?A=0ABcc=3A_x=40evil=2Eexample?=",
    "x =?us-ascii?q?A=0D=0A=0D=0AHello?= y",
    "=?utf-8?q?A?= =?utf-8?q?=0ABcc=3A_x=40evil=2Eexample?=",
    "=?utf-8?q?" + "A" * 200 + "=0ABcc=3A_x=40evil=2Eexample?=",
    "=\u200b?utf-8?q?A=0ABcc=3A_x=40evil=2Eexample?\u200b=",
    "=\r\n?utf-8?q?A=0ABcc=3A_x=40evil=2Eexample?=",
    "==??=?utf-8?q?A=0ABcc=3A_x=40evil=2Eexample?=?=",
    "Grüße =?utf-8?q?=0ABcc=3A_x=40evil=2Eexample?=",
    "A" * 900 + "\r\nBcc: x@evil.example",
    "\ud800\r\nBcc: x@evil.example",
    'name <x@evil.example>, "other" <y@evil.example>',
    "\u202eelpmaxe\u202c",
]


def settings_of(service: Service) -> Settings:
    return service.settings.model_copy(update={"mail_from": SENDER})


@pytest.mark.parametrize("text", INJECTIONS)
async def test_no_word_of_a_stranger_becomes_a_header(mailing: Service, catcher: Catcher, text: str) -> None:
    """Through the whole way, as name of the author and title of the page, to what a real server receives."""
    site = await add_site(mailing)
    await a_moderator(mailing, site)
    storable = text.replace("\0", "").encode("utf-8", "ignore").decode()
    await file(mailing, site, name=storable[:80], title=storable[:300])
    await carry(mailing)
    (caught,) = catcher.caught
    assert set(caught.mail.keys()) == HEADERS
    assert caught.recipients == ["mira@musterstadt.example"]
    assert caught.mail["To"] == "mira@musterstadt.example"


SMUGGLED = "MAIL FROM:<x@evil.example>\r\nRCPT TO:<y@evil.example>\r\nDATA\r\nSubject: x\r\n\r\nx\r\n.\r\n"


@pytest.mark.parametrize("end", ["\r\n.\r\n", "\n.\n", "\n.\r\n", "\r.\r", "\r\n.\n", "\r\n\x00.\r\n", "\r\n..\r\n"])
async def test_no_text_ends_the_message_early(service: Service, catcher: Catcher, end: str) -> None:
    """SMTP smuggling: what follows would be a second message of the stranger's, from our sender."""
    settings = with_smtp(service, catcher.url).settings
    letter = replace(LETTER, text=f"a{end}{SMUGGLED}", html=f"<p>a{end}{SMUGGLED}</p>")
    message = compose(letter, "0" * 24, settings, NOW)
    post = Post(settings)
    await post.send(message)
    await post.close()
    (caught,) = catcher.caught
    assert caught.recipients == ["mira@musterstadt.example"]
    assert "y@evil.example" in caught.text
    assert b"\n" not in message.data.replace(b"\r\n", b"")
    assert b"\r" not in message.data.replace(b"\r\n", b"")


async def test_a_line_of_one_dot_arrives_as_it_was(service: Service, catcher: Catcher) -> None:
    settings = with_smtp(service, catcher.url).settings
    letter = replace(LETTER, text=f"Ein Punkt:\n.\n..\n{SMUGGLED}")
    post = Post(settings)
    await post.send(compose(letter, "0" * 24, settings, NOW))
    await post.close()
    (caught,) = catcher.caught
    assert caught.text.splitlines()[:3] == ["Ein Punkt:", ".", ".."]


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_subject_becomes_a_header(service: Service, text: str) -> None:
    message = compose(replace(LETTER, subject=text), "0" * 24, settings_of(service), NOW)
    head = message.data.split(b"\r\n\r\n")[0]
    assert {line.split(b":")[0].decode() for line in head.split(b"\r\n") if line[:1] not in (b" ", b"\t")} == HEADERS


@pytest.mark.parametrize(
    "address",
    ["a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example", "A <a@b.example>", "a@b.example>", "", "a"],
)
def test_a_recipient_is_one_plain_address(service: Service, address: str) -> None:
    with pytest.raises(UnsafeMessage):
        compose(replace(LETTER, recipient=address), "0" * 24, settings_of(service), NOW)


def test_a_mail_says_that_a_machine_sent_it_and_when(service: Service, catcher: Catcher) -> None:
    data = compose(LETTER, "f" * 24, settings_of(service), NOW).data
    assert b"Auto-Submitted: auto-generated\r\n" in data
    assert b"Date: Mon, 02 Mar 2026 10:00:00 +0000\r\n" in data
    assert b"Message-ID: <" + b"f" * 24 + b"@musterstadt.example>\r\n" in data


def test_the_same_notice_has_the_same_message_id_whenever_it_is_sent(service: Service) -> None:
    def message_id(at: datetime) -> bytes:
        data = compose(LETTER, "a" * 24, settings_of(service), at).data
        return next(line for line in data.split(b"\r\n") if line.startswith(b"Message-ID"))

    assert message_id(NOW) == message_id(NOW.replace(year=2027))


def test_lines_on_the_wire_are_ascii_and_no_longer_than_smtp_allows(service: Service) -> None:
    letter = replace(LETTER, subject="ä" * 140, text="ö" * 5000, html=f"<p>{'ü' * 5000}</p>")
    lines = compose(letter, "0" * 24, settings_of(service), NOW).data.split(b"\r\n")
    assert max(len(line) for line in lines) <= 998
    assert all(line.isascii() for line in lines)
    assert not any(b"\n" in line or b"\r" in line for line in lines)


def test_one_line_keeps_ordinary_words_as_they_are() -> None:
    assert one_line("Wie geht's? = Grüße, 50 % „Kita“", 100) == "Wie geht's? = Grüße, 50 % „Kita“"
    assert one_line("ä" * 200, 10) == "ä" * 9 + "…"


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "background", "action")]


@pytest.fixture
async def site(mailing: Service) -> Site:
    site = await add_site(mailing)
    await a_moderator(mailing, site)
    return site


@pytest.mark.parametrize(
    "text",
    [
        "Siehe https://evil.example/x und www.evil.example sowie evil.example/pfad.",
        "[Ihre Bank](https://evil.example/login) und <https://evil.example>",
        "Code: `https://evil.example/x` und\n\n```\nhttp://evil.example\n```",
        "<a href='https://evil.example'>x</a><img src=https://evil.example/p.gif><script>x</script>",
        "![Bild](https://evil.example/p.gif) {{ 'template' ~ 'worked' }} {% raw %}",
    ],
)
async def test_nothing_in_a_mail_leads_anywhere_but_to_our_own_desk(
    mailing: Service, catcher: Catcher, site: Site, text: str
) -> None:
    await file(mailing, site, text, name="www.evil.example", title="evil.example/seite", url="https://evil.example")
    await carry(mailing)
    (caught,) = catcher.caught
    links = _Links()
    links.feed(caught.html)
    assert links.addresses
    assert all(each.startswith(mailing.settings.base_url + "/desk") for each in links.addresses)
    assert not links.tags & {"img", "script", "iframe", "form", "link", "object"}
    for body in (caught.text, caught.html):
        assert "evil.example" not in body
        assert "templateworked" not in body
