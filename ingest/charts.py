"""Bars as inline SVG and HTML: no script, no library, colours from the page's style."""

from collections.abc import Mapping, Sequence
from html import escape

_WIDE, _NARROW, _HEIGHT, _FOOT = 640, 340, 140, 22


def share_bar(parts: Mapping[str, float]) -> str:
    """One bar in parts; a part's name is the class of its colour."""
    total = sum(parts.values()) or 1
    cells = "".join(
        f'<i class="bg-{name}" style="width:{100 * value / total:.2f}%"></i>'
        for name, value in parts.items()
        if value
    )
    return f'<div class="bar">{cells}</div>'


def legend(names: Mapping[str, str]) -> str:
    """What the colours of a bar mean."""
    cells = "".join(
        f'<span><i class="bg-{name}"></i>{escape(text)}</span>' for name, text in names.items()
    )
    return f'<div class="legend">{cells}</div>'


def columns(values: Sequence[int], names: Sequence[str]) -> str:
    """A column for each value, its name below it."""
    stacks = [(name, {"train": value}) for name, value in zip(names, values, strict=True)]
    labels = range(0, len(stacks), 3 if len(stacks) > 12 else 1)
    return _svg(stacks, labels=labels, width=_NARROW)


def stacked_columns(values: Mapping[str, Mapping[str, int]], parts: Sequence[str]) -> str:
    """A column for each of `values`, stacked from `parts`, and the legend; empty without values."""
    if not values:
        return ""
    stacks = [
        (name, {part: counts.get(part, 0) for part in parts}) for name, counts in values.items()
    ]
    step = max(1, -(-len(stacks) // 8))
    chart = _svg(stacks, labels=range(0, len(stacks), step), width=_WIDE)
    return chart + legend({part: part for part in parts})


def _svg(stacks: Sequence[tuple[str, Mapping[str, int]]], *, labels: range, width: int) -> str:
    most = max((sum(parts.values()) for _, parts in stacks), default=0) or 1
    step = width / len(stacks)
    shapes = []
    for number, (name, parts) in enumerate(stacks):
        x, y = number * step, float(_HEIGHT)
        for part, value in parts.items():
            height = value / most * (_HEIGHT - 4)
            y -= height
            if value:
                shapes.append(
                    f'<rect class="bg-{part}" x="{x + step * 0.1:.1f}" y="{y:.1f}" '
                    f'width="{step * 0.8:.1f}" height="{height:.1f}" rx="1">'
                    f"<title>{escape(name)}: {value:,}</title></rect>"
                )
        if number in labels:
            shapes.append(
                f'<text x="{x + step / 2:.1f}" y="{_HEIGHT + 15}" text-anchor="middle">'
                f"{escape(name)}</text>"
            )
    box = f"0 0 {width} {_HEIGHT + _FOOT}"
    return f'<svg viewBox="{box}" role="img">{"".join(shapes)}</svg>'
