"""The loss curve of a run as a standalone SVG: training and validation loss by optimizer step."""

from collections.abc import Sequence
from typing import Any

Point = tuple[float, float]

WIDTH, HEIGHT, MARGIN = 640, 320, 44

LOSSES = ("loss", "valid_loss")

STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#555}path{fill:none;stroke-width:1.5}"
    ".train{stroke:#9ab}.valid{stroke:#c40;stroke-width:2}.axis{stroke:#bbb;stroke-width:1}"
)


def loss_curve(lines: Sequence[dict[str, Any]]) -> str:
    """The SVG of these metric lines; an empty frame where there are none."""
    last, top = _extent(lines)
    paths = places(lines)
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
            f"<title>Loss by optimizer step</title><style>{STYLE}</style>",
            _axes(last, top),
            f'<path class="train" d="{_path(paths["loss"])}"/>',
            f'<path class="valid" d="{_path(paths["valid_loss"])}"/>',
            f'<text x="{WIDTH - MARGIN}" y="20" text-anchor="end">',
            "grey: training, red: validation (nats per token)</text></svg>\n",
        )
    )


def places(lines: Sequence[dict[str, Any]]) -> dict[str, list[Point]]:
    """Where the points of 'loss' and 'valid_loss' lie in the picture, x to the right, y down."""
    last, top = _extent(lines)
    return {
        name: [
            (
                MARGIN + (WIDTH - 2 * MARGIN) * line["step"] / last,
                HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * line[name] / top,
            )
            for line in lines
            if name in line
        ]
        for name in LOSSES
    }


def _extent(lines: Sequence[dict[str, Any]]) -> tuple[float, float]:
    """The last step and the highest loss."""
    losses = [float(line[name]) for line in lines for name in LOSSES if name in line]
    last = max((float(line["step"]) for line in lines), default=1.0)
    return last or 1.0, max(losses, default=1.0) or 1.0


def _axes(last: float, top: float) -> str:
    bottom = HEIGHT - MARGIN
    return (
        f'<path class="axis" d="M{MARGIN} {MARGIN}V{bottom}H{WIDTH - MARGIN}"/>'
        f'<text x="{MARGIN - 6}" y="{MARGIN + 4}" text-anchor="end">{top:.2f}</text>'
        f'<text x="{MARGIN - 6}" y="{bottom}" text-anchor="end">0</text>'
        f'<text x="{WIDTH - MARGIN}" y="{bottom + 18}" text-anchor="end">step {last:.0f}</text>'
    )


def _path(points: Sequence[Point]) -> str:
    return "".join(f"{'L' if index else 'M'}{x:.1f} {y:.1f}" for index, (x, y) in enumerate(points))
