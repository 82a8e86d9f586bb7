"""From a row of a file to a comment that can be shown: through the same renderer, sanitiser and mask as any other.

What still waits for a decision is judged as well, so that moderators find it in its lane with reasons.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from models.base import searchable
from models.comment import judged_fields
from models.imported import Arriving
from models.outcome import LONGEST_TITLE as LONGEST_OUTCOME
from models.portable import NotPortable, unpack, unpack_decision, unpack_outcome, unpack_prompt
from models.prompt import LONGEST_PROMPT
from models.site import Site
from models.thread import BadPage, normalise_page
from moderation.draft import LONGEST, Draft, is_address
from moderation.judge import Judges, judge, show
from moderation.lifecycle import Status
from moderation.personal_data import mask_html, mask_text, mask_url
from moderation.reading import Form, Standing
from moderation.sanitize import sanitize
from moderation.tidy import tidy
from moderation.unrender import as_markdown
from service.exchange.record import LONGEST_TEXT, Record, Stored

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
# Retired ones among them.
MOST_PAGE_QUESTIONS = 1000
_LANES = ("review", "spam")
_UNKNOWN_SENDER = Standing(form=Form(seconds=60.0))


class NotTaken(ValueError):
    """The row cannot become a comment; the message says why."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A comment ready to be added, and what of it had to be changed on the way."""

    comment: Arriving
    changes: tuple[str, ...] = ()


def page_of(address: str) -> str:
    """The page as threads know it, or `NotTaken`."""
    try:
        return normalise_page(address)
    except BadPage:
        raise NotTaken(f"“{address[:80]}” is no page") from None


def prepare(record: Record, comment_id: str, site: Site, judges: Callable[[], Judges]) -> Prepared:
    """The comment of another system, or `NotTaken`."""
    typed = _typed(record)
    if record.status != "deleted" and not typed.strip():
        raise NotTaken("without text")
    if len(typed) > LONGEST_TEXT:
        raise NotTaken(f"longer than {LONGEST_TEXT} characters")
    changes = []
    name = " ".join(record.name.split())
    if len(name) > LONGEST["name"]:
        name = name[: LONGEST["name"]]
        changes.append(f"the name is cut to {LONGEST['name']} characters")
    email = record.email if len(record.email) <= LONGEST["email"] and is_address(record.email) else ""
    if record.email and not email:
        changes.append("what stood for an e-mail address is none and was left out")
    draft = Draft(page=record.page, text=typed, name=name, email=email, url=record.url[: LONGEST["url"]])
    created = datetime.fromisoformat(record.created)
    columns = _columns(draft, record.status, site, judges) | {
        "email": email or None,
        "status": Status(record.status),
        "pinned": record.pinned and record.status == "approved",
        "language": site.language,
        "created_at": created,
        "edited_at": datetime.fromisoformat(record.edited) if record.edited else None,
        "published_at": created if record.status == "approved" else None,
    }
    if record.url and not columns["url"]:
        changes.append("the website is no http address, or holds an e-mail address, and was left out")
    return Prepared(Arriving(comment_id, page_of(record.page), columns), tuple(changes))


def prepare_stored(stored: Stored, comment_id: str, page: str, site: Site) -> Prepared:
    """The comment of our own export, cleaned again, since a file can be changed; or `NotTaken`."""
    packed = {name: value for name, value in stored.content.items() if name not in ("page", "history")}
    try:
        columns = unpack(packed)
        history = tuple(unpack_decision(each) for each in _list(stored.content.get("history", [])))
    except NotPortable as error:
        raise NotTaken(str(error)) from None
    columns.pop("id", None)
    missing = {"text", "html", "name", "status", "created_at"} - columns.keys()
    if missing:
        raise NotTaken(f"“{min(missing)}” is missing")
    if columns["status"] not in set(Status) or columns.setdefault("lane", "review") not in _LANES:
        raise NotTaken("of no known status or lane")
    if not _judged_well(columns) or (columns.get("email") and not is_address(columns["email"])):
        raise NotTaken("“findings” or “email” is not what it should be")
    return Prepared(Arriving(comment_id, page, _cleaned(columns, site), history=history))


