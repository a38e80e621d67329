"""Replies that no model here made to a `Report`: those of a file, or those of a hosted model."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from eval.answers import Answers
from eval.assemble import report_on
from eval.bench import set_up
from eval.endpoint import Endpoint
from eval.engine import Progress, silent
from eval.given import GivenReply
from eval.held_out import HeldOut, load_held_out
from eval.hosted import HOSTED, ask_hosted, with_notes
from eval.placing import match_contexts
from eval.plugin_scale import NO_PLUGINS, Plugins
from eval.replies import ReplyRow, real_replies, write_replies
from eval.report import Report
from eval.style.results import Refusal
from persona.config import Config
from persona.folders import DatasetDir


def evaluate_replies(
    rows: Sequence[GivenReply],
    dataset: DatasetDir,
    config: Config,
    *,
    now: datetime,
    plugins: Plugins = NO_PLUGINS,
    progress: Progress = silent,
) -> Report:
    """Evaluates replies from anywhere as the arm `replies`; needs no model and no torch.

    Too few replies are refused like too small a dataset. Raises DataError if the dataset is
    missing or half-written.
    """
    held = load_held_out(dataset, max_contexts=None, seed=config.seed)
    found = match_contexts(rows, held.contexts)
    return _without_model(
        "replies", found, held, config, plugins=plugins, now=now, progress=progress
    )


def evaluate_endpoint(
    hosted: Endpoint,
    dataset: DatasetDir,
    config: Config,
    *,
    folder: Path,
    now: datetime,
    plugins: Plugins = NO_PLUGINS,
    progress: Progress = silent,
) -> Report:
    """Evaluates a hosted model as the arm `endpoint`; its replies are kept in `folder`.

    Raises DataError if the dataset cannot be judged by, ModelError if the server fails.
    """
    held = load_held_out(dataset, max_contexts=config.eval.max_contexts, seed=config.seed)
    heard = ask_hosted(hosted, held, config, folder=folder, progress=progress)
    arms = {HOSTED: heard.rows, "person": real_replies(held.contexts)}
    write_replies(folder / "replies.jsonl", arms)
    found = match_contexts([_given(row) for row in heard.rows], held.contexts)
    report = _without_model(
        HOSTED, found, held, config, plugins=plugins, now=now, progress=progress
    )
    return with_notes(report, heard)


def _without_model(
    arm: str,
    found: Answers,
    held: HeldOut,
    config: Config,
    *,
    plugins: Plugins,
    now: datetime,
    progress: Progress,
) -> Report:
    """The report on one arm that no model here made; too few of its replies are refused."""
    bench = set_up(held, embed=None, draws=config.eval.half_samples, seed=config.seed)
    if not isinstance(bench.scale, Refusal):
        refusal = bench.scale.refuse(found.replies)
        bench = replace(bench, scale=refusal or bench.scale)
    return report_on(bench, {arm: found}, now=now, plugins=plugins, progress=progress)


def _given(row: ReplyRow) -> GivenReply:
    return GivenReply(text=row.text, conversation=row.conversation, prompt=row.prompt)
