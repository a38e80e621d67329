"""A run's curves as a file of the kind asked for: SVG, a page, a picture, or TensorBoard's events.

Reads metrics.jsonl, so it works on a finished run and on one that is still training.
"""

from collections.abc import Sequence
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

from persona.curves import HEIGHT, MARGIN, WIDTH, loss_curve, places
from persona.data import write_private
from persona.errors import ConfigError, MissingExtraError, ModelError
from persona.folders import RunDir
from persona.runs import read_metrics

SCALE = 2
"""Pixels of a picture for each unit of the SVG."""

COLOURS = {"loss": "#9aabbb", "valid_loss": "#cc4400"}


def write_curve(run: RunDir, out: Path) -> None:
    """Writes the loss curve to `out`: .svg, .html or .png.

    Raises ConfigError for another suffix, ModelError if the run has no step yet.
    """
    lines = _lines(run)
    if out.suffix == ".svg":
        write_private(out, loss_curve(lines))
    elif out.suffix == ".html":
        write_private(out, page(lines, title=run.root.name))
    elif out.suffix == ".png":
        _write_png(lines, out)
    else:
        raise ConfigError(f"{out}: give a file that ends in .svg, .html or .png")


def write_tensorboard(run: RunDir, folder: Path) -> None:
    """Writes the run's figures as TensorBoard events into `folder`."""
    lines = _lines(run)
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise ConfigError(
            "TensorBoard is not installed here: run `pip install tensorboard`"
        ) from None
    with SummaryWriter(str(folder)) as writer:
        for line in lines:
            for name, value in line.items():
                if name != "step":
                    writer.add_scalar(name, value, line["step"])


def page(lines: Sequence[dict[str, Any]], *, title: str) -> str:
    """One file with the curve and the validation losses as a table."""
    rows = "".join(
        f"<tr><td>{line['step']}</td><td>{line['valid_loss']:.4f}</td></tr>"
        for line in lines
        if "valid_loss" in line
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        "<style>body{font:15px system-ui;max-width:45rem;margin:2rem auto}"
        "td,th{padding:.1rem 1rem;text-align:right}</style>"
        f"<h1>{escape(title)}</h1>{loss_curve(lines)}"
        f"<table><tr><th>step</th><th>validation loss</th></tr>{rows}</table></html>\n"
    )


def _write_png(lines: Sequence[dict[str, Any]], out: Path) -> None:
    try:
        from PIL import Image, ImageDraw
    except ImportError:
        raise MissingExtraError("app", command="curve --out x.png") from None
    picture = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), "white")
    draw = ImageDraw.Draw(picture)
    frame = [(MARGIN, MARGIN), (MARGIN, HEIGHT - MARGIN), (WIDTH - MARGIN, HEIGHT - MARGIN)]
    draw.line(_scaled(frame), fill="#bbbbbb", width=SCALE)
    for name, points in places(lines).items():
        draw.line(_scaled(points), fill=COLOURS[name], width=2 * SCALE)
    last, top = max(line["step"] for line in lines), max(_losses(lines))
    texts = {(4, MARGIN): f"{top:.2f}", (WIDTH - 2 * MARGIN, HEIGHT - MARGIN): f"step {last}"}
    for (x, y), text in texts.items():
        draw.text((x * SCALE, y * SCALE), text, fill="#555555", font_size=12 * SCALE)
    data = BytesIO()
    picture.save(data, "PNG")
    write_private(out, data.getvalue())


def _scaled(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(x * SCALE, y * SCALE) for x, y in points]


def _losses(lines: Sequence[dict[str, Any]]) -> list[float]:
    return [line[name] for line in lines for name in COLOURS if name in line]


def _lines(run: RunDir) -> list[dict[str, Any]]:
    lines = read_metrics(run)
    if not lines:
        raise ModelError(f"{run.root}: no step was trained yet, so there is no curve")
    return lines
