"""The only reader of the environment (contract, section 2)."""

import contextlib
import os
import secrets
import tempfile
from dataclasses import dataclass
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from limits import parse as parse_rate
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.moderator import ROLES, Role
from models.seal import Seal
from moderation.draft import is_address

PREFIX = "WORTMELDUNG_"
SECRET_FILE = "secret_key"  # noqa: S105  # a file name


class BadSettings(Exception):
    """A wrong or missing setting; the message is one sentence that names it."""


@dataclass(frozen=True, slots=True)
class RoleRule:
    """Whose sign-in provider says `value` of `claim` has the role at the site."""

    claim: str
    value: str
    site: str
    role: Role


class Settings(BaseSettings):
    """What the operator decides. Every field is the environment variable of the same name behind `WORTMELDUNG_`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore")

    data_dir: Path = Path("data")
    database_url: str = ""
    base_url: str = "http://127.0.0.1:8000"
    secret_key: SecretStr = SecretStr("")
    former_secrets: SecretStr = SecretStr("")
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = ""
    trusted_proxies: str = "127.0.0.1,::1"
    rate_limit: str = "5/10 minutes"
    redis_url: str = Field(default="")
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_name: str = ""
    oidc_scope: str = "openid email profile"
    oidc_second_factor: Literal["desk", "provider"] = "desk"
    oidc_roles: str = ""

    @field_validator("base_url")
    @classmethod
    def _address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("must be an address such as https://kommentare.example.org")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:", "postgresql:", "postgresql+asyncpg:")):
            raise ValueError("must start with sqlite: or postgresql:")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _smtp(cls, value: SecretStr) -> SecretStr:
        url = value.get_secret_value()
        if url and (urlsplit(url).scheme not in ("smtp", "smtps") or not urlsplit(url).hostname):
            raise ValueError("must look like smtp://user:password@host:587 or smtps://host")
        return value

    @field_validator("rate_limit")
    @classmethod
    def _rate(cls, value: str) -> str:
        if value != "off":
            parse_rate(value)
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: str) -> str:
        if value and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must look like redis://host:6379")
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer(cls, value: str) -> str:
        parts = urlsplit(value)
        here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
        if value and not (parts.hostname and (parts.scheme == "https" or here) and not parts.query):
            raise ValueError("must be an address such as https://anmeldung.example.org/realms/stadt")
        return value

    @field_validator("oidc_roles")
    @classmethod
    def _rules(cls, value: str) -> str:
        read_role_rules(value)
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for each in filter(None, (part.strip() for part in value.split(","))):
            ip_network(each)
        return value

    @model_validator(mode="after")
    def _mail(self) -> Self:
        if self.smtp_url.get_secret_value() and not is_address(parseaddr(self.mail_from)[1]):
            raise ValueError(f"{PREFIX}MAIL_FROM must be set to a sender address when {PREFIX}SMTP_URL is set")
        return self

    @model_validator(mode="after")
    def _provider(self) -> Self:
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError(f"{PREFIX}OIDC_CLIENT_ID must be set when {PREFIX}OIDC_ISSUER is set")
        return self

    @property
    def roles_by_claim(self) -> tuple[RoleRule, ...]:
        """The roles that a sign-in provider's claims give; none unless the operator says so."""
        return read_role_rules(self.oidc_roles)

    @property
    def provider_name(self) -> str:
        """What the button for the sign-in provider calls it; empty where there is none."""
        return (self.oidc_name or urlsplit(self.oidc_issuer).hostname or "") if self.oidc_issuer else ""

    @property
    def database(self) -> str:
        """The database's address; without one, SQLite in the data directory."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'wortmeldung.db'}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secret that signs and seals now, and those before it, which still open what they closed."""
        return (self.secret_key.get_secret_value(), *self.former_secrets.get_secret_value().split())

    @property
    def seal(self) -> Seal:
        return Seal(self.secrets)

    @property
    def sends_mail(self) -> bool:
        """Whether mail leaves from here, rather than waiting in the outbox."""
        return bool(self.smtp_url.get_secret_value())

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https://")


def read_role_rules(told: str) -> tuple[RoleRule, ...]:
    """Rules such as `groups:redaktion=musterstadt:editor`, parted by commas; or `ValueError`."""
    rules = []
    for each in filter(None, (part.strip() for part in told.split(","))):
        having, _, giving = each.partition("=")
        claim, _, value = having.partition(":")
        site, _, named = giving.partition(":")
        role = next((known for known in ROLES if known == named), None)
        if not (claim and value and site) or role is None:
            raise ValueError(f"must be rules such as groups:redaktion=musterstadt:editor, not “{each[:80]}”")
        rules.append(RoleRule(claim, value, site, role))
    return tuple(rules)


def read_settings() -> Settings:
    """The settings from environment and `.env`, with the data directory and the secret made if they are not there.

    Raises `BadSettings` with one sentence.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        raise BadSettings(_sentence(error)) from None
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not settings.secret_key.get_secret_value():
            present, *former = kept_secrets(settings.data_dir / SECRET_FILE)
            settings.secret_key, settings.former_secrets = SecretStr(present), SecretStr(" ".join(former))
    except OSError as error:
        raise BadSettings(f"{PREFIX}DATA_DIR: {settings.data_dir} cannot be used ({error.strerror}).") from None
    if len(settings.secret_key.get_secret_value()) < 32:
        raise BadSettings(f"{PREFIX}SECRET_KEY must have at least 32 characters.")
    return settings


def kept_secrets(path: Path) -> list[str]:
    """The secrets in the file, a line each, the present one first.

    Of several processes that start at once, one makes the file and the others read it.
    """
    if not path.exists():
        draft = _draft(path, [new_secret()])
        # A link appears whole or not at all, and never replaces one that is there.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text().split()


def keep_secrets(path: Path, kept: list[str]) -> None:
    """Put these secrets in the file, all at once."""
    _draft(path, kept).replace(path)


def new_secret() -> str:
    """A secret that nobody can guess: 384 random bits."""
    return secrets.token_urlsafe(48)


def _draft(path: Path, kept: list[str]) -> Path:
    descriptor, draft = tempfile.mkstemp(dir=path.parent)  # mode 0600
    with os.fdopen(descriptor, "w") as file:
        file.write("\n".join(kept))
        file.flush()
        os.fsync(file.fileno())
    return Path(draft)


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    message = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:
        return f"{message}."
    return f"{PREFIX}{str(first['loc'][0]).upper()}: {message}."
