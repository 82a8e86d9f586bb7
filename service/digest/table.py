"""A digest as a table for spreadsheets: every comment by readers in a row, without names."""

from moderation.working_time import ZONE
from service.digest.gathering import Digest, Section
from service.digest.voice import Voice
from service.digest.words import REST, Words
from service.errors import _
from service.sheet import sheet

_COLUMNS = (
    _("No."), _("Question"), _("Who"), _("Day"), _("Text"), _("Reply"), _("Featured"), _("Helpful"), _("Quoted"),
    _("Open point"),
)  # fmt: skip


def table_of(digest: Digest, language: str) -> bytes:
    """The table as bytes that a spreadsheet in the language opens; no cell can be taken for a formula."""
    words = Words(language)
    rows: list[list[object]] = [[words.tell(each) for each in _COLUMNS]]
    for section in digest.sections:
        quoted, open_ = {each.id for each in section.quotes}, {each.id for each in section.open_points}
        rows += [_row(each, section, words, each.id in quoted, each.id in open_) for each in section.voices]
    return sheet(rows, language)


def _row(voice: Voice, section: Section, words: Words, quoted: bool, open_: bool) -> list[object]:
    yes = words.tell(_("yes"))
    return [
        section.number or "",
        section.question.text if section.question else words.tell(REST),
        voice.who,
        voice.at.astimezone(ZONE).date().isoformat(),
        voice.text,
        yes if voice.reply else "",
        yes if voice.featured else "",
        voice.helpful,
        yes if quoted else "",
        yes if open_ else "",
    ]
