"""Signed secrets that need no row: form tokens, and the links by which readers manage what is theirs.

Each purpose has a key of its own, so a token of one purpose is noise for every other.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

from itsdangerous import BadSignature, URLSafeSerializer

FORM_LASTS = timedelta(hours=24)
CONFIRM_LASTS = timedelta(days=7)
CHALLENGE_LASTS = timedelta(minutes=5)
JOURNEY_LASTS = timedelta(minutes=10)
_MOST_KEYS = 32


@dataclass(frozen=True, slots=True)
class Journey:
    """A browser's way to a sign-in provider and back to `next`, with the secrets that its answer has to fit."""

    state: str
    nonce: str
    verifier: str
    next: str


class Tokens:
    """Makes and checks them with the service's secret."""

    def __init__(self, *secrets: str) -> None:
        """The first of the secrets signs; what the former ones signed still holds."""
        self._secrets = [each.encode() for each in secrets]
        self._keyed: dict[tuple[str, int], hmac.HMAC] = {}

    def form(self, site: str, now: datetime) -> str:
        """A token that says when a form of this site was shown."""
        return str(self._serializer("form").dumps([site, int(now.timestamp())]))

    def form_age(self, token: str, site: str, now: datetime) -> float | None:
        """Seconds since the form was shown; None for a token that is forged, of another site, or too old."""
        try:
            told, issued = self._serializer("form").loads(token)
        except (BadSignature, ValueError):
            return None
        age = now.timestamp() - issued
        return age if told == site and 0 <= age <= FORM_LASTS.total_seconds() else None

    def manage(self, comment_id: str) -> str:
        """The secret by which its author manages a comment: 256 bits, the same whenever it is asked for."""
        return urlsafe_b64encode(self._mac("manage", comment_id.encode())).decode().rstrip("=")

    def manages(self, token: str, comment_id: str) -> bool:
        """Whether the secret belongs to the comment."""
        return self._is_mac(token, "manage", comment_id)

    def confirm(self, subscription_id: str, now: datetime) -> str:
        """A token that says when somebody was asked whether they want a subscription."""
        return str(self._serializer("confirm").dumps([subscription_id, int(now.timestamp())]))

    def confirms(self, token: str, now: datetime) -> str | None:
        """The subscription that the token confirms; None for one that is forged or too old."""
        try:
            subscription_id, issued = self._serializer("confirm").loads(token)
        except (BadSignature, ValueError):
            return None
        lasts = 0 <= now.timestamp() - issued <= CONFIRM_LASTS.total_seconds()
        return str(subscription_id) if lasts else None

    def unsubscribe(self, subscription_id: str) -> str:
        """The secret by which a subscription is seen and ended: it must hold as long as the mails that carry it."""
        return urlsafe_b64encode(self._mac("unsubscribe", subscription_id.encode())).decode().rstrip("=")

    def unsubscribes(self, token: str, subscription_id: str) -> bool:
        """Whether the secret belongs to the subscription."""
        return self._is_mac(token, "unsubscribe", subscription_id)

    def message(self, message_id: str) -> str:
        """The secret by which its writer sees what became of a private message, and takes it back."""
        return urlsafe_b64encode(self._mac("message", message_id.encode())).decode().rstrip("=")

    def is_message(self, token: str, message_id: str) -> bool:
        """Whether the secret belongs to the message."""
        return self._is_mac(token, "message", message_id)

    def challenge(self, challenge: bytes, whom: str, now: datetime) -> str:
        """A token that says what a passkey was asked, on whose behalf, and when."""
        asked = urlsafe_b64encode(challenge).decode()
        return str(self._serializer("passkey").dumps([asked, whom, int(now.timestamp() * 1000)]))

    def challenged(self, token: str, whom: str, now: datetime) -> tuple[bytes, datetime] | None:
        """The challenge and when it was made; None for a token that is forged, too old, or somebody else's."""
        try:
            asked, told, issued = self._serializer("passkey").loads(token)
        except (BadSignature, ValueError):
            return None
        at = datetime.fromtimestamp(issued / 1000, UTC)
        fresh = timedelta(0) <= now - at <= CHALLENGE_LASTS
        return (urlsafe_b64decode(asked), at) if fresh and told == whom else None

    def journey(self, journey: Journey, now: datetime) -> str:
        """What the browser keeps while it is at the provider: nobody else can have made it, or keep it for long."""
        return str(self._serializer("journey").dumps([*astuple(journey), int(now.timestamp())]))

    def journey_of(self, token: str, now: datetime) -> Journey | None:
        """The journey; None for one that is forged or took too long."""
        try:
            *told, issued = self._serializer("journey").loads(token)
        except (BadSignature, ValueError):
            return None
        return Journey(*told) if 0 <= now.timestamp() - issued <= JOURNEY_LASTS.total_seconds() else None

    def sign_evidence(self, bundle: str) -> str:
        """What proves that a piece of evidence is as we froze it."""
        return self._mac("evidence", bundle.encode()).hex()

    def signed_evidence(self, signature: str, bundle: str) -> bool:
        """Whether it is."""
        macs = (self._mac("evidence", bundle.encode(), each).hex() for each in range(len(self._secrets)))
        return sum(hmac.compare_digest(signature.encode(), mac.encode()) for mac in macs) > 0

    def desk_form(self, session: str) -> str:
        """What every form of a signed-in session carries, so that no other site can send one."""
        return urlsafe_b64encode(self._mac("desk", session.encode())).decode().rstrip("=")

    def is_desk_form(self, token: str, session: str) -> bool:
        """Whether the form was made for this session."""
        return self._is_mac(token, "desk", session)

    def sender(self, address: str, now: datetime) -> str:
        """A keyed hash of a sender's network address; the key changes daily, so no two days can be joined.

        IPv6 counts by /64, which is what one household gets.
        """
        day = now.astimezone(UTC).date().isoformat()
        return self._mac(f"sender {day}", _network(address).encode()).hex()[:32]

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        signing = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
        oldest_first = self._secrets[::-1]
        return URLSafeSerializer(oldest_first, salt=f"wortmeldung.{purpose}", signer_kwargs=signing)

    def _mac(self, purpose: str, message: bytes, secret: int = 0) -> bytes:
        keyed = self._keyed.get((purpose, secret)) or self._key(purpose, secret)
        mac = keyed.copy()
        mac.update(message)
        return mac.digest()

    def _key(self, purpose: str, secret: int) -> hmac.HMAC:
        """What every message of the purpose begins with. Kept: to begin costs more than the rest of a message."""
        key = hmac.digest(self._secrets[secret], f"wortmeldung.{purpose}".encode(), hashlib.sha256)
        if len(self._keyed) >= _MOST_KEYS:
            self._keyed.clear()  # purposes that name a day come and go
        self._keyed[purpose, secret] = keyed = hmac.new(key, digestmod=hashlib.sha256)
        return keyed

    def _is_mac(self, token: str, purpose: str, subject: str) -> bool:
        """Whether the token is the subject's under any of the secrets."""
        told = token.encode(errors="replace")
        macs = (self._mac(purpose, subject.encode(), each) for each in range(len(self._secrets)))
        # Each is compared, whichever fits: how many secrets there are is nobody's business.
        return sum(hmac.compare_digest(told, urlsafe_b64encode(mac).rstrip(b"=")) for mac in macs) > 0


def _network(address: str) -> str:
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if ip.version == 6 and ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)
