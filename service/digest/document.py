"""A digest as a document (DOCX), with real headings and tables, for offices that go on writing in it."""

from datetime import datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from models.site import Site
from models.thread import Thread
from service.digest.gathering import Digest, Section
from service.digest.voice import Voice
from service.digest.words import NAMES, OPEN, OPEN_RULE, QUOTES, RULE, Words
from service.errors import _

_INK, _SOFT, _ACCENT = RGBColor(0x1B, 0x25, 0x29), RGBColor(0x55, 0x62, 0x6A), RGBColor(0x17, 0x60, 0x5F)
_LOCALES = {"de": "de-DE", "en": "en-GB"}
_NOT_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))


def document_of(digest: Digest, site: Site, thread: Thread, address: str, language: str, now: datetime) -> bytes:
    """The document's bytes."""
    words = Words(language)
    document = Document()
    _dress(document, words.title(site, thread), site.name, language, now)
    document.add_paragraph(_clean(words.title(site, thread)), style="Title")
    document.add_paragraph(
        _clean(words.tell(_("%(address)s, as of %(day)s"), address=address, day=words.day(now))), style="Subtitle"
    )
    _figures(document, words.figures(digest))
    for section in digest.sections:
        _section(document, section, digest, words)
    document.add_heading(words.tell(_("How this digest was made")), level=1)
    for told in (RULE, NAMES, OPEN_RULE):
        document.add_paragraph(words.tell(told) if told != OPEN_RULE else f"{words.tell(OPEN)}: {words.tell(told)}")
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _section(document: Any, section: Section, digest: Digest, words: Words) -> None:
    document.add_heading(_clean(words.heading(section, digest)), level=1)
    _soft(document.add_paragraph(words.summary(section)))
    if section.quotes:
        document.add_heading(words.tell(QUOTES), level=2)
        for each in section.quotes:
            _quote(document, each, words)
    if section.open_points:
        document.add_heading(words.tell(OPEN), level=2)
        for each in section.open_points:
            paragraph = document.add_paragraph(style="List Bullet")
            paragraph.add_run(_clean(" ".join(each.text.split())))
            _soft_run(paragraph, f" ({words.source(each)})")


def _quote(document: Any, voice: Voice, words: Words) -> None:
    """The quote and, on a line of its own, whose it is; the two stay on one page."""
    paragraph = document.add_paragraph(style="Quote")
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run(words.tell(_("“%(quote)s”"), quote=_clean(voice.text)))
    source = document.add_paragraph()
    source.paragraph_format.left_indent = Cm(0.8)
    source.paragraph_format.space_after = Pt(12)
    _soft_run(source, words.source(voice))


def _figures(document: Any, figures: list[tuple[str, str]]) -> None:
    table = document.add_table(rows=0, cols=2)
    table.style = "Table Grid"
    for name, number in figures:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = _clean(name), _clean(number)
        cells[0].width, cells[1].width = Cm(9.5), Cm(6.5)
        cells[0].paragraphs[0].runs[0].font.color.rgb = _SOFT
        cells[1].paragraphs[0].runs[0].font.bold = True
        for cell in cells:
            cell.paragraphs[0].paragraph_format.space_before = Pt(3)
            cell.paragraphs[0].paragraph_format.space_after = Pt(3)
    _only_lines_between(table)


def _dress(document: Any, title: str, author: str, language: str, now: datetime) -> None:
    """Page, type and facts about the document: programs read it aloud in the right language."""
    facts = document.core_properties
    facts.title, facts.author, facts.language = _clean(title)[:250], _clean(author)[:250], _LOCALES[language]
    facts.created = facts.modified = now.replace(tzinfo=None)
    facts.comments, facts.last_modified_by = "", _clean(author)[:250]
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.5)
    page.top_margin = page.bottom_margin = Cm(2.2)
    sizes = {
        "Normal": 11,
        "Title": 22,
        "Subtitle": 11,
        "Heading 1": 15,
        "Heading 2": 12,
        "Quote": 11,
        "List Bullet": 11,
    }
    for name, size in sizes.items():
        style = document.styles[name]
        style.font.name, style.font.size = "Calibri", Pt(size)
        style.font.italic = False
        style.font.color.rgb = _ACCENT if name.startswith("Heading") else _SOFT if name == "Subtitle" else _INK
        # The themes' own fonts would win over the name.
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for each in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{each}"), None)
    for line in document.styles["Title"].element.findall(f".//{qn('w:pBdr')}"):
        line.getparent().remove(line)
    normal = document.styles["Normal"]
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(6), 1.15
    document.styles["Quote"].paragraph_format.left_indent = Cm(0.8)
    document.styles["Quote"].paragraph_format.space_after = Pt(2)
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), _LOCALES[language])
    normal.element.get_or_add_rPr().append(spoken)
    footer = page.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _soft_run(footer, _clean(author) + " · ")
    _page_number(footer)


def _page_number(paragraph: Any) -> None:
    """A field that the reader's program fills in."""
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        part.text = text or None
        run._r.append(part)  # noqa: SLF001  # the library has no other way to a field


def _only_lines_between(table: Any) -> None:
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        border = OxmlElement(f"w:{side}")
        shown = side in ("top", "bottom", "insideH")
        border.set(qn("w:val"), "single" if shown else "nil")
        if shown:
            border.set(qn("w:sz"), "4")
            border.set(qn("w:color"), "D9DFDE")
        borders.append(border)
    facts = table._tbl.tblPr  # noqa: SLF001  # nor to a table's own borders
    # The format has an order, and Word is strict about it.
    later = [each for each in facts if each.tag in map(qn, ("w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook"))]
    if later:
        later[0].addprevious(borders)
    else:
        facts.append(borders)


def _soft(paragraph: Any) -> None:
    for run in paragraph.runs:
        run.font.color.rgb = _SOFT


def _soft_run(paragraph: Any, text: str) -> None:
    run = paragraph.add_run(_clean(text))
    run.font.size, run.font.color.rgb = Pt(9.5), _SOFT


def _clean(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(each for each in text.translate(_NOT_XML) if not "\ud800" <= each <= "\udfff")
