"""What operations are described with: parameters, request bodies, and what an answer carries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from models.prompt import LONGEST_PROMPT, MOST_PROMPTS
from models.question import LANES
from models.site import KEY
from moderation.draft import LONGEST, LONGEST_JUDGED
from moderation.lifecycle import Status
from service.api.imports import COMMENT_FIELDS, LONGEST_FIELD, MOST_ROWS, POST_FIELDS
from service.api.moderation import MOST_DECISIONS, MOST_ITEMS
from service.api.threads import DEFAULT_LIMIT, MOST_COMMENTS, MOST_PAGES, SORTS
from service.contacting import LONGEST as LONGEST_MESSAGE
from service.exchange.record import LONGEST_TEXT
from service.moderating import ACTIONS, LONGEST_STATEMENT
from service.pages.fragment import HEADING_LEVELS, WRITING
from service.redacting import MARKS
from service.reporting import LONGEST as LONGEST_REPORTED
from service.reporting import REASONS

Json = dict[str, Any]

# PostgreSQL stores no NUL, so no text may hold one.
_NO_NUL = r"^[^\u0000]*$"
# Blanks alone say nothing.
_SOMETHING = r"^[^\u0000]*[^\u0000\s][^\u0000]*$"
_LINE = r"^[^\u0000\r\n]*$"
# What reads a document folds pattern and length into one expression; of 65,536 repetitions it makes 170 MiB.
_LONGEST_FOLDED = 5000


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. `answers`: for each status of success its shape's name, or None without a body.

    `media_type`: what the answer is where it is not JSON; then no shape describes it.
    """

    id: str
    summary: str
    answers: Mapping[int, str | None]
    problems: tuple[int, ...]
    parameters: tuple[Json, ...] = ()
    body: str | None = None
    headers: tuple[str, ...] = ()
    bearer: str | None = None
    tag: str = field(default="public")
    media_type: str = "application/json"


def query(name: str, schema: Json, told: str, *, required: bool = False) -> Json:
    """A query parameter."""
    return {"name": name, "in": "query", "required": required, "schema": schema, "description": told}


def path(name: str, schema: Json, told: str) -> Json:
    """A part of the path."""
    return {"name": name, "in": "path", "required": True, "schema": schema, "description": told}


SITE = path("site", {"type": "string", "pattern": f"^{KEY.pattern}$"}, "A site's key.")
PROMPT = path("id", {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}, "A question's id.")
PERSON = path("person", {"type": "string", "pattern": f"^{KEY.pattern}$"}, "A contact's key.")
COMMENT = path("id", {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}, "A comment's id.")
LANG = query("lang", {"enum": ["de", "en"]}, "The language of messages, before Accept-Language.")
_PAGE = {"type": "string", "minLength": 1, "maxLength": LONGEST["page"]}
_WHICH = "The page's address or path; origin, fragment and tracking parameters are ignored."
PAGE = query("page", _PAGE, _WHICH, required=True)
FORM_PAGE = query("page", _PAGE, "The page that carries the form.")
_SOME_PAGES = {"type": "array", "items": _PAGE, "minItems": 1, "maxItems": MOST_PAGES}
PAGES = query("page", _SOME_PAGES, "Each page to count.", required=True) | {"style": "form", "explode": True}
SORT = query("sort", {"enum": list(SORTS), "default": "oldest"}, "The order of top comments; replies are oldest first.")
AFTER = query("after", {"type": "string"}, "`next` of the answer before.")
LIMIT = query(
    "limit", {"type": "integer", "minimum": 1, "maximum": MOST_COMMENTS, "default": DEFAULT_LIMIT}, "Comments at most."
)
FEED_PAGE = query("page", _PAGE, "Only the comments of this page.")
LEVEL = query("level", {"enum": list(HEADING_LEVELS), "default": 2}, "The level of the heading.")
WRITE = query("write", {"enum": list(WRITING), "default": "yes"}, "“no” where the host has closed the page itself.")
FRAGMENT_LANG = query("lang", {"enum": ["de", "en"]}, "The language; the site's own otherwise.")
OF_SITE = query("site", {"type": "string"}, "One of your sites; all of them otherwise.")
LANE = query("lane", {"enum": list(LANES)}, "Only this lane.")
STATUS = query("status", {"enum": [each.value for each in Status]}, "Whatever has this status, instead of what waits.")
WORDS = query("q", {"type": "string", "maxLength": 200, "pattern": _NO_NUL}, "Words in text or name.")
OF_PROMPT = query(
    "question", {"type": "string", "maxLength": 64, "pattern": _NO_NUL}, "Only what answers this question."
)
ITEMS = query("limit", {"type": "integer", "minimum": 1, "maximum": MOST_ITEMS, "default": 50}, "Comments at most.")
FROM = query("from", {"type": "string"}, "A day, or a time with its zone (RFC 3339); 30 days before `to` otherwise.")
TO = query("to", {"type": "string"}, "A day, which counts whole, or a time with its zone; now otherwise.")

