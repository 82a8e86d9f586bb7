"""Pages and mails from templates: one environment a language, escaping everything but `.txt`.

A template is named by its place: `pages/thread.html` lies in `service/pages/templates/`, `desk/…` and `mail/…` alike.
In every template: `_` and `ngettext` (with `%(name)s`, filled in as keyword arguments), `language`, `tone` (the
language, or a way of speaking it), `now`, `root` (what stands before a path in links), and the functions of this file:
`when`, `ago`, `day`, `clock_time`, `number`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from datetime import date as dates
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from babel.dates import format_date, format_datetime, format_time, format_timedelta, get_timezone
from babel.numbers import format_decimal
from jinja2 import (
    BaseLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    pass_context,
    select_autoescape,
)
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from service.state import service_of
from service.texts import LANGUAGES, TONES, language_in, tell, translations

# Where people read a time without a script, nobody knows their zone; the sites' own is what they expect.
ZONE = get_timezone("Europe/Berlin")
_PLACES = ("pages", "desk", "mail")
_HERE = Path(__file__).parent
_DAYS = {"de": "d. MMMM y", "en": "d MMMM y"}
_TIMES = {"de": "d. MMMM y 'um' HH:mm 'Uhr'", "en": "d MMMM y, HH:mm"}
_CLOCKS = {"de": "HH:mm 'Uhr'", "en": "HH:mm"}
_RECENT = timedelta(days=7)
_UNITS = (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1))


def render(request: Request | None, template: str, language: str, **values: object) -> str:
    """The template as text. Without a request (mail) the caller gives `now` and, where links are relative, `root`."""
    if request is not None:
        service = service_of(request)
        values = {"now": service.clock(), "root": urlsplit(service.settings.base_url).path, **values}
    tone = language if language in (*LANGUAGES, *TONES) else LANGUAGES[0]
    chosen = language_in(tone)
    return environment(tone).get_template(template).render(language=chosen, tone=tone, **values)


def page(
    request: Request,
    template: str,
    language: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: object,
) -> HTMLResponse:
    """The template as an answer that no cache keeps, unless `headers` say otherwise."""
    standard = {"Cache-Control": "no-store", "Content-Language": language_in(language), "Vary": "Accept-Language"}
    return HTMLResponse(render(request, template, language, **values), status, {**standard, **(headers or {})})


@cache
def environment(language: str) -> Environment:
    """Jinja for a language, with its texts and the templates that ship."""
    return make_environment(language, shipped_templates())


def shipped_templates() -> BaseLoader:
    return PrefixLoader({each: FileSystemLoader(_HERE / each / "templates") for each in _PLACES})


def make_environment(language: str, loader: BaseLoader, kind: type[Environment] = Environment) -> Environment:
    """Jinja for a language, with templates from the loader."""
    made = kind(
        loader=loader,
        autoescape=select_autoescape(disabled_extensions=("txt",), default=True, default_for_string=True),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.globals |= {"when": when, "ago": ago, "day": day, "clock_time": clock_time, "number": number}
    return made


def absolute(time: datetime, language: str) -> str:
    """`7. Oktober 2025 um 13:05 Uhr`."""
    return format_datetime(time, _TIMES[language], tzinfo=ZONE, locale=language)


def since(time: datetime, now: datetime, language: str) -> str:
    """`vor 2 Stunden`; the date for what is older than a week or lies ahead."""
    passed = now - time
    if passed < timedelta(seconds=-60) or passed > _RECENT:
        return _date(time.astimezone(ZONE).date(), language)
    if passed < timedelta(minutes=1):
        return tell(language, _("just now"))
    unit = next(each for each in _UNITS if passed >= each)
    return format_timedelta(-(passed - passed % unit), add_direction=True, threshold=1.0, locale=language)


@pass_context
def when(context: Context, time: datetime) -> Markup:
    """The time in full, as a `<time>` element."""
    return _element(time, absolute(time, context["language"]), "")


@pass_context
def ago(context: Context, time: datetime) -> Markup:
    """How long ago, as a `<time>` element that tells the time in full on hovering and in print."""
    language = context["language"]
    return _element(time, since(time, context["now"], language), absolute(time, language))


@pass_context
def day(context: Context, time: datetime | str) -> str:
    """`7. Oktober 2025`, of a time or of a date such as `2025-10-07`."""
    date = dates.fromisoformat(time) if isinstance(time, str) else time.astimezone(ZONE).date()
    return _date(date, context["language"])


@pass_context
def clock_time(context: Context, time: datetime) -> str:
    """`13:05 Uhr`."""
    return format_time(time, _CLOCKS[context["language"]], tzinfo=ZONE, locale=context["language"])


@pass_context
def number(context: Context, value: float) -> str:
    """The number as the language writes it: `10.000`, `0,5`."""
    return format_decimal(value, locale=context["language"])


def _date(date: dates, language: str) -> str:
    return format_date(date, _DAYS[language], locale=language)


def _(text: str) -> str:
    """Marks a text for the catalogue."""
    return text


def _element(time: datetime, shown: str, title: str) -> Markup:
    machine = time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if not title:
        return Markup('<time datetime="{}">{}</time>').format(machine, shown)
    both = Markup('<span class="ago">{}</span><span class="whole" aria-hidden="true">{}</span>').format(shown, title)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(machine, title, both)
