"""A netiquette file is read whole or refused with one sentence that names the fault."""

from pathlib import Path

import pytest

from moderation.netiquette import LANGUAGES, BadNetiquette, load_netiquette
from moderation.netiquette.params import RULES
from moderation.netiquette.rules import title_of
from tests.moderation.netiquette.reading import findings

HEAD = """
[ruleset]
id = "ours"
version = "2"
language = "de"

[messages]
note_de = "n"
hold_de = "h"
refuse_de = "r"
"""


def rule(name: str = "respect", severity: str = "hold", more: str = "") -> str:
    return (
        f'\n[rules.{name}]\nfound_by = ["person"]\nseverity = "{severity}"\ntitle_de = "Titel"\n'
        f'explanation_de = "Erklärung"\n{more}\n'
    )


def written(path: Path, text: str) -> Path:
    file = path / "netiquette.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_file_that_ships_holds_every_rule_with_texts_in_every_language() -> None:
    netiquette = load_netiquette()
    assert {each.id for each in netiquette.rules} == set(RULES)
    for each in netiquette.rules:
        for language in LANGUAGES:
            text = each.text(language)
            assert all((text.title, text.explanation, text.advice))


def test_no_text_for_readers_accuses_or_mixes_forms_of_address() -> None:
    for each in load_netiquette().rules:
        for text in (each.text("de"), each.text("de-leicht")):
            spoken = " ".join(
                (text.title, text.explanation, text.advice, *text.titles.values(), *text.advices.values())
            )
            assert not {"du", "dein", "deine", "dich", "dir"} & set(spoken.lower().replace(".", " ").split())


def test_only_rules_that_are_neutral_to_opinion_refuse() -> None:
    refusing = {each.id for each in load_netiquette().rules if each.severity == "refuse"}
    assert refusing == {"length", "empty", "duplicate", "flooding"}


def test_the_rules_can_be_shown_as_json_in_one_language_or_all() -> None:
    netiquette = load_netiquette()
    assert netiquette.as_json("de-leicht")["rules"][0]["title"] == "Freundlich bleiben"  # type: ignore[index]
    assert set(netiquette.as_json()["rules"][0]["title"]) == set(LANGUAGES)  # type: ignore[index]
    assert netiquette.rule("threat").found_by == ("deterministic", "classifier", "person")


def test_what_would_help_to_get_round_a_rule_is_not_published(tmp_path: Path) -> None:
    file = written(tmp_path, HEAD + rule(more='params = { words = ["Quatschbacke"], score_min = 0.7 }'))
    assert load_netiquette(file).as_json("de")["rules"][0]["params"] == {"score_min": 0.7}  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[ruleset", "TOML"),
        ("", "[ruleset]"),
        (HEAD, "[rules]"),
        (HEAD + rule(severity="refuse"), "[rules.respect] may not refuse"),
        (HEAD + rule(name="politeness"), "[rules.politeness] is not a rule"),
        (HEAD + rule(severity="delete"), "note, hold or refuse"),
        (HEAD + rule().replace('["person"]', '["oracle"]'), "found_by"),
        (HEAD + rule().replace('"Titel"', "7"), "title_de"),
        (HEAD + rule().replace("title_de", "titel_de"), "titel_de"),
        (HEAD + rule(more="params = { maximum = 3 }"), "params.maximum"),
        (HEAD + rule(name="links", more='params = { max = "vier" }'), "params.max must be a whole number"),
        (HEAD + rule(name="links", more="params = { max = true }"), "params.max"),
        (HEAD + rule(more="params = { score_min = 7 }"), "params.score_min must be a number from 0 to 1"),
        (HEAD + rule(name="duplicate", more='params = { near_action = "refuse" }'), "near_action"),
        (HEAD + rule(more='params = { patterns = ["(offen"] }'), "(offen"),
        (HEAD + rule(more="params = { patterns = ['(?<=a)b'] }"), "look-around"),
        (HEAD + rule(more="params = { patterns = ['(a)\\1'] }"), "patterns"),
        (HEAD + rule(more="params = { patterns = ['a*'] }"), "empty text"),
        (HEAD + rule(more='params = { words = ["..."] }'), "words"),
        (HEAD + rule(name="length", severity="refuse", more='params = { words = ["Wahl"] }'), "neutral to opinion"),
        (HEAD + rule(more='params = { priority = "soon" }'), "priority"),
        (HEAD + rule(name="length", more="params = { max = 10001 }"), "params.max must be at most 10000"),
        (HEAD + rule(name="flooding", more="params = { per_10_min = 101 }"), "params.per_10_min must be at most 100"),
        (HEAD + "[extra]\na = 1\n" + rule(), "[extra]"),
        (HEAD + rule(more="enabled = 1"), "enabled"),
    ],
)
def test_a_wrong_file_is_refused_in_one_sentence_that_names_the_place(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(BadNetiquette) as refused:
        load_netiquette(written(tmp_path, text))
    assert named in str(refused.value)
    assert "netiquette.toml" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_file_and_one_that_is_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadNetiquette, match="cannot be read"):
        load_netiquette(tmp_path / "nowhere.toml")
    file = tmp_path / "netiquette.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadNetiquette, match="UTF-8"):
        load_netiquette(file)


