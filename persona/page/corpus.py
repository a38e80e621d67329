"""The data view: how much there is to learn from, and what was left out and why."""

from collections.abc import Iterator, Mapping
from typing import Any

import gradio as gr

from persona.page import markup
from persona.page.stage import Stage


def corpus_html(manifest: Mapping[str, Any]) -> str:
    """The manifest's counts as tables, one per group of figures."""
    tables = [
        markup.table([name.replace("_", " ").capitalize(), ""], rows, label=name)
        for name, group in manifest.items()
        if isinstance(group, Mapping) and (rows := list(figures(group)))
    ]
    return "".join(tables) or markup.notice("The dataset's manifest holds no counts.")


def figures(group: Mapping[str, Any], *, prefix: str = "") -> Iterator[tuple[str, str]]:
    """The numbers of a nested group, each with its path of names."""
    for name, value in group.items():
        label = f"{prefix}{name}".replace("_", " ")
        if isinstance(value, Mapping):
            yield from figures(value, prefix=f"{label}: ")
        elif isinstance(value, bool):
            yield label, "yes" if value else "no"
        elif isinstance(value, int):
            yield label, f"{value:,}"
        elif isinstance(value, float):
            yield label, f"{value:.3g}"


def build(stage: Stage) -> None:
    """Lays the view out."""
    gr.HTML(corpus_html(stage.dataset.manifest()), elem_id="corpus", apply_default_css=False)