HEADERS: dict[str, Json] = {
    "ETag": {"schema": {"type": "string"}, "description": "Strong; the same as long as readers see the same."},
    "Cache-Control": {"schema": {"type": "string"}},
    "Retry-After": {"schema": {"type": "integer", "minimum": 1}, "description": "Seconds."},
    "WWW-Authenticate": {"schema": {"type": "string"}},
    "Allow": {"schema": {"type": "string"}},
}


def _text(longest: int, told: str = "", *, pattern: str = _NO_NUL) -> Json:
    text = {"type": ["string", "null"], **_written(longest, pattern)}
    return {**text, "description": told} if told else text


def _present(longest: int, told: str = "", *, pattern: str = _NO_NUL) -> Json:
    text = {"type": "string", "minLength": 1, **_written(longest, pattern)}
    return {**text, "description": told} if told else text


def _written(longest: int, pattern: str) -> Json:
    if longest > _LONGEST_FOLDED:
        return {"maxLength": longest, "allOf": [{"pattern": pattern}]}
    return {"maxLength": longest, "pattern": pattern}


def _object(required: list[str], properties: Json) -> Json:
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


_CHANGEABLE: Json = {
    "text": _present(LONGEST["text"], "A small Markdown; the netiquette allows less."),
    "name": _text(LONGEST["name"], pattern=_LINE),
    "url": _text(LONGEST["url"], "The author's website, http or https; anything else is left out.", pattern=_LINE),
}
_POST: Json = {
    **_CHANGEABLE,
    "page": _present(LONGEST["page"], "The page's address or path."),
    "email": _text(LONGEST["email"], "Never shown.", pattern=_LINE),
    "parent": _text(LONGEST["parent"], "The published comment that is answered."),
    "title": _text(LONGEST["title"], "The page's title, for the moderators.", pattern=_LINE),
    "question": _text(
        LONGEST["question"], "A question of the page that is answered; a reply stands under that of its parent."
    ),
    "notify": {"enum": ["none", "replies", "thread", None]},
    "consent": {"type": ["boolean", "null"]},
    "form_token": _text(LONGEST["form_token"], "From `GET …/form`; without it the comment is marked for moderators."),
    "id": {
        "type": ["string", "null"],
        "pattern": "^[A-Za-z0-9_-]{8,64}$",
        "description": "The client's own key: the same id twice is one comment.",
    },
    "homepage": _text(LONGEST["homepage"], "People leave this empty."),
    "private": {
        "type": ["boolean", "null"],
        "description": "For the editors alone, where the form says that the site offers it: it becomes no comment.",
    },
    "token": _text(LONGEST["token"], "What the host's site has signed about its reader (JWT); see the guide."),
}
_PREVIEWED = {name: each for name, each in _POST.items() if name != "private"}
_DECISION: Json = {
    "action": {"enum": list(ACTIONS)},
    "revision": {"type": "integer", "description": "The revision that was seen."},
    "rule": {"type": ["string", "null"], "description": "A rule of the netiquette; needed to reject."},
    "statement": _text(LONGEST_STATEMENT, "To the author when rejecting, to colleagues with a note."),
    "passage": _text(LONGEST_JUDGED, "What to take out of the text, exactly as it stands there."),
    "mark": {"enum": [*MARKS, ""], "description": "What readers see in the passage's place."},
    "to": {"type": ["integer", "null"], "description": "The colleague to hand over to."},
}
_CLOSING: Json = {
    "type": ["string", "null"],
    "format": "date-time",
    "description": "From then on it takes no answers; a time with its zone.",
}
_ASKED = _present(LONGEST_PROMPT)
_FIELD: Json = {"type": "string", "maxLength": LONGEST_FIELD}
_WRITTEN: Json = {
    "type": "string", "maxLength": 4 * LONGEST_TEXT, "description": "WordPress's HTML, in which lines count.",
}  # fmt: skip
_FROM_WORDPRESS: Json = {
    "blog": {**_FIELD, "minLength": 1, "description": "The blog's address, as its export names it; ids count in it."},
    "posts": {
        "type": "array", "maxItems": MOST_ROWS, "items": _object([], dict.fromkeys(POST_FIELDS, _FIELD)),
        "description": "The pages of these comments.",
    },
    "comments": {
        "type": "array", "maxItems": MOST_ROWS,
        "items": _object([], {**dict.fromkeys(COMMENT_FIELDS, _FIELD), "content": _WRITTEN}),
        "description": "Fields as in WordPress's export (`wp:comment_…`), with the `link` of the post.",
    },
}  # fmt: skip
_ONE_OF_SEVERAL = _object(["id", "action", "revision"], {"id": {"type": "string"}, **_DECISION})

