"""A run, or replies from anywhere, to a `Report`: the stages of `persona eval` in their order.

Draw replies, read likelihoods, measure each arm, compare them. The model comes in as an `Engine`;
nothing here knows torch, and `evaluate_replies` needs no model at all.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import msgspec
import numpy as np

from eval.answers import Answers
from eval.arms import WEIGHTS, Prompt, prompts_of
from eval.bench import Bench, ends_of, set_up
from eval.compare import compare_all
from eval.engine import Engine, Progress, silent
from eval.given import GivenReply
from eval.held_out import HeldOut, load_held_out
from eval.likelihoods import Readings, figures_of, read_all
from eval.measure import measure, with_likelihood
from eval.metrics.embedding import MINILM, Embed
from eval.metrics.privacy import with_membership
from eval.placing import match_contexts
from eval.replies import ReplyFile, ReplyRow, answer, real_replies, write_replies
from eval.report import Arm, Calibration, Report
from eval.style.results import Refusal
from persona.config import Config
from persona.errors import DataError
from persona.folders import DatasetDir, RunDir

MOST_CONTEXTS = 1000
"""Real replies read to score replies from anywhere: nothing is generated, so more is cheap."""


def evaluate(
    run: RunDir,
    dataset: DatasetDir,
    config: Config,
    *,
    engine: Engine,
    now: datetime,
    embed: Embed | None = None,
    progress: Progress = silent,
) -> Report:
    """Evaluates a run on its dataset's held-out side; writes `eval/replies.jsonl` as it goes.

    embed: a sentence embedding for the content axis, else hashed words.
    Raises DataError if the dataset cannot be judged by, ModelError if the run is not finished.
    """
    held = load_held_out(dataset, max_contexts=config.eval.max_contexts, seed=config.seed)
    if not held.contexts:
        raise DataError(f"{dataset.test}: no held-out replies to judge by; ingest more logs")
    prompts: dict[str, list[Prompt]] = {
        arm: prompts_of(arm, held.contexts, train=held.train) for arm in config.eval.arms
    }
    kept = ReplyFile(run.replies, settings=_settings(run, held, config))
    rows: dict[str, list[ReplyRow]] = {
        arm: answer(
            held.contexts,
            prompts[arm],
            arm=arm,
            weights=WEIGHTS[arm],
            engine=engine,
            kept=kept,
            seed=config.seed,
            progress=progress,
        )
        for arm in config.eval.arms
    }
    write_replies(run.replies, {**rows, "person": real_replies(held.contexts)})
    texts = {arm: [row.text for row in found] for arm, found in rows.items()}
    readings = read_all(held, prompts, texts, engine=engine, seed=config.seed, progress=progress)
    bench = set_up(
        held,
        embed=embed,
        draws=config.eval.half_samples,
        seed=config.seed,
        read=readings.replies.get("person"),
    )
    answers = {arm: _answers(found, held, readings) for arm, found in rows.items()}
    arms = _measured(bench, answers, rows=rows, readings=readings, progress=progress)
    return _report(bench, arms, answers=answers, readings=readings, run=run.root.name, now=now)


def evaluate_replies(
    rows: Sequence[GivenReply],
    dataset: DatasetDir,
    config: Config,
    *,
    now: datetime,
    embed: Embed | None = None,
    progress: Progress = silent,
) -> Report:
    """Evaluates replies from anywhere as the arm `replies`; needs no model and no torch.

    Too few replies are refused like too small a dataset. Raises DataError if the dataset is
    missing or half-written.
    """
    held = load_held_out(dataset, max_contexts=MOST_CONTEXTS, seed=config.seed)
    found = match_contexts(rows, held.contexts)
    bench = set_up(held, embed=embed, draws=config.eval.half_samples, seed=config.seed)
    if not isinstance(bench.scale, Refusal):
        refusal = bench.scale.refuse(found.replies)
        bench = replace(bench, scale=refusal or bench.scale)
    answers = {"replies": found}
    arms = _measured(bench, answers, rows={}, readings=None, progress=progress)
    return _report(bench, arms, answers=answers, readings=None, run=None, now=now)


def _answers(rows: Sequence[ReplyRow], held: HeldOut, readings: Readings) -> Answers:
    return Answers(
        texts=[row.text for row in rows],
        conversations=[row.conversation for row in rows],
        prompts=[row.prompt for row in rows],
        real=[row.reply for row in held.contexts],
        read=readings.replies.get(rows[0].arm),
    )


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
    if name == "adapter" and readings.membership_auc is not None:
        privacy = with_membership(
            arm.privacy, auc=readings.membership_auc, replies=readings.membership_replies
        )
        arm = msgspec.structs.replace(arm, privacy=privacy)
    return arm


def _report(
    bench: Bench,
    arms: dict[str, Arm],
    *,
    answers: Mapping[str, Answers],
    readings: Readings | None,
    run: str | None,
    now: datetime,
) -> Report:
    return Report(
        subject=bench.held.subject,
        run=run,
        data_sha256=bench.held.data_sha256,
        created_at=now,
        calibration=_calibration(bench),
        arms=arms,
        comparisons=compare_all(bench, answers, readings=readings),
        refused=bench.refused,
        notes=_notes(bench, answers),
    )


def _notes(bench: Bench, answers: Mapping[str, Answers]) -> list[str]:
    """What a reader must know besides the figures."""
    notes = []
    if not isinstance(bench.scale, Refusal) and bench.scale.indicative:
        notes.append("Fewer than 100 reference or test messages: the score is only indicative.")
    if bench.measure != MINILM:
        notes.append("Content and relevance by shared words: no sentence embedding was used.")
    for name, found in answers.items():
        if found.prompts is None:
            notes.append(
                f"The contexts of the replies of '{name}' are not known, so relevance and content "
                "are not measured; rows tell by `prompt`, or by `conversation` where they answer "
                "all its test contexts in order."
            )
        if empty := sum(not text.strip() for text in found.texts):
            notes.append(f"{empty} of {len(found.texts)} replies of '{name}' are empty.")
    return notes


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


def _settings(run: RunDir, held: HeldOut, config: Config) -> str:
    """What the replies depend on: the run, the data and how replies are drawn."""
    parts = (run.manifest(), held.data_sha256, config.chat, config.seed)
    return hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest()
