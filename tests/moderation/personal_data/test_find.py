import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import moderation
from moderation.personal_data import find_personal_data
from tests.moderation.corpus import lines

PERSONAL = [tuple(line.split(" | ", 2)) for line in lines("personal_data.txt")]
PUBLIC = lines("public_data.txt")
AUTHORED = Path(moderation.__file__).parent / "data" / "authored"
KINDS = {"pd_phone": "phone", "pd_address": "address", "pd_iban": "iban", "pd_plate": "plate", "pd_email": "email"}


def found_at(text: str, kind: str, passage: str) -> bool:
    start = text.index(passage)
    end = start + len(passage)
    return any(each.kind == kind and each.start < end and start < each.end for each in find_personal_data(text))


def rows(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (AUTHORED / name).read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(("kind", "passage", "text"), PERSONAL, ids=[passage for _, passage, _ in PERSONAL])
def test_what_belongs_to_a_person_is_found(kind: str, passage: str, text: str) -> None:
    assert found_at(text, kind, passage)


@pytest.mark.parametrize("text", PUBLIC)
def test_what_belongs_to_nobody_is_left_alone(text: str) -> None:
    assert find_personal_data(text) == ()


def test_every_authored_passage_of_these_kinds_is_found() -> None:
    personal = [row for row in rows("netiquette.jsonl") if row["kind"] in KINDS]
    missed = [row["id"] for row in personal if not found_at(row["text"], KINDS[row["kind"]], row["span"])]
    assert len(missed) <= len(personal) * 0.03, missed


def test_hardly_any_authored_clean_comment_is_flagged() -> None:
    clean = [
        row
        for name in ("netiquette.jsonl", "ham_de.jsonl")
        for row in rows(name)
        if not row["violations"] and not row["spam"]
    ]
    flagged = [row["id"] for row in clean if any(each.kind != "email" for each in find_personal_data(row["text"]))]
    assert len(flagged) <= len(clean) * 0.005, flagged


def test_an_iban_is_not_taken_for_a_telephone_number() -> None:
    assert [each.kind for each in find_personal_data("DE89 3704 0044 0532 0130 00")] == ["iban"]


def test_a_wrong_check_digit_counts_only_where_it_is_called_an_account() -> None:
    assert find_personal_data("Teil DE12 3456 7890 1234 5678 90 fehlt im Lager") == ()
    assert [each.kind for each in find_personal_data("IBAN DE12 3456 7890 1234 5678 90")] == ["iban"]


def test_local_numbers_are_read_as_in_the_country_of_the_site() -> None:
    assert find_personal_data("Ruf meine Oma an: 0664 1234567", "AT")[0].kind == "phone"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Die Hausverwaltung hat 0511 1234567, mein Nachbar privat 0511 7654321.", "phone"),
        ("Das Frauenhaus liegt in der Rosengasse 19, 31999 Bergen.", "address"),
    ],
)
def test_a_person_outweighs_an_office_in_the_same_sentence(text: str, kind: str) -> None:
    assert kind in {each.kind for each in find_personal_data(text)}


@settings(max_examples=150, deadline=None)
@given(
    st.text(st.characters(exclude_categories=()), max_size=60) | st.text("0123456789 +-/().DEABNr\nnull", max_size=60)
)
def test_any_string_gives_passages_in_order_and_apart(text: str) -> None:
    found = find_personal_data(text)
    ends = [0, *(each.end for each in found)]
    assert all(end <= each.start < each.end <= len(text) for end, each in zip(ends, found, strict=False))


@pytest.mark.parametrize(
    "unit",
    [
        "0",
        "0 ",
        "1",
        "1 2",
        "AB-C 1 ",
        "Astraße 1 ",
        "A",
        "DE11 ",
        "null ",
        "null eins ",
        "Am Xx 1 ",
        "12345 Xx ",
        "a@b.de ",
        "+49",
    ],
)
def test_the_time_grows_with_the_length_and_not_faster(unit: str) -> None:
    short, long = (min(_seconds((unit * size)[:size]) for _ in range(3)) for size in (1_500, 6_000))
    assert long < short * 10 + 0.2  # four times the text, on a machine that does other things too


def _seconds(text: str) -> float:
    start = time.process_time()
    find_personal_data(text)
    return time.process_time() - start
