"""Signatures by the Standard Webhooks scheme (https://www.standardwebhooks.com): HMAC-SHA256 over id, time and body."""

from base64 import b64decode, b64encode
from datetime import datetime
from hmac import digest

_PREFIX = "whsec_"


def signed_headers(message_id: str, now: datetime, body: bytes, *secrets: str) -> dict[str, str]:
    """The three headers, with a signature for each secret. The time is that of this attempt, so that an old message
    cannot be played again.
    """
    stamp = str(int(now.timestamp()))
    content = f"{message_id}.{stamp}.".encode() + body
    signatures = " ".join(f"v1,{_mac(each, content)}" for each in secrets)
    return {"webhook-id": message_id, "webhook-timestamp": stamp, "webhook-signature": signatures}


def _mac(secret: str, content: bytes) -> str:
    return b64encode(digest(b64decode(secret.removeprefix(_PREFIX)), content, "sha256")).decode()
