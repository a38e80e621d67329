"""The sections of `benchmarks.gpu` that train through this project's Unsloth backend."""

# isort: off
import persona.backends.unsloth as backend  # first: it imports Unsloth

# isort: on
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from benchmarks.gpu_base import chats, steps_of
from benchmarks.gpu_job import WARM_UP, make_job, on_call, trained
from persona.backends import Progress
from persona.backends.scoring import collate_packed, packing_leak
from persona.batches import Packed
from persona.runs import last_checkpoint, read_metrics

PROBE = list(range(5, 133))
TRAINED = backend.UnslothBackend()
KEPT: dict[str, Any] = {}
"""The model that `packed` trained, for `leak`."""


def sizes(shape: str) -> tuple[int, int]:
    """Steps and tokens of a micro-batch."""
    return (16, 16_384) if shape == "8B" else (6, 2048)


def peak(shape: str, work: Path) -> dict[str, Any]:
    """Memory at 2 x 2,048 tokens with recomputing; no more than two sequences are ever held."""
    length = 2048 if shape == "8B" else 256
    rows = [
        [Packed(one.input_ids[:length], ((length // 2, length),), one.examples) for one in pair]
        for pair in _pairs(length)
    ]
    job = make_job(work / "peak", work / shape, rows, recompute=True, micro_tokens=2 * length)
    with _loading_forgotten():
        return trained(TRAINED, job)


def _pairs(length: int) -> list[list[Packed]]:
    drawn = chats(200, seed=3, median=3 * length, longest=length)
    long = [one for one in drawn if len(one.input_ids) == length][:20]
    return [long[start : start + 2] for start in range(0, len(long), 2)]


def leak(shape: str, work: Path) -> dict[str, Any]:
    """Logits of packed sequences beside those of each alone, and of a row that does leak."""
    steps = [chats(6, seed=1)]
    job = make_job(work / "leak", work / shape, steps, recompute=False, micro_tokens=16_384)
    model = KEPT.pop("model", None) or backend.adapted_model(job)
    return {
        "share_of_spread_packed": packing_leak(model, steps[0]),
        "share_of_spread_without_boundaries": _joined(model, steps[0]),
        "has_varlen_kernel": backend.has_varlen_kernel(job),
        "is_packing_used": backend.is_packing_sound(job, model),
    }


def _joined(model: Any, sequences: list[Packed]) -> float:
    """The same row with positions counted through: what a leak looks like."""
    ids = [token for one in sequences for token in one.input_ids]
    alone = _logits(model, sequences[-1].input_ids)
    apart = _logits(model, ids)[-len(alone) :] - alone
    return float(apart.square().mean().sqrt() / alone.std())


@torch.no_grad()
def _logits(model: Any, ids: list[int]) -> torch.Tensor:
    model.eval()
    batch = collate_packed([Packed(ids, (), ())], model.device)
    found = model(
        input_ids=batch["input_ids"], position_ids=batch["position_ids"], use_cache=False
    ).logits
    return found[0].float().cpu()  # (T, V)


def packed(shape: str, work: Path) -> dict[str, Any]:
    """Speed on short chats packed without padding, nothing recomputed; keeps the adapter."""
    count, tokens = sizes(shape)
    job = make_job(
        work / "packed",
        work / shape,
        steps_of(count, tokens=tokens),
        recompute=False,
        micro_tokens=tokens,
    )
    seen: dict[str, Any] = {}
    trainers: list[Any] = []

    def before(model: Any) -> None:
        seen["lora_b_before"] = fingerprint(model)
        seen["model"] = model

    on_call(backend, "adapted_model", before)
    on_call(backend, "is_packing_sound", trainers.append)
    with _kernel(is_there=True):
        figures = trained(TRAINED, job)
    model = KEPT["model"] = seen.pop("model")
    torch.save(_logits(model, PROBE), work / "probe_logits.pt")
    return {
        **figures,
        "packed": trainers[-1] if trainers else False,
        **seen,
        "lora_b_after": fingerprint(model),
    }


def rows(shape: str, work: Path) -> dict[str, Any]:
    """The same steps in rows of like lengths, padded."""
    return _in_rows(shape, work, times=1, warm_up=WARM_UP)


def rows_long(shape: str, work: Path) -> dict[str, Any]:
    """Six times as many such steps, the second half timed: in a process of its own kernels are
    compiled on the way.
    """
    return _in_rows(shape, work, times=6, warm_up=3 * sizes(shape)[0])


def _in_rows(shape: str, work: Path, *, times: int, warm_up: int) -> dict[str, Any]:
    count, tokens = sizes(shape)
    job = make_job(
        work / "rows",
        work / shape,
        steps_of(times * count, tokens=tokens),
        recompute=False,
        micro_tokens=tokens,
    )
    with _kernel(is_there=False):
        return trained(TRAINED, job, warm_up=warm_up)


def resume(shape: str, work: Path) -> dict[str, Any]:
    """Losses of a run that was stopped and resumed beside those of two that were not."""
    base = work / ("small" if shape == "8B" else shape)
    steps = steps_of(8, tokens=2048, seed=5)
    whole = [_losses(work / f"whole{turn}", base, steps) for turn in (1, 2)]
    stop = threading.Event()

    def halt(progress: Progress) -> None:
        if progress.step == 4:
            stop.set()

    cut = make_job(
        work / "cut",
        base,
        steps,
        recompute=False,
        micro_tokens=2048,
        stop=stop,
        progress=halt,
    )
    TRAINED.train(cut)
    resumed = _losses(work / "cut", base, steps, checkpoint=last_checkpoint(cut.run))
    return {
        "steps": len(resumed),
        "largest_difference_resumed": _apart(whole[0], resumed),
        "largest_difference_of_two_whole_runs": _apart(*whole),
        "losses": [round(loss, 6) for loss in resumed],
    }


def _losses(
    run: Path, base: Path, steps: list[list[Packed]], checkpoint: Path | None = None
) -> list[float]:
    job = make_job(
        run,
        base,
        steps,
        recompute=False,
        micro_tokens=2048,
        is_new=checkpoint is None,
        checkpoint=checkpoint,
    )
    TRAINED.train(job)
    return [line["loss"] for line in read_metrics(job.run) if "loss" in line]


def _apart(a: list[float], b: list[float]) -> float:
    return max(abs(one - other) for one, other in zip(a, b, strict=True))


def fingerprint(model: Any) -> dict[str, Any]:
    """A digest of all LoRA B matrices, their number and how many hold anything but zeros."""
    matrices = {
        name: parameter.detach().float().cpu()
        for name, parameter in sorted(model.named_parameters())
        if "lora_B" in name
    }
    digest = hashlib.sha256()
    for matrix in matrices.values():
        digest.update(matrix.numpy().tobytes())
    return {
        "sha256": digest.hexdigest()[:16],
        "matrices": len(matrices),
        "not_zero": sum(bool(matrix.any()) for matrix in matrices.values()),
        "norm": round(float(sum(matrix.square().sum() for matrix in matrices.values())) ** 0.5, 4),
    }


@contextmanager
def _kernel(*, is_there: bool) -> Iterator[None]:
    """Packing tried whatever kernels there are, or not at all."""
    original = backend.has_varlen_kernel
    backend.has_varlen_kernel = lambda job: is_there
    try:
        yield
    finally:
        backend.has_varlen_kernel = original


@contextmanager
def _loading_forgotten() -> Iterator[None]:
    """Peak memory from after the weights are quantised: what fetching a 4-bit base would take."""
    original = backend.adapted_model

    def load(job: Any) -> Any:
        model = original(job)
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats()
        return model

    backend.adapted_model = load
    try:
        yield
    finally:
        backend.adapted_model = original
