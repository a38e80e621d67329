"""Every arm measured and put together as one `Report`, with the notes a reader needs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

import msgspec
import numpy as np

from eval.answers import Answers
from eval.bench import Bench, ends_of
from eval.compare import compare_all
from eval.engine import Progress
from eval.likelihoods import Readings, figures_of
from eval.measure import measure, with_likelihood
from eval.memory import with_memory
from eval.notes import notes_on
from eval.plugin_scale import NO_PLUGINS, Plugins, show_plugins
from eval.replies import ReplyRow
from eval.report import Arm, Calibration, Report
from eval.style.results import Refusal

NO_ROWS: Mapping[str, Sequence[ReplyRow]] = MappingProxyType({})


def report_on(
    bench: Bench,
    answers: Mapping[str, Answers],
    *,
    now: datetime,
    run: str | None = None,
    rows: Mapping[str, Sequence[ReplyRow]] = NO_ROWS,
    readings: Readings | None = None,
    plugins: Plugins = NO_PLUGINS,
    progress: Progress,
) -> Report:
    """The report on these arms and the two ends of the scale.

    rows: the replies as they were drawn, where they were drawn here. readings: what a model made of
    them, None where none was asked.
    """
    arms = _measured(bench, answers, rows=rows, readings=readings, progress=progress)
    report = Report(
        subject=bench.held.subject,
        run=run,
        data_sha256=bench.held.data_sha256,
        created_at=now,
        calibration=_calibration(bench),
        arms=arms,
        comparisons=compare_all(bench, answers, readings=readings),
        refused=bench.refused,
        notes=notes_on(bench, answers, arms),
    )
    return show_plugins(report, bench, answers, plugins) if plugins else report


def _measured(
    bench: Bench,
    answers: Mapping[str, Answers],
    *,
    rows: Mapping[str, Sequence[ReplyRow]],
    readings: Readings | None,
    progress: Progress,
) -> dict[str, Arm]:
    """Every arm of the report; the ends of the scale come last."""
    size = max(len(found.texts) for found in answers.values())
    everything = {**answers, **ends_of(bench, replies=size)}
    arms: dict[str, Arm] = {}
    for name, found in everything.items():
        arm = measure(bench, name, found)
        arms[name] = _with_model_figures(
            bench, name, arm, rows=rows.get(name, ()), readings=readings
        )
        progress("measuring", done=len(arms), total=len(everything))
    return arms


def _with_model_figures(
    bench: Bench,
    name: str,
    arm: Arm,
    *,
    rows: Sequence[ReplyRow],
    readings: Readings | None,
) -> Arm:
    if readings is None:
        return arm
    where = [row.conversation for row in bench.held.contexts]
    found = figures_of(readings, name, conversations=where, draws=bench.draws, seed=bench.seed)
    arm = with_likelihood(arm, found)
    seconds = [row.seconds for row in rows if row.seconds is not None]
    if seconds:
        mean = sum(seconds) / len(seconds)
        arm = msgspec.structs.replace(
            arm, classical=msgspec.structs.replace(arm.classical, seconds_per_reply=mean)
        )
    if name == "adapter" and readings.memory is not None:
        arm = msgspec.structs.replace(arm, privacy=with_memory(arm.privacy, readings.memory))
    return arm


def _calibration(bench: Bench) -> Calibration:
    if isinstance(bench.scale, Refusal):
        return Calibration(
            floor=None,
            ceiling=None,
            impostors=0,
            auc=None,
            auc_low=None,
            auc_high=None,
            replies_needed=None,
        )
    found, levels = bench.scale.calibration, bench.scale.levels
    own = np.percentile(levels.points(levels.own), [2.5, 97.5])
    return Calibration(
        floor=found.floor,
        ceiling=found.ceiling,
        impostors=found.impostors,
        auc=found.auc,
        auc_low=found.auc_low,
        auc_high=found.auc_high,
        replies_needed=found.replies_needed,
        impostor_scores=[float(points) for points in levels.points(levels.others)],
        own_low=float(own[0]),
        own_high=float(own[1]),
    )
