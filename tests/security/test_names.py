"""Who poses as the house, and by what signs: held for a person, or shown as what it is (row 9)."""

import unicodedata

import pytest

from moderation.draft import Draft
from moderation.judge import judge
from moderation.policy import Policy
from moderation.reading import Form, Standing

TEXT = "In unserer Gemeinde hat der runde Tisch zwei Jahre gebraucht, bis er wirkte."
RESERVED = ("Stadt Musterstadt", "Mira Beispiel")
_PLAIN = (
    "Redaktion", "redaktion", "REDAKTION", "Moderation", "Moderator", "Administrator", "Admin", "Webmaster", "Stadtverwaltung",
    "Bürgermeister Lohse", "Die Redaktion", "Redaktion (offiziell)", "Stadt Musterstadt", "stadt musterstadt", "Mira Beispiel",
    "Das Team der Redaktion", "Redaktionsteam", "Pressestelle", "Oberbürgermeisterin Anna Klein", "Support",
)  # fmt: skip
_LOOKS = {"a": "а", "e": "е", "o": "о", "i": "і", "c": "с", "p": "р", "x": "х", "M": "М", "A": "А"}
_LEET = {"a": "4", "e": "3", "i": "1", "o": "0", "t": "7", "s": "5"}


def _with(name: str, table: dict[str, str], most: int = 2) -> str:
    changed = 0
    signs = []
    for each in name:
        swap = each in table and changed < most
        signs.append(table[each] if swap else each)
        changed += swap
    return "".join(signs)


def _spoofs() -> list[str]:
    base = ("Redaktion", "Moderation", "Administrator", "Stadt Musterstadt", "Mira Beispiel")
    told = list(_PLAIN)
    for name in base:
        told += [
            _with(name, _LOOKS), _with(name, _LOOKS, 9), _with(name, _LEET), "\u200b".join(name), f"\u202e{name[::-1]}\u202c",
            name.replace(" ", "\u2003") + "\u00ad", f"\u2066{name}\u2069", unicodedata.normalize("NFD", name), " ".join(name),
            "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in name), f"  {name}  ", f"{name}\ufeff",
            "".join(f"{each}\u0301" for each in name), f"★ {name} ★", f"{name}!", f"[{name}]", name.replace("i", "ı"),
            f"✔ {name}", f"@{name}",
        ]  # fmt: skip
    return list(dict.fromkeys(told))


def _looked_at(name: str, judges: object) -> tuple[str, bool]:
    standing = Standing(language="de", reserved=RESERVED, form=Form(seconds=60))
    judged = judge(Draft(page="/", text=TEXT, name=name), standing, Policy(), judges)  # type: ignore[arg-type]
    return judged.shown.name, any(each.rule == "impersonation" for each in judged.verdict.findings)


def test_nearly_every_spoofed_name_waits_for_a_person(judges):
    spoofs = _spoofs()
    # Text that was turned round is shown as it was typed, so that it reads like nobody's name.
    looked = {name: _looked_at(name, judges) for name in spoofs if not name.startswith("\u202e")}
    free = [name for name, (_shown, held) in looked.items() if not held]
    assert len(looked) > 100
    assert len(free) <= 0.08 * len(spoofs), free


def test_no_name_runs_the_other_way(judges):
    """Whatever turns text round, or shows nothing, does not reach a page; `<bdi>` and `dir=auto` hold the rest."""
    turning = {"\u202a", "\u202b", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068"}
    for name in _spoofs() + [f"Anna {each} annA" for each in turning]:
        shown = _looked_at(name, judges)[0]
        assert not turning & set(shown), (name, shown)
        assert "\n" not in shown


@pytest.mark.parametrize(
    "name",
    [
        "Anke",
        "Ayşe Demir",
        "Олена",
        "Γιώργος",
        "مريم",
        "Ex-Redakteur",
        "Jo",
        "M. Klein",
        "",
        "Friends of the Town Council",
        "Town Hall Choir",
    ],
)
def test_a_name_of_ones_own_stays_as_it_is(judges, name):
    assert _looked_at(name, judges) == (name, False)


@pytest.mark.parametrize(
    "name",
    [
        "Editorial Team Olbernau",
        "Mayor's Office, Town of Brennitz",
        "Youth Welfare Office Kirchau",
        "Moderator_official",
    ],
)
def test_an_english_office_poses_as_one_wherever_it_stands_in_the_name(judges, name):
    assert _looked_at(name, judges)[1]
