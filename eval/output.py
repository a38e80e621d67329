"""A report to its files: report.json, report.md and report.html, readable by the owner only."""

from collections.abc import Sequence
from pathlib import Path

from eval.html_report import to_html
from eval.markdown import to_markdown
from eval.replies import ReplyRow
from eval.report import Report
from persona.data import write_private
from persona.folders import write_json


def write_report(report: Report, folder: Path, *, replies: Sequence[ReplyRow] = ()) -> None:
    """Writes the three files; the JSON last, so that whoever finds it finds a whole report.

    replies: rows of replies.jsonl, of which the HTML shows some side by side.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(folder / "report.md", to_markdown(report))
    write_private(folder / "report.html", to_html(report, replies))
    write_json(folder / "report.json", report)