def prepare_questions(packed: object, site: Site) -> tuple[dict[str, Any], ...]:
    """The questions of a page in our own export, cleaned again; or `NotTaken`."""
    if not isinstance(packed, list) or len(packed) > MOST_PAGE_QUESTIONS:
        raise NotTaken("“questions” is no list of questions")
    try:
        prompts = [unpack_prompt(each) for each in packed]
    except NotPortable as error:
        raise NotTaken(str(error)) from None
    for each in prompts:
        each["text"] = mask_text(" ".join(tidy(each["text"]).split()), site.language).text[:LONGEST_PROMPT]
        if not each["text"] or not ID.fullmatch(each["id"]):
            raise NotTaken("a question without text or id")
    return tuple(prompts)


def prepare_outcome(packed: object, site: Site) -> dict[str, Any] | None:
    """What became of the page's talk in our own export, rendered and cleaned again; None for none, or `NotTaken`."""
    if packed is None:
        return None
    try:
        columns = unpack_outcome(packed)
    except NotPortable as error:
        raise NotTaken(str(error)) from None
    shown = show(Draft(page="/", text=columns["text"]), site.plain_language)
    if not shown.html:
        raise NotTaken("“outcome” says nothing")
    title = clean_title(columns["title"], site)[:LONGEST_OUTCOME]
    told = columns["told_at"] or columns["created_at"]
    return {**columns, "title": title, "text": shown.text, "html": shown.html, "told_at": told}


def clean_title(title: str, site: Site) -> str:
    """A page's title, without addresses."""
    return mask_text(" ".join(tidy(title).split()), site.language).text[: LONGEST["title"]]


def _typed(record: Record) -> str:
    text = record.text[: 4 * LONGEST_TEXT]
    if record.form == "cleaned":
        return as_markdown(text, typed=True)
    if record.form == "markdown":
        # Other systems let some HTML through among their Markdown.
        return as_markdown(text, typed=True) if "<" in text else text
    return as_markdown(text, lines=record.form == "lines")


def _columns(draft: Draft, status: str, site: Site, judges: Callable[[], Judges]) -> dict[str, Any]:
    shown = show(draft, site.language, LONGEST_TEXT)
    if status == "pending":
        standing = replace(_UNKNOWN_SENDER, language=site.language)
        return judged_fields(replace(judge(draft, standing, site.policy, judges()), shown=shown))
    return {
        "text": shown.text,
        "html": shown.html,
        "name": shown.name,
        "url": shown.url,
        "search": searchable(shown.text, shown.name),
        "lane": "spam" if status == "spam" else "review",
    }


def _cleaned(columns: Mapping[str, Any], site: Site) -> dict[str, Any]:
    language = site.language
    text = mask_text(tidy(columns["text"]), language).text
    name = mask_text(tidy(columns["name"]), language).text
    question = columns.get("question")
    return {
        **columns,
        "text": text,
        "html": mask_html(sanitize(columns["html"]), language).text,
        "name": name,
        "title": mask_text(tidy(columns.get("title", "")), language).text,
        "question": mask_text(tidy(question), language).text if question else question,
        "url": mask_url(columns["url"]) if columns.get("url") else columns.get("url"),
        "search": searchable(text, name),
        "rules": "".join(f" {each} " for each in dict.fromkeys(each["rule"] for each in columns.get("findings", []))),
        "language": columns.get("language", language),
    }


def _judged_well(columns: Mapping[str, Any]) -> bool:
    """Whether findings, reasons and failures have the shapes that pages rely on."""
    findings, reasons = columns.get("findings", []), columns.get("reasons", [])
    failed = columns.get("failed", [])
    return (
        all(isinstance(each, list) for each in (findings, reasons, failed))
        and all(_has(each, ("rule", "severity", "message")) and {"start", "end"} <= each.keys() for each in findings)
        and all(_has(each, ("head", "label", "text")) and {"start", "end", "weight"} <= each.keys() for each in reasons)
        and all(isinstance(each, str) for each in failed)
        and columns.get("priority", 0) in (0, 1, 2)
    )


def _has(value: object, texts: tuple[str, ...]) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(each), str) for each in texts)


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise NotPortable("“history” is no list")
    return value
