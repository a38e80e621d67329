"""The training view: the loss curve of the run."""

import gradio as gr
import msgspec

from persona.data import read_jsonl
from persona.folders import RunDir
from persona.page import markup
from persona.page.curve import Point, loss_curve
from persona.page.stage import Stage

READING = (
    "How far the model was from what was really said: lower is closer. The dots are conversations "
    "that it does not learn from; where they stop falling, it learns by heart."
)


class Step(msgspec.Struct, frozen=True):
    """A line of `metrics.jsonl`; validation lines have no `loss`."""

    step: int
    loss: float | None = None
    valid_loss: float | None = None


def series(run: RunDir) -> tuple[list[Point], list[Point]]:
    """Training and validation loss by optimizer step; empty where nothing was logged."""
    if not run.metrics.is_file():
        return [], []
    rows = list(read_jsonl(run.metrics, Step))
    train = [(float(row.step), row.loss) for row in rows if row.loss is not None]
    valid = [(float(row.step), row.valid_loss) for row in rows if row.valid_loss is not None]
    return train, valid


def curve_html(run: RunDir) -> str:
    """The curve with its legend and last values."""
    train, valid = series(run)
    svg = loss_curve(train, valid)
    if not svg:
        return markup.notice("No optimizer step was logged in this run.")
    figures = [
        (name, *(f"{loss:.3f}" for loss in (losses[0], min(losses), losses[-1])))
        for name, points in (("Training loss", train), ("Validation loss", valid))
        if (losses := [loss for _, loss in points])
    ]
    legend = (
        '<p class="legend"><span class="key train"></span><span>training</span>'
        '<span class="key valid"></span><span>validation</span>'
        "<span>nats per token, by optimizer step</span></p>"
        f"{markup.aside(READING)}"
    )
    table = markup.table(["", "first", "lowest", "last"], figures, label="Loss")
    return f'<div class="figure">{svg}{legend}</div>{table}'


def build(stage: Stage) -> None:
    """Lays the view out."""
    gr.HTML(curve_html(stage.run), elem_id="training", apply_default_css=False)
