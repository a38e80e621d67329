"""Jobs of `benchmarks.gpu`: a backend of this project over given steps, and its figures."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.gpu_base import PEAK_TFLOPS
from persona.backends import Backend, Job, Outcome, Progress
from persona.backends.shape import shape_of
from persona.bases import Base, find_machine
from persona.batches import Packed
from persona.folders import RunDir
from persona.presets import Settings
from persona.runs import read_metrics

WARM_UP = 4
"""Steps before the clock counts: kernels are compiled and tuned in them."""

RANK = 16


def make_job(
    run: Path,
    base: Path,
    steps: Sequence[Sequence[Packed]],
    *,
    recompute: bool,
    micro_tokens: int,
    is_new: bool = True,
    **changes: Any,
) -> Job:
    """A job in a fresh run folder: NF4 on a GPU, rank 16 on all linear layers."""
    if is_new:
        shutil.rmtree(run, ignore_errors=True)
        run.mkdir(parents=True)
    machine = find_machine()
    settings = Settings(
        learning_rate=2e-4,
        epochs=1,
        lora_r=RANK,
        lora_alpha=2 * RANK,
        lora_dropout=0.0,
        batch_size=32,
        max_length=2048,
        warmup_ratio=0.0,
        weight_decay=0.01,
        patience=3,
    )
    common: dict[str, Any] = {
        "run": RunDir(run),
        "base": Base(base.name, str(base)),
        "machine": machine,
        "settings": settings,
        "quantization": "nf4" if machine.device == "cuda" else "none",
        "steps": steps,
        "valid": [],
        "seed": 0,
        "micro_tokens": micro_tokens,
        "gradient_checkpointing": recompute,
        "optimizer": "adamw_8bit" if machine.device == "cuda" else "adamw_torch",
        "threads": machine.cores,
        "checkpoint": None,
        "progress": silent,
        "note": print,
    }
    return Job(**(common | changes))


def silent(progress: Progress) -> None:
    """Shows nothing."""


def trained(backend: Backend, job: Job, *, warm_up: int = WARM_UP) -> dict[str, Any]:
    """Trains the job and returns its figures, the steps of the warm-up left out."""
    outcome = backend.train(job)
    lines = [line for line in read_metrics(job.run) if "loss" in line]
    timed = lines[warm_up:]
    seconds = sum(line["seconds"] for line in timed)
    tokens = sum(line["tokens"] for line in timed)
    lengths = [len(one.input_ids) for step in job.steps for one in step]
    return {
        **speed(job, tokens=tokens, seconds=seconds, lengths=lengths),
        "trained_tokens_per_second": round(sum(line["trained_tokens"] for line in timed) / seconds),
        "median_step_tokens_per_second": round(
            median(line["tokens"] / line["seconds"] for line in timed)
        ),
        "steps_timed": len(timed),
        "startup_seconds": outcome.startup_seconds,
        "median_sequence": median(lengths),
        "first_step_seconds": lines[0]["seconds"],
        "loss_start": round(lines[0]["loss"], 4),
        "loss_end": round(lines[-1]["loss"], 4),
        **peaks(outcome),
    }


def speed(job: Job, *, tokens: int, seconds: float, lengths: Sequence[int]) -> dict[str, Any]:
    """Tokens a second without padding and the share of the GPU's product speed that makes."""
    shape = shape_of(job.base)
    mean = sum(length**2 for length in lengths) / sum(lengths)
    work = 4 * (shape.linear + shape.hidden * shape.vocabulary) + 6 * shape.lora(RANK)
    work += 6 * mean * shape.hidden * shape.layers  # causal attention, forward and backward
    rate = tokens / seconds
    return {
        "tokens_per_second": round(rate),
        "gflop_per_token": round(work / 1e9, 2),
        "mfu_of_measured_peak": round(rate * work / (PEAK_TFLOPS * 1e12), 4),
    }


def peaks(outcome: Outcome | None = None) -> dict[str, Any]:
    """Peak memory of this section, in GB (1e9 bytes)."""
    import torch

    if torch.cuda.is_available():
        return {
            "peak_gb": round(torch.cuda.max_memory_allocated() / 1e9, 3),
            "peak_reserved_gb": round(torch.cuda.max_memory_reserved() / 1e9, 3),
        }
    return {"peak_gb": round(outcome.peak_memory / 1e9, 3)} if outcome else {}


def on_call(module: Any, name: str, note: Callable[[Any], None]) -> None:
    """Has `note` called with what the module's function of that name returns, from now on."""
    original = getattr(module, name)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        note(result)
        return result

    setattr(module, name, wrapped)
