"""A loss curve as inline SVG: training as a line, validation as dots. No plotting library.

Colours come from `style.css`, so the curve follows the page into the dark.
"""

import math
from collections.abc import Sequence

from persona.page.markup import escape

WIDTH, HEIGHT = 720, 280
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 12, 34
TICKS = 5

Point = tuple[float, float]
"""Optimizer step and loss, in nats per token."""


def loss_curve(train: Sequence[Point], valid: Sequence[Point]) -> str:
    """The SVG of both series; an empty string where neither has a finite point."""
    train = [point for point in train if math.isfinite(point[1])]
    valid = [point for point in valid if math.isfinite(point[1])]
    points = [*train, *valid]
    if not points:
        return ""
    last_step = max(step for step, _ in points) or 1
    ticks = loss_ticks(min(loss for _, loss in points), max(loss for _, loss in points))
    low, high = ticks[0], ticks[-1]

    def place(point: Point) -> Point:
        x = LEFT + point[0] / last_step * (WIDTH - LEFT - RIGHT)
        y = HEIGHT - BOTTOM - (point[1] - low) / (high - low) * (HEIGHT - TOP - BOTTOM)
        return round(x, 1), round(y, 1)

    grid = "".join(_gridline(place((0, tick))[1], tick) for tick in ticks)
    steps = "".join(_step_label(place((step, low))[0], step) for step in step_ticks(last_step))
    line = " ".join(f"{x},{y}" for x, y in map(place, smoothed(train)))
    faint = " ".join(f"{x},{y}" for x, y in map(place, train))
    marks = "".join(
        f'<circle class="valid" cx="{x}" cy="{y}" r="3.5"/>' for x, y in map(place, valid)
    )
    label = escape(_summary(train, valid))
    return (
        f'<svg class="curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">'
        f"{grid}{steps}"
        f'<polyline class="raw" points="{faint}"/><polyline class="train" points="{line}"/>'
        f"{marks}</svg>"
    )


def smoothed(points: Sequence[Point]) -> list[Point]:
    """The running mean over a twentieth of the curve, at least one point wide."""
    reach = max(0, len(points) // 40)
    means = []
    for index, (step, _) in enumerate(points):
        near = points[max(0, index - reach) : index + reach + 1]
        means.append((step, sum(loss for _, loss in near) / len(near)))
    return means


def loss_ticks(low: float, high: float) -> list[float]:
    """Round values from just below `low` to just above `high`, about five of them."""
    span = (high - low) or max(abs(high), 1.0) * 0.1
    raw = span / TICKS
    power = 10 ** math.floor(math.log10(raw))
    size = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw)
    first, last = math.floor(low / size), math.ceil(high / size)
    if first == last:
        last += 1
    return [round(index * size, 10) for index in range(first, last + 1)]


def step_ticks(last: float) -> list[int]:
    """Steps to label: the ends and round ones between."""
    ticks = [int(tick) for tick in loss_ticks(0, last) if 0 <= tick <= last]
    return sorted(set(ticks))


def _gridline(y: float, tick: float) -> str:
    return (
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>'
        f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{tick:g}</text>'
    )


def _step_label(x: float, step: int) -> str:
    return f'<text x="{x}" y="{HEIGHT - 10}" text-anchor="middle">{step}</text>'


def _summary(train: Sequence[Point], valid: Sequence[Point]) -> str:
    parts = [
        f"{name} loss from {points[0][1]:.2f} to {points[-1][1]:.2f} at step {points[-1][0]:g}"
        for name, points in (("training", train), ("validation", valid))
        if points
    ]
    return "; ".join(parts)
