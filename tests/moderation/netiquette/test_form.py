"""Rules that look at form, number and sender rather than at words."""

import pytest

from moderation.personal_data.marks import mark
from moderation.reading import Form
from tests.moderation.netiquette.reading import findings, held, rules_of

SENTENCE = "Wird die Brücke am Freibad noch vor den Ferien wieder geöffnet, oder müssen wir weiter den Umweg fahren?"


def severity_of(rule: str, text: str, **known: object) -> str | None:
    return next((each.severity for each in findings(text, **known) if each.rule == rule), None)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "   \n ", "\u200b\u200b", "[](https://example.org)", "&nbsp;", "***"])
def test_a_comment_with_nothing_to_read_is_refused(text: str) -> None:
    assert severity_of("empty", text) == ("refuse" if text != "***" else severity_of("empty", text))


@pytest.mark.parametrize("text", ["👍", "ok!", "?", "Ja."])
def test_a_sign_is_something_to_read(text: str) -> None:
    assert "empty" not in rules_of(text)


def test_a_text_that_is_too_long_is_refused_and_the_surplus_marked() -> None:
    text = "Ein Wort. " * 510
    found = next(each for each in findings(text) if each.rule == "length")
    assert (found.severity, found.start, found.end) == ("refuse", 5000, 5099)
    assert "5000" in found.message


@pytest.mark.parametrize(("text", "refused"), [("Hm", True), ("Hm.", False), ("👍👍", False), ("👍", False)])
def test_a_text_is_too_short_below_three_characters_unless_it_is_an_emoji(text: str, refused: bool) -> None:
    assert (severity_of("length", text) == "refuse") is refused


@pytest.mark.parametrize(
    "again", [SENTENCE, SENTENCE.upper(), SENTENCE.replace(" ", "  "), SENTENCE + "!!", SENTENCE.replace("w", "\uff57")]
)
def test_the_same_text_again_is_refused(again: str) -> None:
    assert severity_of("duplicate", again, previous=("Anderes", SENTENCE)) == "refuse"


@pytest.mark.parametrize(
    "again", [SENTENCE.replace("Brücke", "Brueke"), SENTENCE + " Danke schon mal.", "Hallo! " + SENTENCE]
)
def test_nearly_the_same_text_is_held(again: str) -> None:
    assert severity_of("duplicate", again, previous=(SENTENCE,)) == "hold"


def test_two_readers_may_both_say_thank_you() -> None:
    assert severity_of("duplicate", "Danke!", previous=("Danke!",)) == "hold"


@pytest.mark.parametrize("other", ["Wird das Freibad noch geöffnet?", "Die Brücke am Freibad ist schön.", ""])
def test_another_text_on_the_same_matter_is_no_duplicate(other: str) -> None:
    assert "duplicate" not in rules_of(SENTENCE, previous=(other,))


@pytest.mark.parametrize(("recent", "severity"), [(0, None), (4, None), (5, "refuse"), (50, "refuse")])
def test_too_many_comments_at_once_are_refused(recent: int, severity: str | None) -> None:
    assert severity_of("flooding", SENTENCE, recent=recent) == severity


def test_a_text_that_repeats_itself_is_held_and_never_refused() -> None:
    assert severity_of("flooding", "Wo ist das Protokoll? " * 6) == "hold"


@pytest.mark.parametrize(
    "form",
    [Form(trapped=True), Form(token=False), Form(origin=False), Form(seconds=0.4)],
    ids=["trapped", "no token", "no origin", "too fast"],
)
def test_signs_of_an_automaton_hold_the_comment(form: Form) -> None:
    assert severity_of("automation", SENTENCE, form=form) == "hold"


def test_a_person_with_a_form_is_no_automaton() -> None:
    assert "automation" not in rules_of(SENTENCE, form=Form(seconds=12.0))


@pytest.mark.parametrize(("count", "held_for"), [(4, False), (5, True), (9, True)])
def test_more_than_four_links_are_held(count: int, held_for: bool) -> None:
    text = " und ".join(f"https://quelle{each}.example/seite" for each in range(count))
    assert ("links" in rules_of(text)) is held_for


@pytest.mark.parametrize(
    "link",
    [
        "https://bit.ly/3xYz",
        "tinyurl.com/abc",
        "Infos: https://t1p.de/x1",
        "https://www.change.org/p/rettet-das-freibad",
    ],
)
def test_a_link_that_hides_its_target_or_collects_signatures_is_held(link: str) -> None:
    assert rules_of(f"Siehe {link}") & {"advertising", "campaign"}


@pytest.mark.parametrize("link", ["https://exchange.org/a", "https://mybit.ly.example/a", "Beitrag z.B. von gestern"])
def test_a_host_counts_as_a_whole(link: str) -> None:
    assert not rules_of(f"Siehe {link}") & {"advertising", "campaign"}


