"""Sites, and the spelling of their origins that browsers use."""

import pytest

from models.site import BadSite, normalise_origin
from tests.builders import add_site, both_databases


@pytest.mark.parametrize(
    "given, origin",
    [
        ("https://www.musterstadt.example", "https://www.musterstadt.example"),
        ("https://www.musterstadt.example/", "https://www.musterstadt.example"),
        (" HTTPS://WWW.Musterstadt.EXAMPLE ", "https://www.musterstadt.example"),
        ("https://www.musterstadt.example:443", "https://www.musterstadt.example"),
        ("http://localhost:80", "http://localhost"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("https://münchen.example", "https://xn--mnchen-3ya.example"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_origin_is_spelled_as_browsers_send_it(given, origin):
    assert normalise_origin(given) == origin
    assert normalise_origin(origin) == origin


@pytest.mark.parametrize(
    "given",
    ["", "null", "*", "www.musterstadt.example", "ftp://a.example", "https://", "https://a.example/pfad", "https://a.example?x",
     "https://a.example#x", "https://user@a.example", "https://a.example:99999", "https://a.example:x", "https://[", "https://ü..example"],
)  # fmt: skip
def test_what_is_no_origin_is_refused_in_a_sentence(given):
    with pytest.raises(BadSite, match=r"^The origin .*\.$"):
        normalise_origin(given)


@pytest.mark.parametrize(
    "wrong", [{"key": "Ä"}, {"key": ""}, {"key": "-x"}, {"key": "x" * 64}, {"origins": ["x"]}, {"language": "fr"}]
)
async def test_a_site_that_cannot_be_is_refused(service, wrong):
    with pytest.raises(BadSite):
        await add_site(service, **wrong)


@both_databases
async def test_a_key_is_given_once(service):
    await add_site(service)
    with pytest.raises(BadSite, match="exists"):
        await add_site(service)
