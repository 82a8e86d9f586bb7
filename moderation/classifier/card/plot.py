"""The calibration of both heads as a small SVG, drawn without a library."""

from moderation.classifier.evaluate import Report
from moderation.classifier.measured import Measured, reliability

_SIDE = 320
_EDGE = 46
_COLOURS = {"spam": "#b3420a", "violation": "#1f5fa8"}


def plot(report: Report) -> str:
    """For each bin of probabilities, how often it came true; on the diagonal they agree. A larger dot has more rows."""
    inner = [_line(each, number) for number, each in enumerate(report.strangers)]
    low, high = _place(0, 0), _place(1, 1)
    ticks = "".join(
        f'<text x="{_place(at, 0)[0]}" y="{_SIDE + _EDGE + 16}" text-anchor="middle">{at:g}</text>'
        f'<text x="{_EDGE - 8}" y="{_place(0, at)[1] + 4}" text-anchor="end">{at:g}</text>'
        for at in (0, 0.25, 0.5, 0.75, 1)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIDE + 2 * _EDGE} {_SIDE + 2 * _EDGE + 10}" '
        'font-family="sans-serif" font-size="11" role="img">'
        "<title>Calibration: predicted probability and observed share</title>"
        f'<rect x="0" y="0" width="100%" height="100%" fill="#fff"/>'
        f'<rect x="{_EDGE}" y="{_EDGE}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#999"/>'
        f'<line x1="{low[0]}" y1="{low[1]}" x2="{high[0]}" y2="{high[1]}" stroke="#999" stroke-dasharray="4 4"/>'
        f"{ticks}{''.join(inner)}"
        f'<text x="{_EDGE + _SIDE / 2}" y="{_SIDE + 2 * _EDGE}" text-anchor="middle">predicted / vorhergesagt</text>'
        f'<text x="{_EDGE}" y="{_EDGE - 26}">observed / beobachtet</text></svg>\n'
    )


def _line(measured: Measured, number: int) -> str:
    colour = _COLOURS[measured.head]
    places = [(*_place(predicted, seen), rows) for predicted, seen, rows in reliability(measured)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in places)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{2 + min(6, rows**0.5 / 12):.1f}" fill="{colour}"/>'
        for x, y, rows in places
    )
    label = f'<text x="{_EDGE + 12}" y="{_EDGE + 18 + 16 * number}" fill="{colour}">{measured.head}</text>'
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>{dots}{label}'


def _place(across: float, up: float) -> tuple[float, float]:
    return round(_EDGE + across * _SIDE, 1), round(_EDGE + (1 - up) * _SIDE, 1)
