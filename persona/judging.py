"""Judging from the command line: opens the model, runs the evaluation, writes the report.

What is measured, and how, is in `eval`.
"""

import contextlib
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from persona.card import add_evaluation
from persona.chat import open_persona
from persona.config import Config
from persona.console import say, show_json, show_table
from persona.errors import DataError, GateError, ModelError
from persona.folders import DatasetDir, RunDir
from persona.live import Stages
from persona.register import require_same_data

if TYPE_CHECKING:
    from eval.endpoint import Endpoint
    from eval.metrics.embedding import Embed
    from eval.plugin_scale import Plugins
    from eval.report import Report

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def open_endpoint(url: str, model: str, config: Config) -> "Endpoint":
    """The hosted model, after saying what goes to it. Raises ConfigError for a bad address."""
    from eval.endpoint import Endpoint

    hosted = Endpoint(url, model=model, sampling=config.chat)
    where = "this machine" if hosted.host in LOOPBACK else "they leave this machine"
    say(
        f"sending up to {config.eval.max_contexts} held-out contexts, and a description of how the "
        f"person writes with some of the person's messages, to {hosted.host}: {where}"
    )
    return hosted


def open_plugins(names: Sequence[str], *, remote_code: bool) -> "dict[str, Embed]":
    """The style embeddings asked for, by name.

    Raises ModelError if one cannot be had, or if two would go by the same name.
    """
    if not names:
        return {}
    from eval.plugins import load_plugin, name_of_plugin

    asked: dict[str, str] = {}
    for name in dict.fromkeys(names):
        if other := asked.get(name_of_plugin(name)):
            raise ModelError(
                f"--plugin {name}: {other} has the same last name, by which the report calls it; "
                "give one of them from a folder of another name"
            )
        asked[name_of_plugin(name)] = name
    return {called: load_plugin(name, remote_code=remote_code) for called, name in asked.items()}


def judge_endpoint(
    hosted: "Endpoint",
    dataset: DatasetDir,
    config: Config,
    *,
    out: Path | None,
    plugins: "Plugins",
) -> "Report":
    """Evaluates a hosted model, without one here; replies and report are kept only in `out`."""
    from eval.audit import warned
    from eval.output import write_report
    from eval.without_model import evaluate_endpoint

    with contextlib.ExitStack() as stack:
        folder = out or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        progress = stack.enter_context(Stages())
        now = datetime.now(UTC)
        report = evaluate_endpoint(
            hosted, dataset, config, folder=folder, now=now, plugins=plugins, progress=progress
        )
        report = warned(report, dataset)
        if out:
            write_report(report, out)
    return report


def judge_run(
    run: RunDir,
    dataset: DatasetDir,
    config: Config,
    *,
    hosted: "Endpoint | None" = None,
    plugins: "Plugins | None" = None,
) -> "Report":
    """Evaluates a run, and a hosted model beside it if given, and writes `eval/` into it.

    Raises ModelError if the run is not finished or was trained on another dataset.
    """
    from eval import wording
    from eval.audit import warned
    from eval.markdown import table
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
            hosted=hosted,
            plugins=plugins or {},
            progress=progress,
        )
    report = warned(report, dataset)
    write_report(report, run.eval)
    columns, rows = wording.terminal_rows(report)
    add_evaluation(run.adapter, f"{wording.verdict(report)}\n\n{table(columns, rows)}")
    return report


def judge_replies(
    replies: Path,
    dataset: DatasetDir,
    config: Config,
    *,
    out: Path | None,
    plugins: "Plugins",
) -> "Report":
    """Evaluates replies from anywhere, without a model; writes files only to `out`."""
    from eval.audit import warned
    from eval.given import read_given
    from eval.output import write_report
    from eval.without_model import evaluate_replies

    rows = read_given(replies)
    with Stages() as progress:
        now = datetime.now(UTC)
        report = evaluate_replies(
            rows, dataset, config, now=now, plugins=plugins, progress=progress
        )
    report = warned(report, dataset)
    if out:
        write_report(report, out)
    return report


def audit_score(dataset: DatasetDir, config: Config, *, as_json: bool) -> None:
    """Shows how the score meets every known way to fool it on this log; the reports will tell.

    Raises GateError if one of them succeeds, DataError if there are too few messages to try.
    """
    from eval.audit import audit, audit_rows, keep

    found = audit(dataset, config)
    if found.refused:
        raise DataError(f"{dataset.root}: {found.refused}")
    try:
        keep(found, dataset)
    except DataError as error:  # a dataset that may only be read
        say(f"{error}, so the reports cannot tell of it")
    if as_json:
        show_json(found)
    else:
        show_table(f"the score of {found.subject} under attack", *audit_rows(found))
    if found.passed is None:
        say("not every probe could be tried on this log: what is not measurable did not pass")
    if found.passed is False:
        raise GateError("a probe did not end where it belongs; the score of this log is not safe")


def require_score(report: "Report", *, at_least: float | None) -> None:
    """Raises GateError if the style score asked for with --fail-under was not reached."""
    if at_least is None:
        return
    from eval.wording import headline_arm

    name = headline_arm(report)
    style = report.arms[name].style if name else None
    score = style.score if style and not style.struck else None
    if score is None or score < at_least:
        reached = "there is no valid score" if score is None else f"it is {score:.1f}"
        raise GateError(f"the style score should be at least {at_least:g}: {reached}")
