import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.personal_data import mask_url
from moderation.personal_data.email import addresses
from tests.moderation.corpus import lines


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://rathaus.example/a?b=1&c=2#d", "https://rathaus.example/a?b=1&c=2#d"),
        ("rathaus.example", "https://rathaus.example"),
        ("rathaus.example:8080/a", "https://rathaus.example:8080/a"),
        ("  https://rathaus.example  ", "https://rathaus.example"),
        ("HTTPS://Rathaus.Example/Pfad", "https://rathaus.example/Pfad"),
        ("http://name:wort@rathaus.example/", "http://rathaus.example/"),
        ("https://müller.example/straße", "https://xn--mller-kva.example/stra%C3%9Fe"),
        ("https://rathaus.example/%C3%BC", "https://rathaus.example/%C3%BC"),
        ("https://social.example/@anna", "https://social.example/@anna"),
        ("https://rathaus.example/\"onclick='x'", "https://rathaus.example/%22onclick=%27x%27"),
        ("https://rathaus.example/<b>", "https://rathaus.example/%3Cb%3E"),
    ],
)
def test_a_web_address_is_kept_safe(url: str, safe: str) -> None:
    assert mask_url(url) == safe


@pytest.mark.parametrize(
    "url",
    ["", " ", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x", "ftp://x.example",
     "mailto:anna@firma.de", "anna@firma.de", "//x.example", "/pfad", "\\\\x.example", "https:\\\\x.example", "https://x.example\\@y.example",
     "https://", "https:///x.example", "https://x", "localhost", "http://127.0.0.1/", "http://[::1]/", "https://x..example", "https://x.example:99999",
     "https://x.example/a b", "https://x.example/\0", "https://x.example/\u202egnp.exe", "https://\ud800.example",
     "https://x.example/?mail=anna@firma.de", "https://x.example/?mail=anna%40firma.de", "https://x.example/?mail=anna%2540firma.de",
     "https://x.example/anna(at)firma(punkt)de", "https://-x.example", "https://" + "a" * 3000 + ".example", "https://[", "https://x.example:port",
     "tel:+491761234567", "urn:x", "https:x.example"],
)  # fmt: skip
def test_what_is_no_safe_web_address_is_none(url: str) -> None:
    assert mask_url(url) is None


@settings(max_examples=300, deadline=None)
@given(
    st.text(st.characters(exclude_categories=()), max_size=60)
    | st.sampled_from(lines("xss.txt"))
    | st.text("htps:/.@%40\\a'\"<> ", max_size=30)
)
def test_any_string_gives_a_safe_address_or_none(url: str) -> None:
    safe = mask_url(url)
    if safe is None:
        return
    assert safe.startswith(("http://", "https://"))
    assert safe.isascii()
    assert not set(safe) & set("\\\"'<>` \n\t")
    assert not addresses(safe)
    assert mask_url(safe) == safe
