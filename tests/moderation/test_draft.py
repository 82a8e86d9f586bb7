"""What a visitor sends is read strictly, and every wrong field is named."""

import pytest

from moderation.draft import LONGEST, BadDraft, Draft, is_address, parse_draft

GOOD = {"page": "/artikel", "text": "Guten Tag."}


def faults_of(payload: object) -> list[tuple[str, str]]:
    with pytest.raises(BadDraft) as caught:
        parse_draft(payload)
    return [(each.field, each.fault) for each in caught.value.faults]


def test_page_and_text_are_enough() -> None:
    assert parse_draft(GOOD) == Draft(page="/artikel", text="Guten Tag.")


def test_null_counts_as_not_given() -> None:
    assert parse_draft({**GOOD, "name": None, "parent": None, "consent": None}) == Draft(
        page="/artikel", text="Guten Tag."
    )


def test_single_line_fields_lose_outer_space_and_the_text_keeps_it() -> None:
    draft = parse_draft({"page": "/a", "text": "  eins\n zwei ", "name": "  Ada  "})
    assert (draft.name, draft.text) == ("Ada", "  eins\n zwei ")


@pytest.mark.parametrize("payload", [None, 1, "text", [], [GOOD], True])
def test_only_an_object_is_a_draft(payload: object) -> None:
    assert faults_of(payload) == [("", "not_an_object")]


@pytest.mark.parametrize("field", ["page", "text", "name", "email", "url", "parent", "title", "form_token", "id"])
@pytest.mark.parametrize("value", [1, 1.5, True, [], {}, ["a"], {"a": 1}])
def test_a_text_field_takes_nothing_but_text(field: str, value: object) -> None:
    assert (field, "not_text") in faults_of({**GOOD, field: value})


@pytest.mark.parametrize("value", [1, "true", "on", [], {}])
def test_consent_is_true_or_false(value: object) -> None:
    assert faults_of({**GOOD, "consent": value}) == [("consent", "not_allowed")]


@pytest.mark.parametrize(
    "field", ["status", "role", "lane", "html", "email_confirmed", "pinned", "created_at", "__class__"]
)
def test_a_visitor_cannot_set_what_is_not_theirs(field: str) -> None:
    assert faults_of({**GOOD, field: "approved"}) == [(field, "unknown_field")]


@pytest.mark.parametrize("field", [each for each in LONGEST if each not in ("email", "id", "parent")])
def test_each_field_has_a_longest(field: str) -> None:
    assert (field, "too_long") in faults_of({**GOOD, field: "x" * (LONGEST[field] + 1)})


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b", "\udfff"])
def test_what_no_database_can_store_is_no_text(text: str) -> None:
    assert faults_of({**GOOD, "text": text}) == [("text", "not_text")]


@pytest.mark.parametrize("name", ["Ada\nBcc: x", "Ada\r\nx"])
def test_a_name_is_one_line(name: str) -> None:
    assert faults_of({**GOOD, "name": name}) == [("name", "not_allowed")]


@pytest.mark.parametrize("value", ["short", "x" * 65, "mit leerzeichen", "umläute-sind-nicht", "../../etc/passwd"])
def test_an_id_is_url_safe_and_long_enough(value: str) -> None:
    assert faults_of({**GOOD, "id": value})[0][0] == "id"


def test_all_faults_are_told_at_once() -> None:
    assert faults_of({"text": 1, "email": "nein", "x": 1}) == [
        ("x", "unknown_field"),
        ("text", "not_text"),
        ("email", "not_an_address"),
        ("page", "required"),
    ]


@pytest.mark.parametrize(
    "address", ["a@b.de", "ada.lovelace+wm@mail.example.org", "jörg@müller.example", "a@xn--mller-kva.de"]
)
def test_addresses(address: str) -> None:
    assert is_address(address)


@pytest.mark.parametrize(
    "address", ["a", "a@b", "@b.de", "a@b.de,c@d.de", "a@b.de\nBcc: c@d.de", "<a@b.de>", "a@b..de", "a b@c.de"]
)
def test_not_addresses(address: str) -> None:
    assert not is_address(address)
