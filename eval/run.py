"""A run, or replies from anywhere, to a `Report`: the stages of `persona eval` in their order.

Draw replies, read likelihoods, measure each arm, compare them. The model comes in as an `Engine`;
nothing here knows torch. `evaluate_replies` needs no model at all, `evaluate_endpoint` only one
that is hosted elsewhere.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

import msgspec

from eval.answers import Answers
from eval.arms import WEIGHTS, Prompt, prompts_of
from eval.assemble import assemble
from eval.bench import Bench, ends_of, set_up
from eval.endpoint import Endpoint
from eval.engine import Engine, Progress, silent
from eval.given import GivenReply
from eval.held_out import HeldOut, load_held_out
from eval.likelihoods import Readings, figures_of, read_all
from eval.measure import measure, with_likelihood
from eval.memory import with_memory
from eval.metrics.embedding import Embed
from eval.placing import match_contexts
from eval.plugin_scale import show_plugins
from eval.replies import ReplyFile, ReplyRow, answer, real_replies, write_replies
from eval.report import Arm, Report
from eval.style.results import Refusal
from persona.config import Config
from persona.errors import DataError
from persona.folders import DatasetDir, RunDir

HOSTED = "endpoint"
Plugins = Mapping[str, Embed]
NONE: Plugins = MappingProxyType({})
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
    hosted: Endpoint | None = None,
    plugins: Plugins = NONE,
    progress: Progress = silent,
) -> Report:
    """Evaluates a run on its dataset's held-out side; writes `eval/replies.jsonl` as it goes.

    embed: a sentence embedding for the content axis, else hashed words. hosted: a model elsewhere
    as one more arm. plugins: style embeddings by name, shown where they pass the self-test.
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
    if hosted:
        rows[HOSTED] = ask_hosted(hosted, held, config, folder=run.eval, progress=progress)
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
    report = assemble(bench, arms, answers=answers, readings=readings, run=run.root.name, now=now)
    report = show_plugins(report, bench, answers, plugins) if plugins else report
    return _naming(report, hosted) if hosted else report


def evaluate_replies(
    rows: Sequence[GivenReply],
    dataset: DatasetDir,
    config: Config,
    *,
    now: datetime,
    plugins: Plugins = NONE,
    progress: Progress = silent,
) -> Report:
    """Evaluates replies from anywhere as the arm `replies`; needs no model and no torch.

    Too few replies are refused like too small a dataset. Raises DataError if the dataset is
    missing or half-written.
    """
    held = load_held_out(dataset, max_contexts=MOST_CONTEXTS, seed=config.seed)
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
    plugins: Plugins = NONE,
    progress: Progress = silent,
) -> Report:
    """Evaluates a hosted model as the arm `endpoint`; its replies are kept in `folder`.

    Raises DataError if the dataset cannot be judged by, ModelError if the server fails.
    """
    held = load_held_out(dataset, max_contexts=config.eval.max_contexts, seed=config.seed)
    rows = ask_hosted(hosted, held, config, folder=folder, progress=progress)
    arms = {HOSTED: rows, "person": real_replies(held.contexts)}
    write_replies(folder / "replies.jsonl", arms)
    found = match_contexts([_given(row) for row in rows], held.contexts)
    report = _without_model(
        HOSTED, found, held, config, plugins=plugins, now=now, progress=progress
    )
    return _naming(report, hosted)


def ask_hosted(
    hosted: Endpoint, held: HeldOut, config: Config, *, folder: Path, progress: Progress
) -> list[ReplyRow]:
    """The hosted model's reply to each context; `endpoint.jsonl` in `folder` holds those it has."""
    asked = (hosted.url, hosted.model, held.data_sha256, config.chat, config.seed)
    return answer(
        held.contexts,
        prompts_of(HOSTED, held.contexts, train=held.train),
        arm=HOSTED,
        weights=WEIGHTS[HOSTED],
        engine=hosted,
        kept=ReplyFile(folder / "endpoint.jsonl", settings=_digest(asked)),
        seed=config.seed,
        progress=progress,
    )


def _naming(report: Report, hosted: Endpoint) -> Report:
    """The report with a note of which model is behind the arm `endpoint`."""
    note = f"The hosted model is {hosted.model} at {hosted.host}, told how the person writes."
    return msgspec.structs.replace(report, notes=[*report.notes, note])


def _given(row: ReplyRow) -> GivenReply:
    return GivenReply(text=row.text, conversation=row.conversation, prompt=row.prompt)


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
    answers = {arm: found}
    arms = _measured(bench, answers, rows={}, readings=None, progress=progress)
    report = assemble(bench, arms, answers=answers, readings=None, run=None, now=now)
    return show_plugins(report, bench, answers, plugins) if plugins else report


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
    if name == "adapter" and readings.memory is not None:
        arm = msgspec.structs.replace(arm, privacy=with_memory(arm.privacy, readings.memory))
    return arm


def _settings(run: RunDir, held: HeldOut, config: Config) -> str:
    """What the replies depend on: the run, the data and how replies are drawn."""
    return _digest((run.manifest(), held.data_sha256, config.chat, config.seed))


def _digest(parts: object) -> str:
    return hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest()
