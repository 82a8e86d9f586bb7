"""Signatures by the Standard Webhooks scheme (https://www.standardwebhooks.com): HMAC-SHA256 over id, time and body."""

from base64 import b64decode, b64encode
from datetime import datetime
from hmac import digest

_PREFIX = "whsec_"


def signed_headers(secret: str, message_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """The three headers. The time is that of this attempt, so that an old message cannot be played again."""
    stamp = str(int(now.timestamp()))
    content = f"{message_id}.{stamp}.".encode() + body
    signature = b64encode(digest(b64decode(secret.removeprefix(_PREFIX)), content, "sha256")).decode()
    return {"webhook-id": message_id, "webhook-timestamp": stamp, "webhook-signature": f"v1,{signature}"}
