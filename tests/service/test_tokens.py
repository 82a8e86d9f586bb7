"""Signed secrets: each opens what it was made for, for as long as it was made, and nothing else."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from service.tokens import FORM_LASTS, Tokens

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
TOKENS = Tokens("a secret that only the tests know, long enough")
SUBJECT = "3f2a9c0d1e4b5a6978c0d1e2"

MAKE = {
    "form": lambda tokens, subject: tokens.form(subject, NOW),
    "manage": lambda tokens, subject: tokens.manage(subject),
    "desk_form": lambda tokens, subject: tokens.desk_form(subject),
    "confirm": lambda tokens, subject: tokens.confirm(subject, NOW),
    "unsubscribe": lambda tokens, subject: tokens.unsubscribe(subject),
    "sender": lambda tokens, subject: tokens.sender(subject, NOW),
}
OPENS = {
    "form": lambda tokens, token, subject: tokens.form_age(token, subject, NOW) is not None,
    "manage": lambda tokens, token, subject: tokens.manages(token, subject),
    "desk_form": lambda tokens, token, subject: tokens.is_desk_form(token, subject),
    "confirm": lambda tokens, token, subject: tokens.confirms(token, NOW) == subject,
    "unsubscribe": lambda tokens, token, subject: tokens.unsubscribes(token, subject),
}


@pytest.mark.parametrize("purpose", OPENS)
def test_a_token_opens_what_it_was_made_for(purpose):
    assert OPENS[purpose](TOKENS, MAKE[purpose](TOKENS, SUBJECT), SUBJECT)


@pytest.mark.parametrize("made, used", [each for each in permutations(MAKE, 2) if each[1] in OPENS])
def test_a_token_of_one_purpose_is_noise_for_every_other(made, used):
    assert not OPENS[used](TOKENS, MAKE[made](TOKENS, SUBJECT), SUBJECT)


@pytest.mark.parametrize("purpose", OPENS)
def test_a_token_is_bound_to_its_subject_and_to_the_secret(purpose):
    token = MAKE[purpose](TOKENS, SUBJECT)
    assert not OPENS[purpose](TOKENS, token, SUBJECT[:-1] + "3")
    assert not OPENS[purpose](Tokens("another secret of the same length, really"), token, SUBJECT)


@pytest.mark.parametrize("purpose", OPENS)
@pytest.mark.parametrize(
    "change",
    [
        lambda t: t[:-1],
        lambda t: t + "A",
        lambda t: t.swapcase(),
        lambda _: "",
        lambda _: "ü\ud800\0",
        lambda _: "." * 50,
    ],
)
def test_a_changed_token_opens_nothing(purpose, change):
    assert not OPENS[purpose](TOKENS, change(MAKE[purpose](TOKENS, SUBJECT)), SUBJECT)


@pytest.mark.parametrize(
    "later, age",
    [
        (timedelta(0), 0),
        (timedelta(seconds=90), 90),
        (FORM_LASTS, 86_400),
        (FORM_LASTS + timedelta(seconds=1), None),
        (timedelta(seconds=-1), None),
    ],
)
def test_a_form_token_tells_its_age_until_it_is_too_old(later, age):
    token = TOKENS.form("musterstadt", NOW)
    assert TOKENS.form_age(token, "musterstadt", NOW + later) == age


def test_a_senders_hash_changes_with_the_day_and_not_within_it():
    first = TOKENS.sender("192.0.2.7", NOW)
    assert TOKENS.sender("192.0.2.7", NOW + timedelta(hours=13)) == first
    assert TOKENS.sender("192.0.2.7", NOW + timedelta(hours=14)) != first
    assert "192" not in first


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("192.0.2.7", "192.0.2.8", False),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2:ffff::1", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.8", False),
        ("", "192.0.2.7", False),
        ("unix socket", "unix socket", True),
    ],
)
def test_senders_are_told_apart_by_what_one_household_gets(one, other, same):
    assert (TOKENS.sender(one, NOW) == TOKENS.sender(other, NOW)) is same
