"""The loss curve of a run as a standalone SVG: training and validation loss by optimizer step."""

from collections.abc import Sequence
from typing import Any

Point = tuple[float, float]

WIDTH, HEIGHT, MARGIN = 640, 320, 44

STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#555}path{fill:none;stroke-width:1.5}"
    ".train{stroke:#9ab}.valid{stroke:#c40;stroke-width:2}.axis{stroke:#bbb;stroke-width:1}"
)


def loss_curve(lines: Sequence[dict[str, Any]]) -> str:
    """The SVG of these metric lines; an empty frame where there are none."""
    train = [(float(line["step"]), float(line["loss"])) for line in lines if "loss" in line]
    valid = [
        (float(line["step"]), float(line["valid_loss"])) for line in lines if "valid_loss" in line
    ]
    points = [*train, *valid] or [(0.0, 0.0)]
    last = max(step for step, _ in points) or 1.0
    top = max(loss for _, loss in points) or 1.0
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
            f"<title>Loss by optimizer step</title><style>{STYLE}</style>",
            _axes(last, top),
            f'<path class="train" d="{_path(train, last, top)}"/>',
            f'<path class="valid" d="{_path(valid, last, top)}"/>',
            f'<text x="{WIDTH - MARGIN}" y="20" text-anchor="end">',
            "grey: training, red: validation (nats per token)</text></svg>\n",
        )
    )


def _axes(last: float, top: float) -> str:
    bottom = HEIGHT - MARGIN
    return (
        f'<path class="axis" d="M{MARGIN} {MARGIN}V{bottom}H{WIDTH - MARGIN}"/>'
        f'<text x="{MARGIN - 6}" y="{MARGIN + 4}" text-anchor="end">{top:.2f}</text>'
        f'<text x="{MARGIN - 6}" y="{bottom}" text-anchor="end">0</text>'
        f'<text x="{WIDTH - MARGIN}" y="{bottom + 18}" text-anchor="end">step {last:.0f}</text>'
    )


def _path(points: Sequence[Point], last: float, top: float) -> str:
    places = (
        (
            MARGIN + (WIDTH - 2 * MARGIN) * step / last,
            HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * loss / top,
        )
        for step, loss in points
    )
    return "".join(f"{'L' if index else 'M'}{x:.1f} {y:.1f}" for index, (x, y) in enumerate(places))
