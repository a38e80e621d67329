"""The report view: what `persona eval` found, the figures first, the whole report below."""

import gradio as gr

from persona.errors import DataError
from persona.folders import RunDir
from persona.page import markup
from persona.page.events import on
from persona.page.stage import Stage

FRAME = '<iframe class="report" title="Report" sandbox="" srcdoc="{document}"></iframe>'
"""The report is shown in a frame of its own: its styles stay in, and scripts do not run."""


def report_html(run: RunDir) -> str:
    """The run's HTML report, or how to make one."""
    path = run.eval / "report.html"
    if not path.is_file():
        return markup.notice("Not evaluated yet: run `persona eval`, then open this page again.")
    try:
        document = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise DataError(f"{path}: cannot be read; run `persona eval` again") from None
    return FRAME.format(document=markup.escape(document))


def build(stage: Stage, page: gr.Blocks) -> None:
    """Lays the view out; the report is read anew with every visit."""
    report = gr.HTML(elem_id="report", apply_default_css=False)
    on(page.load, lambda: report_html(stage.run), [], [report])
