"""The only reader of the environment (contract, section 2)."""

import contextlib
import os
import secrets
import tempfile
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from limits import parse as parse_rate
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.seal import Seal
from moderation.draft import is_address

PREFIX = "WORTMELDUNG_"
SECRET_FILE = "secret_key"  # noqa: S105  # a file name


class BadSettings(Exception):
    """A wrong or missing setting; the message is one sentence that names it."""


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
