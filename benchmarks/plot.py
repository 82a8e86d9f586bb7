"""Milliseconds against size as a picture: an SVG that is legible on light and on dark ground, and without colours."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

_WIDE, _HIGH, _GAP, _EDGE = 300, 210, 62, 52
_TOP = 84
_LINE = 22
# Told apart by shape too. Each colour has 4.5:1 on its ground, white or nearly black.
_LIGHT = ("#0b5cad", "#b3420a", "#2b7a3d")
_DARK = ("#7db8ff", "#ffa570", "#7fd394")
_STYLE = f"""
  .ground {{ fill: #ffffff }} .frame {{ stroke: #d5dae0 }} .tick {{ fill: #57606a }} .title {{ fill: #1f2328 }}
  {" ".join(f".c{at} {{ stroke: {colour}; fill: {colour} }}" for at, colour in enumerate(_LIGHT))}
  .label {{ fill: #1f2328 }} .line {{ fill: none; stroke-width: 2.25; stroke-linejoin: round; stroke-linecap: round }}
  @media (prefers-color-scheme: dark) {{
    .ground {{ fill: #0d1117 }} .frame {{ stroke: #30363d }} .tick {{ fill: #9aa4af }} .title {{ fill: #e6edf3 }}
    .label {{ fill: #e6edf3 }}
    {" ".join(f".c{at} {{ stroke: {colour}; fill: {colour} }}" for at, colour in enumerate(_DARK))}
    .line {{ fill: none }}
  }}"""


@dataclass(frozen=True, slots=True)
class Curve:
    """Milliseconds at each size: the least of several requests, so that what else the machine does is left out."""

    name: str
    over: str
    points: dict[int, float]


def draw(curves: Sequence[Curve], note: str) -> str:
    """Cost against size, both logarithmic, one panel for each thing that grows; `note` stands below."""
    titles = list(dict.fromkeys(each.over for each in curves))
    panels = [[each for each in curves if each.over == title] for title in titles]
    every = [ms for each in curves for ms in each.points.values()]
    low, high = floor(log10(min(every))), ceil(log10(max(every)))
    wide = _EDGE + len(panels) * (_WIDE + _GAP)
    most = max(len(each) for each in panels)
    high_picture = _TOP + _HIGH + 44 + most * _LINE + 34
    drawn = "".join(
        _panel(title, panel, _EDGE + at * (_WIDE + _GAP), (low, high))
        for at, (title, panel) in enumerate(zip(titles, panels, strict=True))
    )
    told = "; ".join(
        f"{each.name}, by {each.over}: " + ", ".join(f"{ms:.1f} ms at {size:,}" for size, ms in each.points.items())
        for each in curves
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high_picture}" role="img" '
        'font-family="system-ui, sans-serif" font-size="13">'
        f"<title>What a request costs as things grow</title><desc>{escape(told)}</desc><style>{_STYLE}</style>"
        f'<rect class="ground" width="{wide}" height="{high_picture}" rx="8"/>'
        f'<text class="title" x="{_EDGE}" y="32" font-size="17" font-weight="600">'
        "What a request costs as things grow, in milliseconds</text>"
        f'{drawn}<text class="tick" x="{_EDGE}" y="{high_picture - 14}" font-size="12">{escape(note)}</text></svg>\n'
    )


def _panel(title: str, curves: Sequence[Curve], left: int, decades: tuple[int, int]) -> str:
    sizes = sorted({size for each in curves for size in each.points})
    bottom, spread = _TOP + _HIGH, (log10(sizes[-1]) - log10(sizes[0])) or 1

    def across(size: int) -> float:
        return left + 14 + (_WIDE - 28) * (log10(size) - log10(sizes[0])) / spread

    def up(ms: float) -> float:
        return bottom - _HIGH * (log10(ms) - decades[0]) / (decades[1] - decades[0])

    grid = "".join(
        f'<line class="frame" x1="{left}" x2="{left + _WIDE}" y1="{up(10**each):.1f}" y2="{up(10**each):.1f}"/>'
        f'<text class="tick" x="{left - 8}" y="{up(10**each) + 4.5:.1f}" text-anchor="end">{10**each:,.15g}</text>'
        for each in range(decades[0], decades[1] + 1)
    )
    ticks = "".join(
        f'<text class="tick" x="{across(size):.1f}" y="{bottom + 21}" text-anchor="middle">{size:,}</text>'
        for size in sizes
    )
    head = f'<text class="title" x="{left}" y="{_TOP - 18}" font-weight="600">{escape(title)}</text>'
    return head + grid + ticks + "".join(_curve(each, at, left, across, up) for at, each in enumerate(curves))


def _curve(curve: Curve, at: int, left: int, across: Callable[[int], float], up: Callable[[float], float]) -> str:
    """The line with a mark at each size, and its name below the panel with the first and the last figure."""
    places = [(across(size), up(ms)) for size, ms in curve.points.items()]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    marks = "".join(_mark(at, x, y) for x, y in places)
    first, *_, last = curve.points.values()
    below = _TOP + _HIGH + 50 + at * _LINE
    name = (
        f'{_mark(at, left + 6, below - 4.5)}<text class="label" x="{left + 20}" y="{below}">{escape(curve.name)}'
        f'<tspan class="tick" dx="6">{first:.1f} to {last:.1f} ms</tspan></text>'
    )
    return f'<polyline class="c{at} line" points="{line}"/>{marks}{name}'


def _mark(at: int, x: float, y: float) -> str:
    if at == 0:
        return f'<circle class="c0" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'
    if at == 1:
        return f'<rect class="c1" x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"/>'
    return f'<path class="c2" d="M{x:.1f} {y - 5.5:.1f} l5.5 9.5 h-11 z"/>'
