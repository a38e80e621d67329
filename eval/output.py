"""A report to its files: report.json, report.md and report.html, readable by the owner only."""

from pathlib import Path

from eval.html_report import to_html
from eval.markdown import to_markdown
from eval.replies import ReplyRow
from eval.report import Report
from persona.data import make_private_folder, read_jsonl, write_private
from persona.folders import write_json


def write_report(report: Report, folder: Path) -> None:
    """Writes the three files; the JSON last, so that whoever finds it finds a whole report.

    The HTML shows some replies side by side where `replies.jsonl` lies in the folder.
    """
    make_private_folder(folder)
    replies = folder / "replies.jsonl"
    rows = list(read_jsonl(replies, ReplyRow)) if replies.is_file() else []
    write_private(folder / "report.md", to_markdown(report))
    write_private(folder / "report.html", to_html(report, rows))
    write_json(folder / "report.json", report)
