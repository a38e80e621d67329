"""The page as a whole: the banner, the tabs, the theme. Each tab is built by its own file."""

from pathlib import Path

import gradio as gr

from persona.page import chat, compare, corpus, markup, report, training, vote
from persona.page.stage import Stage

STYLE = Path(__file__).parent / "style.css"
SYSTEM_FONTS = [
    gr.themes.Font(name)
    for name in ("ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "sans-serif")
]
"""Fonts every machine has: none is fetched."""


def build(stage: Stage) -> gr.Blocks:
    """All views of one run, ready to be launched."""
    page = gr.Blocks(analytics_enabled=False, title=f"{stage.subject}, imitated", fill_width=True)
    with page:
        gr.HTML(
            markup.banner(stage.subject, run=stage.run.root.name),
            elem_id="banner",
            apply_default_css=False,
        )
        with gr.Tabs(elem_id="views"):
            with gr.Tab("Chat"):
                chat.build(stage)
            with gr.Tab("Compare"):
                compare.build(stage, page)
            with gr.Tab("Blind vote"):
                vote.build(stage)
            with gr.Tab("Report"):
                report.build(stage, page)
            with gr.Tab("Data"):
                corpus.build(stage)
            with gr.Tab("Training"):
                training.build(stage)
    return page


def theme() -> gr.themes.Base:
    """Calm greys and system fonts."""
    return gr.themes.Base(
        primary_hue="indigo",
        neutral_hue="stone",
        font=SYSTEM_FONTS,
        font_mono=[gr.themes.Font("ui-monospace"), gr.themes.Font("monospace")],
        radius_size="md",
    )
