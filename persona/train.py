"""A dataset and settings to a run: encode, check, plan, hand over to a backend, write it down.

    DatasetDir + Config -> RunDir

Knows no training library: everything it needs of one goes through `persona.backends`. A run's
manifest is written last, so a run without one is unfinished and `resume` goes on with it.
"""

import time
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from persona.backends import Job, Outcome, Progress, Score, load_backend
from persona.card import write_card
from persona.config import Config, dump_config
from persona.curves import loss_curve
from persona.data import write_private
from persona.folders import RUNS, DatasetDir, RunDir, check_name, new_run, write_json
from persona.interruptions import ctrl_c_sets, ctrl_c_tells_how_to_go_on, full_disk_is_told
from persona.plan import Plan
from persona.prepare import Prepared, prepare
from persona.resume import begin, begun_with, go_on_from, start_of
from persona.runs import last_step, lock, read_metrics

FINISHED = "{}: finished already, nothing to resume"

LEAST_ENDED = 0.9
"""Share of trial replies that should end by themselves."""


def silent_progress(progress: Progress) -> None:
    """Shows nothing."""


def silent(_: Any) -> None:
    """Shows nothing."""


def train(
    dataset: DatasetDir,
    config: Config,
    *,
    runs: Path,
    name: str,
    now: datetime,
    resume: bool = False,
    asked: Collection[str] = (),
    progress: Callable[[Progress], None] = silent_progress,
    prepared: Callable[[Prepared], None] = silent,
    note: Callable[[str], None] = silent,
    score: Score | None = None,
) -> RunDir:
    """The finished run.

    asked: names of settings, 'data' among them, that a resumed run must have been begun with;
    without 'data' it goes on with the dataset it was begun on.
    prepared: told what was checked and planned before any weights are loaded. note: told single
    lines. score: early stopping by this instead of the loss on valid.jsonl.
    Raises ConfigError, DataError or ModelError; KeyboardInterrupt on Ctrl-C, after a checkpoint.
    """
    began = time.monotonic()
    if resume:
        run, dataset, config = begun_with(runs, name, dataset, config, asked=asked)
        if run.is_finished:
            note(FINISHED.format(run.root))
            return run
    else:
        check_name(name)
    ready = prepare(dataset, config)
    prepared(ready)
    config = _resolved(config, ready)
    if not resume:
        run = new_run(runs, name=name, now=now)
        write_private(run.config, dump_config(config))
    with lock(run), ctrl_c_tells_how_to_go_on(run):
        outcome = _run_backend(
            run,
            ready,
            config,
            dataset,
            progress=progress,
            note=note,
            score=score,
            began=began,
        )
        _write_down(run, ready, config, dataset, outcome=outcome)
    return run


def dry_run(
    dataset: DatasetDir,
    config: Config,
    *,
    runs: Path = RUNS,
    name: str = "persona",
    resume: bool = False,
    asked: Collection[str] = (),
    note: Callable[[str], None] = silent,
) -> Plan | None:
    """What training would take: counts, lengths, steps, memory, time. No weights are loaded.

    Of a run to resume what is left of it, None where it is finished; refused as `train` would.
    """
    from persona.backends.probe import tokens_per_second

    done = 0
    if resume:
        run, dataset, config = begun_with(runs, name, dataset, config, asked=asked)
        if run.is_finished:
            note(FINISHED.format(run.root))
            return None
        done = last_step(run)
    else:
        check_name(name)
    ready = prepare(dataset, config)
    if resume:
        start_of(run, ready, dataset)
    plan = ready.plan
    sizes = [sum(len(one.input_ids) for one in step) for step in ready.material.steps]
    speed = tokens_per_second(
        ready.base,
        ready.machine,
        ready.shape,
        rank=ready.settings.lora_r,
        length=plan.median_length,
        tokens=min(plan.micro_tokens, sum(sizes) // plan.steps),
        recompute=plan.gradient_checkpointing,
    )
    return msgspec.structs.replace(
        plan, steps_done=done, tokens_per_second=speed, seconds=sum(sizes[done:]) / speed
    )


def _resolved(config: Config, ready: Prepared) -> Config:
    """The settings with nothing left to chance, so that a resumed run makes the same choices."""
    chosen = {key: getattr(ready.settings, key) for key in ready.settings.__struct_fields__}
    train = msgspec.structs.replace(
        config.train,
        base=ready.base.path if ready.base.name != "tiny" else "tiny",
        backend=ready.backend,
        quantization=ready.plan.quantization,
        **chosen,
    )
    return msgspec.structs.replace(config, train=train)


def _run_backend(
    run: RunDir,
    ready: Prepared,
    config: Config,
    dataset: DatasetDir,
    *,
    progress: Callable[[Progress], None],
    note: Callable[[str], None],
    score: Score | None,
    began: float,
) -> Outcome:
    start = begin(run, ready, dataset)
    checkpoint = go_on_from(run, ready, note=note)
    with ctrl_c_sets() as stop, full_disk_is_told(run):
        job = Job(
            run=run,
            base=ready.base,
            machine=ready.machine,
            settings=ready.settings,
            quantization=ready.plan.quantization,
            steps=ready.material.steps,
            valid=ready.material.valid,
            seed=config.seed,
            micro_tokens=ready.plan.micro_tokens,
            gradient_checkpointing=ready.plan.gradient_checkpointing,
            optimizer=ready.plan.optimizer,
            threads=start.threads,
            checkpoint=checkpoint,
            progress=progress,
            note=note,
            score=score,
            stop=stop,
            began=began,
        )
        outcome = load_backend(ready.backend).train(job)
    if outcome.stopped:
        raise KeyboardInterrupt
    if outcome.ended < LEAST_ENDED:
        note(
            f"only {outcome.ended:.0%} of the trial replies ended by themselves; "
            "train longer (train.epochs) or on more logs"
        )
    return outcome


def _write_down(
    run: RunDir,
    ready: Prepared,
    config: Config,
    dataset: DatasetDir,
    *,
    outcome: Outcome,
) -> None:
    """The curve, the adapter's card and, last, the manifest."""
    lines = read_metrics(run)
    data = dataset.manifest()
    steps = [line for line in lines if "loss" in line]
    manifest = {
        "subject": data["subject"],
        "base": ready.base.name,
        "merge_into": ready.base.merge_into,
        "licence": ready.base.licence,
        "template_sha256": ready.template_sha256,
        "data_sha256": data["data_sha256"],
        "backend": ready.backend,
        "quantization": ready.plan.quantization,
        "device": ready.machine.device,
        "seed": config.seed,
        "settings": msgspec.to_builtins(ready.settings),
        "examples": ready.plan.examples,
        "dropped": ready.plan.dropped,
        "steps": outcome.step,
        "planned_steps": len(ready.material.steps),
        "best_step": outcome.best_step,
        "best_valid_loss": outcome.best_valid_loss,
        "replies_ended": outcome.ended,
        "tokens": sum(line["tokens"] for line in steps),
        "trained_tokens": sum(line["trained_tokens"] for line in steps),
        "startup_seconds": outcome.startup_seconds,
        "seconds": round(sum(line["seconds"] for line in steps), 1),
        "peak_memory": outcome.peak_memory,
        "consent": config.consent or bool(data.get("consent")),
        "versions": outcome.versions,
    }
    write_private(run.root / "curve.svg", loss_curve(lines))
    write_card(run.adapter, manifest, data)
    write_json(run.manifest_path, manifest)
