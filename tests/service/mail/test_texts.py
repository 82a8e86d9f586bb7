"""Every text of the mails exists in German."""

from pathlib import Path

from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

_SERVICE = Path(__file__).parents[3] / "service"
_OPTIONS = {"trimmed": "true", "newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true"}


def test_every_text_of_the_mails_is_translated() -> None:
    with (_SERVICE / "locale/de/mail.po").open("rb") as file:
        catalogue = {each.id: each.string for each in read_po(file, locale="de") if each.id}
    used = set()
    for path in sorted((_SERVICE / "mail").rglob("*.*")):
        method = {".html": "jinja2.ext:babel_extract", ".txt": "jinja2.ext:babel_extract", ".py": "python"}
        if path.suffix in method:
            keywords = {"_": None, "gettext": None, "ngettext": (1, 2)}
            used |= {each[1] for each in extract_from_file(method[path.suffix], path, keywords, options=_OPTIONS)}
    assert used - catalogue.keys() == set()
    assert catalogue.keys() - used == set()
    assert [each for each, text in catalogue.items() if not all(text if isinstance(text, tuple) else (text,))] == []
