import pytest

from models.comment import ThreadClosed
from moderation.draft import BadDraft, FieldFault
from moderation.netiquette import load_netiquette
from moderation.verdict import Finding
from service.errors import Problem
from service.pages.trouble import AROUND, Passage, passage_of, remarks_of, trouble_of
from service.rates import TooMany
from service.wire import finding_shape


def finding(rule: str, message: str, start: int | None = None, end: int | None = None, case: str = "") -> Finding:
    return Finding(rule, "hold", message, start, end, case=case)


def test_every_wrong_field_is_named() -> None:
    trouble = trouble_of(BadDraft((FieldFault("text", "required"), FieldFault("email", "not_an_address"))), "de")
    assert trouble.status == 422
    assert list(trouble.faults) == ["text", "email"]
    assert trouble.faults["text"] == "Bitte füllen Sie dieses Feld aus."


def test_advice_of_a_refusal_stands_at_the_text() -> None:
    problem = Problem(422, "Bitte kürzen.", more={"findings": [finding_shape(finding("length", "Bitte kürzen."))]})
    trouble = trouble_of(problem, "de")
    assert trouble.faults == {"text": "Bitte kürzen."}
    assert trouble.detail == ""


def test_a_pause_is_told_to_people_and_programs() -> None:
    trouble = trouble_of(TooMany(90), "de")
    assert trouble.status == 429
    assert "2 min" in trouble.detail
    assert trouble.headers["Retry-After"] == "90"


def test_a_closed_thread_is_no_fault_of_a_field() -> None:
    trouble = trouble_of(ThreadClosed(), "en")
    assert (trouble.status, trouble.code, dict(trouble.faults)) == (409, "closed", {})


def test_a_passage_comes_with_what_stands_around_it() -> None:
    text = "a" * 100 + "HIER" + "b" * 100
    assert passage_of(text, 100, 104) == Passage("… " + "a" * AROUND, "HIER", "b" * AROUND + " …")
    assert passage_of("ganz kurz", 5, 9) == Passage("ganz ", "kurz", "")


@pytest.mark.parametrize("start, end", [(None, None), (3, 3), (4, 5), (90, 99)])
def test_the_whole_text_and_blanks_are_no_passage(start: int | None, end: int | None) -> None:
    assert passage_of("ganz kurz", start, end) is None


def test_one_remark_a_rule_gathers_its_advice_and_passages() -> None:
    seen = [
        finding("personal_data", "Nummer", 4, 8),
        finding("personal_data", "Nummer", 14, 18),
        finding("length", "Kurz"),
    ]
    remarks = remarks_of(seen, "Ruf 0171 oder 0172 an", None, "de")
    assert [each.rule for each in remarks] == ["personal_data", "length"]
    assert [place.words for place in remarks[0].advice["Nummer"]] == ["0171", "0172"]
    assert remarks[1].advice == {"Kurz": []}


def test_a_special_case_is_a_remark_of_its_own() -> None:
    seen = [finding("threat", "Das klingt ernst.", 0, 3, case="help"), finding("threat", "Bitte anders.", 4, 8)]
    told = {each.title: list(each.advice) for each in remarks_of(seen, "Ich kann nicht", load_netiquette(), "de")}
    assert told == {"Jemand könnte in Gefahr sein": ["Das klingt ernst."], "Keine Drohungen": ["Bitte anders."]}


def test_cases_with_the_same_title_are_one_remark() -> None:
    seen = [finding("personal_data", "Nummer", 4, 8, case="phone"), finding("personal_data", "Adresse", case="email")]
    (remark,) = remarks_of(seen, "Ruf 0171 an", load_netiquette(), "de")
    assert (remark.title, list(remark.advice)) == ("Keine privaten Daten", ["Nummer", "Adresse"])