def test_a_language_without_texts_falls_back(tmp_path: Path) -> None:
    only = load_netiquette(written(tmp_path, HEAD + rule())).rule("respect")
    assert {only.text(language).title for language in (*LANGUAGES, "fr", "de-AT")} == {"Titel"}
    assert load_netiquette().rule("respect").text("de-AT").title == "Sachlich bleiben"
    assert load_netiquette().rule("respect").text("fr").title == "Stay factual"


def test_an_operators_words_are_found_however_they_are_disguised(tmp_path: Path) -> None:
    netiquette = load_netiquette(
        written(
            tmp_path,
            HEAD
            + rule(name="off_topic", more='params = { words = ["Umgehungsstraße", "Sankt (Florian|Nimmerlein)"] }'),
        )
    )
    for text in ("Die Umgehungsstrasse fehlt", "die U m g e h u n g s s t r a ß e", "Sankt Florian grüßt"):
        assert [each.rule for each in findings(text, netiquette)] == ["off_topic"], text
    assert findings("Die Straße fehlt", netiquette) == ()


def test_an_operators_pattern_points_at_what_it_found(tmp_path: Path) -> None:
    more = "params = { patterns = ['projekt\\s+\\d{3}'] }"
    netiquette = load_netiquette(written(tmp_path, HEAD + rule(more=more)))
    text = "Über das große Projekt 417 weiß man wenig."
    (found,) = findings(text, netiquette)
    assert text[found.start : found.end] == "Projekt 417"


def test_a_rule_that_is_switched_off_finds_nothing(tmp_path: Path) -> None:
    netiquette = load_netiquette(written(tmp_path, HEAD + rule(more="enabled = false")))
    assert findings("Du Idiot", netiquette) == ()


def test_other_helplines_can_be_named(tmp_path: Path) -> None:
    more = 'advice_de = "Bitte."\nadvice_help_de = "Hilfe: {help}"\nparams = { help = ["Rat auf Draht 147"] }'
    netiquette = load_netiquette(written(tmp_path, HEAD + rule(name="threat", more=more)))
    assert "Hilfe: Rat auf Draht 147" in [each.message for each in findings("Ich will sterben", netiquette)]


def test_a_special_case_has_a_title_of_its_own_or_that_of_the_rule() -> None:
    told = {case: title_of(load_netiquette(), "threat", "de-du", case) for case in ("", "help", "other")}
    assert told == {"": "Keine Drohungen", "help": "Jemand könnte in Gefahr sein", "other": "Keine Drohungen"}
    assert title_of(load_netiquette(), "gone", "de", "help") == title_of(None, "gone", "de") == "gone"


@pytest.mark.parametrize(
    ("more", "longest"),
    [("params = { max = 900 }", 900), ("", 10_000), ("enabled = false\nparams = { max = 9 }", 10_000)],
)
def test_the_longest_text_is_known_with_or_without_the_rule(tmp_path: Path, more: str, longest: int) -> None:
    assert load_netiquette(written(tmp_path, HEAD + rule(name="length", more=more))).max_length == longest


def test_a_netiquette_without_a_rule_for_length_takes_what_can_be_read(tmp_path: Path) -> None:
    assert load_netiquette(written(tmp_path, HEAD + rule())).max_length == 10_000
