"""From a letter to the bytes that go on the wire, checked once more before they leave.

Names and titles come from strangers. Python's e-mail package decodes encoded words when a header is set, and before
3.11.10 wrote the line breaks hidden in them as they are (CVE-2024-6923): an author called
`=?utf-8?q?A=0ABcc=3A…?=` could add recipients. So no encoded word of a stranger's reaches a header, and the finished
bytes are read back: they must hold the headers that were meant, and no other.
"""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, EmailPolicy, Policy
from email.utils import format_datetime, parseaddr
from unicodedata import category

from moderation.draft import is_address
from service.mail.letter import Letter
from service.settings import Settings

_LONGEST_SUBJECT = 150
_ENCODING = "quoted-printable"  # lines stay short, and nothing on the way has to be told of 8 bits


class UnsafeMessage(Exception):
    """What would be sent is not what was meant; such a message never leaves."""


@dataclass(frozen=True, slots=True)
class Message:
    """One mail for one person, ready to send. `data` has CRLF line ends."""

    sender: str
    recipient: str
    data: bytes


def compose(letter: Letter, notice_id: str, settings: Settings, now: datetime) -> Message:
    """The letter as text and HTML. Its Message-ID is the notice's, so a copy can be told from a new mail.

    Raises `UnsafeMessage`.
    """
    name, sender = parseaddr(settings.mail_from)
    if not is_address(sender) or not is_address(letter.recipient):
        raise UnsafeMessage("sender or recipient is no single address")
    headers = {
        "From": str(_address(name or "Wortmeldung", sender)),
        "To": str(_address("", letter.recipient)),
        "Subject": one_line(letter.subject, _LONGEST_SUBJECT),
        "Date": format_datetime(now),
        "Message-ID": f"<{notice_id}@{sender.rpartition('@')[2]}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": letter.language,
        **_belonging(letter, sender.rpartition("@")[2]),
    }
    utf8 = not (sender + letter.recipient).isascii()
    mail = EmailMessage(policy=_policy(utf8))
    mail.set_content(letter.text, cte=_ENCODING)
    mail.add_alternative(letter.html, subtype="html", cte=_ENCODING)
    # Headers last: adding a part moves what is called Content-… into the first.
    for key, value in headers.items():
        mail[key] = value
    data = mail.as_bytes()
    _read_back(data, headers, utf8)
    return Message(sender, letter.recipient, data)


def _belonging(letter: Letter, host: str) -> dict[str, str]:
    """Which mails it stands with, who is answered, and how a mail program ends what it belongs to (RFC 8058)."""
    headers: dict[str, str] = {}
    if letter.about:
        # A mail that never was: all that refer to it stand together, whichever came first.
        headers |= dict.fromkeys(("In-Reply-To", "References"), f"<{letter.about}@{host}>")
    # An address beyond ASCII would ask servers on the way for SMTPUTF8; it stands in the letter's words.
    if letter.answers_to and all(each.isascii() and is_address(each) for each in letter.answers_to[1:]):
        headers["Reply-To"] = str(_address(*letter.answers_to))
    if letter.spam is not None:
        headers["X-Wortmeldung-Spam"] = f"{letter.spam:.2f}"
    if letter.unsubscribe:
        headers |= {
            "List-Unsubscribe": f"<{letter.unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return headers


def one_line(text: str, longest: int) -> str:
    """A stranger's text as a header may hold it: one line, nothing invisible, no encoded word, at most `longest`."""
    seen = "".join(" " if category(each) in _NOT_IN_HEADERS else each for each in text)
    line = " ".join(seen.split()).replace("=?", "= ?").replace("?=", "? =")
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


# Control and format characters (line breaks, reversed text, zero width), private use, lone surrogates, separators.
_NOT_IN_HEADERS = frozenset(["Cc", "Cf", "Co", "Cs", "Zl", "Zp"])
_FROM_THE_PACKAGE = {"mime-version", "content-type"}


def _address(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(one_line(name, 80), local, domain)


class _Verbatim(UnstructuredHeader):
    """An address that no program may break into encoded words, as Python does with what is longer than a line."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]  # it is mixed into a header


def _policy(utf8: bool) -> "EmailPolicy[EmailMessage]":
    headers = HeaderRegistry()
    headers.map_to_type("list-unsubscribe", _Verbatim)  # type: ignore[arg-type]  # it is mixed into a header
    return (SMTPUTF8 if utf8 else SMTP).clone(header_factory=headers)


def _read_back(data: bytes, headers: dict[str, str], utf8: bool) -> None:
    read = message_from_bytes(data, EmailMessage, policy=_policy(utf8))
    found = [key.lower() for key in read.keys()]  # noqa: SIM118  # a header may stand there twice
    expected = {key.lower() for key in headers}
    if sorted(found) != sorted(expected | _FROM_THE_PACKAGE):
        raise UnsafeMessage("the headers are not the ones that were set")
    if any(" ".join(str(read[key]).split()) != " ".join(value.split()) for key, value in headers.items()):
        raise UnsafeMessage("a header reads otherwise than it was set")
    if [part.get_content_type() for part in read.iter_parts()] != ["text/plain", "text/html"]:
        raise UnsafeMessage("the body has other parts than text and HTML")
