"""Settings: read in one place, and a wrong one is named in a sentence before anything starts."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.settings import PREFIX, BadSettings, kept_secrets, read_settings


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch, tmp_path):
    """An empty folder to start in, with no setting from outside."""
    monkeypatch.chdir(tmp_path)
    for name in (
        "SECRET_KEY",
        "DATABASE_URL",
        "DATA_DIR",
        "BASE_URL",
        "SMTP_URL",
        "MAIL_FROM",
        "RATE_LIMIT",
        "REDIS_URL",
    ):
        monkeypatch.delenv(PREFIX + name, raising=False)


def test_without_any_setting_it_starts_on_sqlite_with_a_secret_of_its_own(tmp_path):
    first, again = read_settings(), read_settings()
    assert first.database == f"sqlite:///{tmp_path / 'data' / 'wortmeldung.db'}"
    assert len(first.secret_key.get_secret_value()) >= 43
    assert first.secret_key == again.secret_key
    assert stat.S_IMODE((tmp_path / "data" / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert [each.name for each in (tmp_path / "data").iterdir()] == ["secret_key"]


def test_of_many_that_start_at_once_all_have_the_same_secret(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        secrets = {each for (each,) in pool.map(lambda _: kept_secrets(tmp_path / "secret_key"), range(32))}
    assert len(secrets) == 1
    assert len(secrets.pop()) >= 43


@pytest.mark.parametrize(
    "name, value",
    [
        ("BASE_URL", "kommentare.example.org"),
        ("BASE_URL", "ftp://kommentare.example.org"),
        ("BASE_URL", "https://kommentare.example.org/?x"),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("SECRET_KEY", "too short"),
        ("SMTP_URL", "mail.example.org:25"),
        ("RATE_LIMIT", "often"),
        ("REDIS_URL", "localhost:6379"),
        ("TRUSTED_PROXIES", "everybody"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("TRUSTED_PROXIES", "*"),
    ],
)
def test_a_wrong_value_stops_the_start_with_a_sentence_that_names_it(monkeypatch, name, value):
    monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(BadSettings, match=f"^{PREFIX}{name}") as caught:
        read_settings()
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".")


def test_mail_needs_a_sender(monkeypatch):
    monkeypatch.setenv(f"{PREFIX}SMTP_URL", "smtp://localhost")
    with pytest.raises(BadSettings, match=f"{PREFIX}MAIL_FROM"):
        read_settings()


def test_a_data_directory_that_cannot_be_used_is_named(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv(f"{PREFIX}DATA_DIR", str(tmp_path / "file"))
    with pytest.raises(BadSettings, match=f"{PREFIX}DATA_DIR"):
        read_settings()


def test_values_may_stand_in_a_file_and_the_environment_wins(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text(f"{PREFIX}BASE_URL=https://datei.example/\n{PREFIX}RATE_LIMIT=off\n")
    monkeypatch.setenv(f"{PREFIX}RATE_LIMIT", "3/minute")
    settings = read_settings()
    assert (settings.base_url, settings.rate_limit, settings.https) == ("https://datei.example", "3/minute", True)


def test_secrets_are_not_shown(monkeypatch):
    monkeypatch.setenv(f"{PREFIX}SMTP_URL", "smtp://user:geheim@localhost")
    monkeypatch.setenv(f"{PREFIX}MAIL_FROM", "x@y.example")
    assert "geheim" not in repr(read_settings())
