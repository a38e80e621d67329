"""A run to a `Report`: the stages of `persona eval` in their order.

Draw replies, read likelihoods, measure each arm, compare them. The model comes in as an `Engine`;
nothing here knows torch. Replies that no model here made: `eval.without_model`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from eval.answers import Answers
from eval.arms import WEIGHTS, Prompt, prompts_of
from eval.assemble import report_on
from eval.bench import set_up
from eval.endpoint import Endpoint
from eval.engine import Engine, Progress, silent
from eval.held_out import HeldOut, load_held_out
from eval.hosted import HOSTED, ask_hosted, with_notes
from eval.likelihoods import Readings, read_all
from eval.metrics.embedding import Embed
from eval.plugin_scale import NO_PLUGINS, Plugins
from eval.replies import ReplyFile, ReplyRow, answer, digest_of, real_replies, write_replies
from eval.report import Report
from persona.config import Config
from persona.errors import DataError
from persona.folders import DatasetDir, RunDir


def evaluate(
    run: RunDir,
    dataset: DatasetDir,
    config: Config,
    *,
    engine: Engine,
    now: datetime,
    embed: Embed | None = None,
    hosted: Endpoint | None = None,
    plugins: Plugins = NO_PLUGINS,
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
    rows = _drawn(run, held, config, prompts=prompts, engine=engine, progress=progress)
    heard = None
    if hosted:
        heard = ask_hosted(hosted, held, config, folder=run.eval, progress=progress)
        rows[HOSTED] = heard.rows
    write_replies(run.replies, {**rows, "person": real_replies(held.contexts)})
    texts = {arm: [row.text for row in found] for arm, found in rows.items()}
    readings = read_all(held, prompts, texts, engine=engine, seed=config.seed, progress=progress)
    own = readings.replies.get("person")
    bench = set_up(held, embed=embed, draws=config.eval.half_samples, seed=config.seed, read=own)
    answers = {arm: _answers(found, held, readings) for arm, found in rows.items()}
    report = report_on(
        bench,
        answers,
        rows=rows,
        readings=readings,
        run=run.root.name,
        now=now,
        plugins=plugins,
        progress=progress,
    )
    return with_notes(report, heard) if heard else report


def _drawn(
    run: RunDir,
    held: HeldOut,
    config: Config,
    *,
    prompts: Mapping[str, Sequence[Prompt]],
    engine: Engine,
    progress: Progress,
) -> dict[str, list[ReplyRow]]:
    """The reply of every arm of the run to each context; on disk as they are drawn."""
    drawn_with = digest_of((run.manifest(), held.data_sha256, config.chat, config.seed))
    kept = ReplyFile(run.replies, settings=drawn_with)
    return {
        arm: answer(
            held.contexts,
            given,
            arm=arm,
            weights=WEIGHTS[arm],
            engine=engine,
            kept=kept,
            seed=config.seed,
            progress=progress,
        )
        for arm, given in prompts.items()
    }


def _answers(rows: Sequence[ReplyRow], held: HeldOut, readings: Readings) -> Answers:
    return Answers(
        texts=[row.text for row in rows],
        conversations=[row.conversation for row in rows],
        prompts=[row.prompt for row in rows],
        real=[row.reply for row in held.contexts],
        read=readings.replies.get(rows[0].arm),
    )
