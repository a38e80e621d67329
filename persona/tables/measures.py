"""What was measured: the report on a run, the blind sheet and what its judges said."""

from pathlib import Path
from typing import TYPE_CHECKING

from persona.console import show, show_json, show_note, show_table

if TYPE_CHECKING:
    from eval.blind_verdict import Judged
    from eval.report import Report
    from persona.blind import Sheet


def show_report(report: "Report", folder: Path | None, *, as_json: bool) -> None:
    """What `persona eval` measured; `folder` is where the whole report lies."""
    from eval import wording

    if as_json:
        show_json(report)
        return
    show(wording.verdict(report))
    columns, rows = wording.terminal_rows(report)
    show_table("0 = other people, 100 = the person's own other messages", columns, rows)
    for note in report.notes:
        show_note(note)
    if folder:
        show(f"report: {folder / 'report.html'}")


def show_sheet(sheet: "Sheet", *, as_json: bool) -> None:
    """Where `persona ab` wrote the sheet and its key."""
    if as_json:
        show_json(sheet._asdict() | {"sheet": str(sheet.sheet), "key": str(sheet.key)})
        return
    show(f"{sheet.sheet}: {sheet.trials} questions; give it to people who know the person")
    show(f"sealed with {sheet.seal}; the order lies in {sheet.key}, which judges must not see")
    show("next: persona ab --answers FILE for each file a judge saved")


def show_verdicts(judged: "Judged", *, as_json: bool) -> None:
    """What the judges of a blind sheet said."""
    from eval.blind_verdict import in_words

    key, found, repeated = judged
    if as_json:
        told = {"seal": key.seal, "subject": key.subject, "arm": key.arm, "verdicts": found}
        show_json(told | {"repeated": [str(path) for path in repeated]})
        return
    for path in repeated:
        show(f"{path}: the same answers as in a file before it, counted once")
    for verdict in found:
        show(in_words(verdict, subject=key.subject))
    columns = (
        "judges",
        "",
        "recognised",
        "cannot tell",
        "c@1",
        "against others",
        "own from elsewhere",
    )
    rows = [
        (
            verdict.judge,
            verdict.judges,
            f"{verdict.clone.hits} of {verdict.clone.choices}",
            verdict.cannot_tell,
            f"{verdict.c_at_1:.2f}",
            f"{verdict.other.hits} of {verdict.other.choices}",
            f"{verdict.same.hits} of {verdict.same.choices}",
        )
        for verdict in found
    ]
    show_table(f"the real {key.subject} against '{key.arm}', blind", columns, rows)
