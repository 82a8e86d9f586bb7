"""What people type into a setting, and the value that it means: each reader has the way back beside it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from models.site import BadSite, normalise_origin, web_address
from moderation.netiquette.params import RULES
from moderation.working_time import BadHours, parse_week
from service.errors import _

MOST_LINES = 50
_FULL = "24:00"


class BadSetting(ValueError):
    """What was typed cannot be; `text` says so as a source text, which `values` fill."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text % values if values else text)
        self.text, self.values = text, values


def text_of(longest: int, least: int = 0) -> Callable[[str], str]:
    def read(told: str) -> str:
        told = "\n".join(" ".join(line.split()) for line in told.replace("\r\n", "\n").split("\n"))
        if len(told) < least:
            raise BadSetting(_("Please fill in this field."))
        if len(told) > longest:
            raise BadSetting(_("At most %(limit)s characters are possible here."), limit=longest)
        if not told.replace("\n", "").isprintable():
            raise BadSetting(_("This field must be plain text."))
        return told

    return read


def lines_of(each: Callable[[str], str], least: int = 0) -> Callable[[str], list[str]]:
    def read(told: str) -> list[str]:
        lines = [line.strip() for line in told.replace(",", "\n").split("\n") if line.strip()]
        if len(lines) < least:
            raise BadSetting(_("Please fill in this field."))
        if len(lines) > MOST_LINES:
            raise BadSetting(_("At most %(limit)s lines are possible here."), limit=MOST_LINES)
        return list(dict.fromkeys(each(line) for line in lines))

    return read


def origin(told: str) -> str:
    try:
        return normalise_origin(told)
    except BadSite:
        raise BadSetting(_("“%(told)s” must look like https://www.example.org."), told=told[:80]) from None


def address(told: str) -> str:
    try:
        return web_address(told) if told else ""
    except BadSite:
        raise BadSetting(_("“%(told)s” must look like https://www.example.org/imprint."), told=told[:80]) from None


def one_of(choices: Sequence[str]) -> Callable[[str], str]:
    def read(told: str) -> str:
        if told not in choices:
            raise BadSetting(_("Possible are: %(choices)s."), choices=", ".join(filter(None, choices)))
        return told

    return read


def flag(told: str) -> bool:
    if told.casefold() not in ("", "on", "off", "yes", "no", "true", "false"):
        raise BadSetting(_("Possible are: %(choices)s."), choices="on, off")
    return told.casefold() in ("on", "yes", "true")


def show_flag(value: bool) -> str:
    return "on" if value else "off"


def whole(least: int, most: int) -> Callable[[str], int]:
    def read(told: str) -> int:
        if not (told.isascii() and told.isdigit() and len(told) < 9 and least <= int(told) <= most):
            raise BadSetting(_("A whole number from %(least)s to %(most)s is needed."), least=least, most=most)
        return int(told)

    return read


def probability(told: str) -> float | None:
    if not told:
        return None
    try:
        value = float(told.replace(",", "."))
    except ValueError:
        value = -1.0
    if not 0.5 <= value <= 1:
        raise BadSetting(_("A number from 0.5 to 1 is needed, or nothing for the classifier's own."))
    return value


def show_number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def week(told: str) -> list[list[list[str]]]:
    """`09:00-12:00, 14:00-17:00` a day, days parted by `;`, from Monday."""
    days = [
        [[_clock(time) for time in pair.replace("–", "-").split("-")] for pair in day.split(",") if pair.strip()]
        for day in told.split(";")
    ]
    try:
        parse_week(days)
    except (BadHours, ValueError):
        raise BadSetting(
            _("For each of seven days: times such as 09:00-12:00, 14:00-17:00, in order; nothing for a closed day.")
        ) from None
    return days


def _clock(told: str) -> str:
    """`9:00` as `09:00`."""
    told = told.strip()
    return told.zfill(5) if told != _FULL else _FULL


def show_week(value: Sequence[Sequence[Sequence[str]]]) -> str:
    return ";".join(", ".join("-".join(pair) for pair in day) for day in value)


def rule(told: str) -> str:
    if told not in RULES:
        raise BadSetting(_("“%(told)s” is no rule of the netiquette."), told=told[:40])
    return told


def bands(told: str) -> list[dict[str, Any]]:
    """Lines such as `violation 0.4 0.7`."""
    bands = []
    for line in filter(None, (each.strip() for each in told.split("\n"))):
        head, *ends = line.replace(",", ".").split()
        try:
            least, most = (float(each) for each in ends)
        except ValueError:
            least, most = 1.0, 0.0
        if head not in ("spam", "violation") or not 0 <= least < most <= 1:
            raise BadSetting(_("A line such as “violation 0.4 0.7” is needed."))
        bands.append({"head": head, "least": least, "most": most})
    return bands[:MOST_LINES]


def show_bands(value: Sequence[Mapping[str, Any]]) -> str:
    return "\n".join(f"{each['head']} {each['least']:g} {each['most']:g}" for each in value)


def show_lines(value: Sequence[str]) -> str:
    return "\n".join(value)
