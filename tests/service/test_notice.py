import pytest

from models.site import Site
from service.notice import consent_of, notice_of

COMPLETE = {"controller": "Stadt Musterstadt", "address": "Markt 1, 12345 Musterstadt"}


def _site(**legal: object) -> Site:
    return Site(key="musterstadt", name="Musterstadt", legal=legal)  # type: ignore[call-arg]


def test_without_a_controller_there_is_no_notice() -> None:
    assert notice_of(_site(), "de") == ""


@pytest.mark.parametrize(
    "basis, told", [("f", "berechtigtes Interesse"), ("e", "öffentlichen Interesse"), ("a", "Ihre Einwilligung")]
)
def test_the_notice_names_who_is_responsible_why_and_how_long(basis: str, told: str) -> None:
    notice = notice_of(_site(**COMPLETE, basis=basis, days={"rejected": 14, "spam": 7}), "de")
    assert "„Stadt Musterstadt“" in notice
    assert told in notice
    assert "nach 14 Tagen" in notice


def test_a_public_task_is_no_legitimate_interest() -> None:
    assert "berechtigtes Interesse" not in notice_of(_site(**COMPLETE, basis="e"), "de")


def test_consent_is_asked_for_only_where_it_is_the_basis() -> None:
    assert consent_of(_site(**COMPLETE), "de") == ""
    assert "„Stadt Musterstadt“" in consent_of(_site(**COMPLETE, basis="a"), "de")
    assert "“Musterstadt”" in consent_of(_site(basis="a"), "en")
