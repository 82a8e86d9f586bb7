"""One-time codes (RFC 6238) and passkeys (WebAuthn): asking for them, and checking what comes back.

A passkey must verify the person (finger, face or PIN) and so is both factors at once. What checks one is imported when
somebody first uses one: it takes nine mebibytes and a quarter of a second, which most processes never need.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any
from urllib.parse import urlsplit

import pyotp
import segno

from models.rights import Deciding, Passkey
from service.settings import Settings

ISSUER = "Wortmeldung"
_PERIOD = 30
_DIGITS = 6
_LONGEST_ANSWER = 20_000
# What Chromium, Firefox and Safari call the ways to reach an authenticator.
_TRANSPORTS = frozenset({"usb", "nfc", "ble", "smart-card", "hybrid", "internal"})


class BadProof(Exception):
    """What should have proved something is forged, damaged, or meant for somebody else."""


@dataclass(frozen=True, slots=True)
class Used:
    """A passkey that answered, and its new counter."""

    id: str
    sign_count: int


def new_totp_secret() -> str:
    """160 random bits in base32, as apps for one-time codes want them."""
    return pyotp.random_base32()


def is_totp_secret(told: str) -> bool:
    """Whether it can have come from `new_totp_secret`."""
    return len(told) == 32 and all(each in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" for each in told)


def totp_step(secret: str, code: str, now: datetime) -> int | None:
    """The period that the code belongs to: this one, the one before or the next, since clocks differ. Else None."""
    told = "".join(code.split())
    if len(told) != _DIGITS or not (told.isascii() and told.isdigit()):
        return None
    totp, present = pyotp.TOTP(secret), int(now.timestamp()) // _PERIOD
    fitting = [step for step in (present - 1, present, present + 1) if compare_digest(totp.generate_otp(step), told)]
    return fitting[-1] if fitting else None


@dataclass(frozen=True, slots=True)
class Picture:
    """A QR code as the path of an SVG: `size` modules square, the quiet zone included."""

    size: int
    path: str


def picture_of(secret: str, email: str) -> Picture:
    """The QR code that an app for one-time codes scans."""
    address = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)
    rows = list(segno.make(address, error="m").matrix_iter(border=4))
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Picture(len(rows), path)


def registration_options(settings: Settings, deciding: Deciding, known: list[Passkey], challenge: bytes) -> Any:
    """What the browser needs to make a passkey, as JSON. Keys that are known already are not made twice."""
    import webauthn  # noqa: PLC0415  # see above

    structs = webauthn.helpers.structs
    options = webauthn.generate_registration_options(
        rp_id=_host(settings),
        rp_name=ISSUER,
        user_id=f"moderator-{deciding.id}".encode(),
        user_name=deciding.email,
        user_display_name=deciding.name,
        challenge=challenge,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            structs.PublicKeyCredentialDescriptor(id=webauthn.base64url_to_bytes(each.id)) for each in known
        ],
    )
    return json.loads(webauthn.options_to_json(options))


def registered(
    settings: Settings, answer: str, challenge: bytes, moderator_id: int, name: str, now: datetime
) -> Passkey:
    """The passkey that a browser made, or `BadProof`."""
    import webauthn  # noqa: PLC0415  # see above

    told = _answer(answer)
    try:
        verified = webauthn.verify_registration_response(
            credential=told,
            expected_challenge=challenge,
            expected_rp_id=_host(settings),
            expected_origin=_origin(settings),
            require_user_verification=True,
        )
    except (webauthn.helpers.exceptions.WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise BadProof(type(error).__name__) from None
    response = told.get("response")
    transports = response.get("transports") if isinstance(response, dict) else None
    return Passkey(
        id=webauthn.helpers.bytes_to_base64url(verified.credential_id),
        moderator_id=moderator_id,
        name=name,
        public_key=webauthn.helpers.bytes_to_base64url(verified.credential_public_key),
        sign_count=verified.sign_count,
        transports=[each for each in transports if each in _TRANSPORTS] if isinstance(transports, list) else [],
        created_at=now,
    )


def sign_in_options(settings: Settings, challenge: bytes) -> Any:
    """What the browser needs to ask for any passkey that belongs here; it names nobody."""
    import webauthn  # noqa: PLC0415  # see above

    options = webauthn.generate_authentication_options(
        rp_id=_host(settings),
        challenge=challenge,
        user_verification=webauthn.helpers.structs.UserVerificationRequirement.REQUIRED,
    )
    return json.loads(webauthn.options_to_json(options))


def passkey_id(answer: str) -> str:
    """Which passkey an answer claims to be from, or `BadProof`."""
    told = _answer(answer).get("id")
    if not isinstance(told, str) or not told.isascii() or not 0 < len(told) <= 1400 or not told.isprintable():
        raise BadProof("no id")
    return told


def check_passkey(settings: Settings, answer: str, challenge: bytes, passkey: Passkey) -> Used:
    """The passkey's new counter, or `BadProof` when the answer is not its own, or is that of a copy."""
    import webauthn  # noqa: PLC0415  # see above

    try:
        verified = webauthn.verify_authentication_response(
            credential=_answer(answer),
            expected_challenge=challenge,
            expected_rp_id=_host(settings),
            expected_origin=_origin(settings),
            credential_public_key=webauthn.base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (webauthn.helpers.exceptions.WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise BadProof(type(error).__name__) from None
    return Used(passkey.id, verified.new_sign_count)


def _answer(told: str) -> dict[str, Any]:
    if len(told) > _LONGEST_ANSWER:
        raise BadProof("too long")
    try:
        answer = json.loads(told)
    except (ValueError, RecursionError):
        raise BadProof("no JSON") from None
    if not isinstance(answer, dict):
        raise BadProof("no object")
    return answer


def _host(settings: Settings) -> str:
    return urlsplit(settings.base_url).hostname or ""


def _origin(settings: Settings) -> str:
    parts = urlsplit(settings.base_url)
    return f"{parts.scheme}://{parts.netloc}"