BODIES: dict[str, Json] = {
    "Post": _object(["page", "text"], _POST),
    "PreviewPost": _object([], {**_PREVIEWED, "text": _text(LONGEST["text"]), "page": _text(LONGEST["page"])}),
    "Changes": _object([], _CHANGEABLE),
    "ReportPost": _object(
        ["reason"],
        {
            "reason": {"enum": list(REASONS)},
            "statement": _text(LONGEST_REPORTED["statement"]),
            "name": _text(LONGEST_REPORTED["name"], pattern=_LINE),
            "email": _text(LONGEST_REPORTED["email"], "To be told what became of the report.", pattern=_LINE),
        },
    ),
    "PromptsPost": _object(
        ["page", "questions"],
        {
            "page": _present(LONGEST["page"], "The page's address or path."),
            "questions": {"type": "array", "minItems": 1, "maxItems": MOST_PROMPTS, "items": _ASKED},
            "closes_at": _CLOSING,
            "title": _text(LONGEST["title"], "What the page is called, where nobody has named it yet."),
        },
    ),
    "PromptChanges": _object(
        [],
        {
            "text": _ASKED,
            "open": {"type": "boolean"},
            "closes_at": _CLOSING,
            "position": {"type": "integer", "minimum": 1, "maximum": 1000, "description": "Its place, the first is 1."},
            "retired": {"type": "boolean", "description": "Not asked any more; its answers stay among the others."},
        },
    ),
    "MessagePost": _object(
        ["text"],
        {
            "text": _present(LONGEST_MESSAGE, "Plain text.", pattern=_SOMETHING),
            "name": _text(LONGEST["name"], pattern=_LINE),
            "email": _text(LONGEST["email"], "For an answer; only the recipient sees it.", pattern=_LINE),
            "page": _text(LONGEST["page"], "Where it was written."),
            "consent": {"type": ["boolean", "null"]},
            **{name: _POST[name] for name in ("form_token", "id", "homepage")},
        },
    ),
    "PlaceChange": _object(
        ["open"], {"open": {"type": "boolean", "description": "Whether comments can be written on the page."}}
    ),
    "WordPressPart": _object(list(_FROM_WORDPRESS), _FROM_WORDPRESS),
    "DecisionPost": _object(["action", "revision"], _DECISION),
    "DecisionsPost": _object(
        ["decisions"], {"decisions": {"type": "array", "maxItems": MOST_DECISIONS, "items": _ONE_OF_SEVERAL}}
    ),
}
