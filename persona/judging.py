"""Judging from the command line: opens the model, runs the evaluation, writes the report.

What is measured, and how, is in `eval`.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from persona.chat import open_persona
from persona.config import Config
from persona.console import show_json, show_table
from persona.errors import DataError, GateError
from persona.folders import DatasetDir, RunDir
from persona.live import Stages
from persona.register import require_same_data

if TYPE_CHECKING:
    from eval.report import Report


def judge_run(run: RunDir, dataset: DatasetDir, config: Config) -> "Report":
    """Evaluates a run and writes `eval/` into it.

    Raises ModelError if the run is not finished or was trained on another dataset.
    """
    from eval.metrics.embedding import load_minilm
    from eval.output import write_report
    from eval.run import evaluate

    require_same_data(run, dataset)
    with Stages() as progress:
        report = evaluate(
            run,
            dataset,
            config,
            engine=open_persona(run, sampling=config.chat),
            now=datetime.now(UTC),
            embed=load_minilm(),
            progress=progress,
        )
    write_report(report, run.eval)
    return report


def judge_replies(
    replies: Path, dataset: DatasetDir, config: Config, *, out: Path | None
) -> "Report":
    """Evaluates replies from anywhere, without a model; writes files only to `out`."""
    from eval.given import read_given
    from eval.output import write_report
    from eval.run import evaluate_replies

    rows = read_given(replies)
    with Stages() as progress:
        report = evaluate_replies(rows, dataset, config, now=datetime.now(UTC), progress=progress)
    if out:
        write_report(report, out)
    return report


def audit_score(dataset: DatasetDir, config: Config, *, as_json: bool) -> None:
    """Shows how the score meets every known way to fool it on this log.

    Raises GateError if one of them succeeds, DataError if there are too few messages to try.
    """
    from eval.audit import audit, audit_rows

    found = audit(dataset, config)
    if found.refused:
        raise DataError(f"{dataset.root}: {found.refused}")
    if as_json:
        show_json(found)
    else:
        show_table(f"the score of {found.subject} under attack", *audit_rows(found))
    if not found.passed:
        raise GateError("a probe did not end where it belongs; the score of this log is not safe")


def require_score(report: "Report", *, at_least: float | None) -> None:
    """Raises GateError if the style score asked for with --fail-under was not reached."""
    if at_least is None:
        return
    arm = report.arms.get("adapter") or report.arms.get("replies")
    score = arm.style.score if arm and not arm.style.struck else None
    if score is None or score < at_least:
        reached = "there is no valid score" if score is None else f"it is {score:.1f}"
        raise GateError(f"the style score should be at least {at_least:g}: {reached}")