@pytest.mark.parametrize(
    "name",
    ["Redaktion", "Die Moderation", "REDAKTION", "R e d a k t i o n", "R3daktion", "R\u0435daktion", "Redaktion\u200b",
     "Moderati\u03bfn", "Admin", "Bürgermeisterin", "Stadtverwaltung offiziell", "Red\u202eaktion", "Buergermeister",
     "Jugendamt", "The Editors", "Moderation ✓", "Moderatoren-Team", "Gesundheitsamt Kreis Olbernau", "Forstamt",
     "Einwohnermeldeamt Online-Service", "Bürgermeisterin Annelie Struck (offiziell)"],
)  # fmt: skip
def test_a_name_of_the_house_is_held(name: str) -> None:
    assert ("impersonation", SENTENCE[:0]) in [(rule, "") for rule, _ in held(SENTENCE, name=name)]


def test_a_name_that_the_site_keeps_is_held_in_any_spelling() -> None:
    assert "impersonation" in rules_of(SENTENCE, name="Stiftung  K\u0456nderland", reserved=("Stiftung Kinderland",))


@pytest.mark.parametrize(
    "name",
    ["Anke", "Gast", "Elternbeirat Regenbogenkita", "Kämmerer a. D.", "Jugendamt, Landkreis", "Олена", "Γιώργος",
     "Ex-Moderatorin", "Moderator einer Bürgerrunde", "Müller", "Ayşe", "🙂", "Redaktionsschluss", "",
     "Ehrenamt Musterstadt", "Hausverwaltung Schulze", "Peter Samt", "Dr. G. Albers, Gesundheitsamt"],
)  # fmt: skip
def test_a_name_of_ones_own_is_free(name: str) -> None:
    assert "impersonation" not in rules_of(SENTENCE, name=name)


@pytest.mark.parametrize(
    "text",
    ["CDU, SPD, FDP, AfD und BSW haben sich enthalten.", "Das THW und die DLRG kamen mit LKW und PKW.",
     "Ich sage es ZUM LETZTEN MAL freundlich.", "NRW, BW, MV und SH haben andere Fristen.", "Ach so … na dann!", "Super!!"],
)  # fmt: skip
def test_acronyms_and_one_loud_word_are_no_shouting(text: str) -> None:
    assert "readability" not in rules_of(text)


def test_a_long_quotation_is_noted() -> None:
    quotation = "„" + "So steht es in dem Buch, und so soll es bleiben. " * 10 + "“"
    found = next(each for each in findings("Dazu: " + quotation) if each.rule == "copyright")
    assert (found.severity, found.start, found.end) == ("note", 6, 6 + len(quotation))


def test_a_short_quotation_is_welcome() -> None:
    assert "copyright" not in rules_of("Dazu: „So steht es in dem Buch.“ Das sehe ich anders. " + "Wirklich. " * 50)


@pytest.mark.parametrize(
    ("text", "language", "noted"),
    [
        ("I would like to know whether the new library hours also apply on Saturdays and during the school holidays.", "de", True),
        ("Çocuklarımız için yaz okulu kayıtları ne zaman başlıyor, lütfen bize bilgi verir misiniz, teşekkürler?", "de", True),
        (SENTENCE, "de", False),
        (SENTENCE, "en", True),
        ("Thanks!", "de", False),
    ],
)  # fmt: skip
def test_another_language_than_the_pages_is_noted(text: str, language: str, noted: bool) -> None:
    assert ("language" in rules_of(text, language=language)) is noted


def test_a_hidden_address_is_marked_where_its_mark_stands() -> None:
    sign = mark("de")
    text = f"Schreibt mir an {sign} oder {sign}."
    found = [each for each in findings(text, masked=2) if each.rule == "personal_data"]
    assert [text[each.start : each.end] for each in found] == [sign, sign]


def test_an_address_hidden_in_the_name_concerns_the_whole_comment() -> None:
    found = [each for each in findings(SENTENCE, masked=1) if each.rule == "personal_data"]
    assert [(each.start, each.end) for each in found] == [(None, None)]


def test_a_phone_number_and_an_account_are_held_where_they_stand() -> None:
    text = "Ruft Frau Sommer an, 0171 2345678, Konto DE02120300000000202051."
    passages = [passage for rule, passage in held(text) if rule == "personal_data"]
    assert any("2345678" in each for each in passages)
    assert any(each.startswith("DE02") for each in passages)


@pytest.mark.parametrize(
    "text",
    [
        "Ich will nicht mehr leben.",
        "Mein Mann schlägt mich jeden Abend.",
        "Ich habe daran gedacht, mir das Leben zu nehmen. Ich will sterben.",
        "Das Nachbarskind wird vom Stiefvater geschlagen.",
        "I want to die.",
        "My dad hits me.",
    ],
)
def test_a_sign_of_danger_is_urgent_and_names_where_help_is(text: str) -> None:
    found = [each for each in findings(text) if each.priority == "urgent"]
    assert found
    assert any("0800 111 0 111" in each.message and "116 111" in each.message for each in found)


def test_a_threat_is_urgent() -> None:
    assert {each.priority for each in findings("Wir wissen, wo du wohnst.") if each.rule == "threat"} == {"urgent"}
