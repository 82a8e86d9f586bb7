"""Passwords: what nobody has costs the same work, and opens nothing."""

import pytest

from service.passwords import NOBODYS, hash_password, is_outdated, matches


def test_what_nobody_has_is_hashed_like_everybodys():
    assert not is_outdated(NOBODYS)
    assert NOBODYS.rsplit("$", 2)[0] == hash_password("irgendeins").rsplit("$", 2)[0]


@pytest.mark.parametrize("password", ["", "A", "nobody has this password", "A" * 43])
def test_no_password_opens_an_account_that_is_not_there(password):
    assert not matches(None, password)
    assert not matches(NOBODYS, password)
