"""What keeps an attack from coming back with the next change: HTML is made in few places, and edited in none."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
# What is HTML when it comes: the sanitiser's own work, from the database or from this very request.
SAFE = {"comment.html", "entry.html", "parent.html", "card.dossier.case.comment.html", "outcome.html", "shown.html"}
MADE = {
    "service/templating.py",
    "service/desk/words.py",
    "service/desk/card.py",
    "service/pages/preview.py",
    "service/pages/listing.py",
}


def test_templates_trust_nothing_but_sanitised_html() -> None:
    found = {
        (path.name, expression)
        for path in ROOT.glob("service/*/templates/*")
        for expression in re.findall(r"([\w.\[\]\"]+)\s*\|\s*safe\b", path.read_text(encoding="utf-8"))
    }
    assert {each for each in found if each[1] not in SAFE} == set()
    assert found
    text = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("service/*/templates/*"))
    assert "autoescape" not in text


def test_markup_is_made_in_few_places() -> None:
    found = {
        str(path.relative_to(ROOT)) for path in _sources() if re.search(r"\bMarkup\(", path.read_text(encoding="utf-8"))
    }
    assert found - MADE == set()


def test_no_html_is_edited_as_a_string() -> None:
    """After the sanitiser, a pattern or a replacement in HTML can make a tag of what was none (row 5)."""
    wrong = []
    for path in _sources():
        for call in (
            each for each in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(each, ast.Call)
        ):
            told = ast.unparse(call)
            edits = isinstance(call.func, ast.Attribute) and call.func.attr in ("sub", "subn", "replace", "translate")
            if edits and re.search(r"\bhtml\b(?!\.count)", re.sub(r"'[^']*'", "", told)):
                wrong.append((str(path.relative_to(ROOT)), told[:80]))
    assert [each for each in wrong if each[0] not in BEFORE] == []


# These read HTML before it is sanitised, make text of it, or only ask whether there is more than text in it.
BEFORE = {
    "moderation/sanitize.py",
    "moderation/render.py",
    "moderation/unrender.py",
    "service/mail/quoting.py",
    "service/desk/card.py",
}


def _sources() -> list[Path]:
    return [path for part in ("moderation", "models", "service") for path in (ROOT / part).rglob("*.py")]
