"""The pictures of the HTML report as inline SVG: no script, no request, colours from the CSS."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

from eval.report import ENDS, Report
from eval.wording import name_of, number

WIDTH = 860
LEFT = 200
RIGHT = 30
ROW = 44
TOP = 40
NARROWEST = (-20.0, 120.0)
WIDEST = (-150.0, 200.0)


class Bars(NamedTuple):
    """One side of a bar chart: its name, its CSS class and its shares per label."""

    name: str
    kind: str
    shares: Mapping[str, float]


class _Scale:
    """Points of the style scale to x; what lies outside is drawn at the edge."""

    def __init__(self, values: Sequence[float]) -> None:
        low, high = min([*values, NARROWEST[0]]), max([*values, NARROWEST[1]])
        self.low, self.high = max(low - 5, WIDEST[0]), min(high + 5, WIDEST[1])

    def __call__(self, points: float) -> float:
        inside = min(max(points, self.low), self.high)
        return LEFT + (inside - self.low) / (self.high - self.low) * (WIDTH - LEFT - RIGHT)


def score_chart(report: Report) -> str:
    """Every arm on the scale between other people and the person, with intervals."""
    drawn = {name: arm.style for name, arm in report.arms.items() if arm.style.score is not None}
    if not drawn:
        return ""
    values = [
        value
        for style in drawn.values()
        for value in (style.score, style.low, style.high)
        if value is not None
    ]
    x = _Scale(values)
    height = TOP + ROW * len(drawn) + 12
    parts = [_axis(x, height, subject=report.subject)]
    for row, (name, style) in enumerate(drawn.items()):
        y = TOP + ROW * row + ROW / 2
        if name == "others":
            parts += [_dot(x(points), y) for points in report.calibration.impostor_scores]
        if name == "person" and report.calibration.own_low is not None:
            parts.append(_band(x, y, report.calibration.own_low, report.calibration.own_high))
        label = name_of(name, subject=report.subject)
        parts.append(
            _mark(x, y, label, name, style.score, style.low, style.high, bool(style.struck))
        )
    title = "; ".join(
        f"{name_of(name, subject=report.subject)} {number(style.score)}"
        for name, style in drawn.items()
    )
    return _svg(parts, WIDTH, height, title=f"Style scores: {title}", kind="scores")


def bar_chart(title: str, sides: Sequence[Bars], labels: Sequence[str]) -> str:
    """Shares per label, a bar for each side under one another, values at their ends."""
    bar, gap, left, width = 11, 11, 122, 430
    block = bar * len(sides) + gap
    top = max([share for side in sides for share in side.shares.values()] or [1.0])
    parts = []
    for row, label in enumerate(labels):
        y = row * block
        middle = y + (block - gap) / 2
        parts.append(
            f'<text class="label" x="{left - 8}" y="{middle + 4:.1f}" text-anchor="end">'
            f"{escape(label)}</text>"
        )
        for place, side in enumerate(sides):
            share = side.shares.get(label, 0.0)
            length = share / top * (width - left - 48)
            at = y + place * bar
            parts.append(
                f'<rect class="{side.kind}" x="{left}" y="{at}" width="{max(1.0, length):.1f}" '
                f'height="{bar - 1}" rx="1.5"/>'
            )
            if share >= 0.005:
                at_end = f'x="{left + length + 5:.1f}" y="{at + 9}"'
                parts.append(f'<text class="value" {at_end}>{share:.0%}</text>')
    said = "; ".join(
        f"{side.name}: "
        + ", ".join(f"{label} {side.shares.get(label, 0.0):.0%}" for label in labels)
        for side in sides
    )
    return _svg(parts, width, block * len(labels), title=f"{title}. {said}", kind="bars")


def _svg(parts: Sequence[str], width: float, height: float, *, title: str, kind: str) -> str:
    return (
        f'<svg class="{kind}" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(title)}"><title>{escape(title)}</title>{"".join(parts)}</svg>'
    )


def _axis(x: _Scale, height: float, *, subject: str) -> str:
    parts = [
        f'<rect class="between" x="{x(0):.1f}" y="{TOP - 8}" width="{x(100) - x(0):.1f}" '
        f'height="{height - TOP}"/>'
    ]
    step = 25 if x.high - x.low < 250 else 50
    ticks = range(int(x.low // step + 1) * step, int(x.high) + 1, step)
    for tick in ticks:
        end = " end" if tick in (0, 100) else ""
        parts.append(
            f'<line class="tick{end}" x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="{TOP - 8}" '
            f'y2="{height - 8}"/>'
            f'<text class="tick{end}" x="{x(tick):.1f}" y="{TOP - 14}" text-anchor="middle">'
            f"{number(tick)}</text>"
        )
    for points, text in ((0, "other people"), (100, subject)):
        parts.append(
            f'<text class="anchor" x="{x(points):.1f}" y="12" text-anchor="middle">'
            f"{escape(text)}</text>"
        )
    return "".join(parts)


def _dot(x: float, y: float) -> str:
    return f'<circle class="impostor" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'


def _band(x: _Scale, y: float, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    return (
        f'<rect class="own" x="{x(low):.1f}" y="{y - 11:.1f}" width="{x(high) - x(low):.1f}" '
        'height="22" rx="11"/>'
    )


def _mark(
    x: _Scale,
    y: float,
    label: str,
    name: str,
    score: float | None,
    low: float | None,
    high: float | None,
    struck: bool,
) -> str:
    """One arm: its name, its interval, its score."""
    if score is None:
        return ""
    kind = "end" if name in ENDS else "model" if name in ("adapter", "replies") else "rival"
    line = ""
    if low is not None and high is not None:
        line = f'<line class="interval" x1="{x(low):.1f}" x2="{x(high):.1f}" y1="{y}" y2="{y}"/>'
    crossed = ' text-decoration="line-through"' if struck else ""
    return (
        f'<g class="{kind}"><text class="arm" x="{LEFT - 14}" y="{y + 5}" text-anchor="end">'
        f"{escape(label)}</text>{line}"
        f'<circle class="score" cx="{x(score):.1f}" cy="{y}" r="7"/>'
        f'<text class="points" x="{x(score):.1f}" y="{y - 12}" text-anchor="middle"{crossed}>'
        f"{number(score)}</text></g>"
    )
