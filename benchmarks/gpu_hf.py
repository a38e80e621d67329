"""The sections of `benchmarks.gpu` on transformers and PEFT: answering, and the hf backend."""

import gc
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel

from benchmarks.gpu_base import chats, steps_of
from benchmarks.gpu_job import make_job, trained
from persona.backends.hf import HfBackend
from persona.backends.loading import load_model
from persona.backends.sampling import generate_ids
from persona.config import ChatConfig

PROBE = list(range(5, 133))
LOADED: dict[str, Any] = {}
ROWS = 8


def reload(shape: str, work: Path) -> dict[str, Any]:
    """Logits of the adapter that Unsloth trained, in plain PEFT, beside Unsloth's own."""
    model = _with_adapter(shape, work)
    there = torch.load(work / "probe_logits.pt")
    here = _logits(model, [PROBE], ["default"])[0]
    base = _logits(model, [PROBE], ["__base__"])[0]
    return {
        "largest_difference": float((here - there).abs().max()),
        "mean_difference": float((here - there).abs().mean()),
        "logits_std": float(there.std()),
        "same_likeliest_token": float((here.argmax(-1) == there.argmax(-1)).float().mean()),
        "adapter_moves_logits_by": float((here - base).abs().max()),
    }


def mixed(shape: str, work: Path) -> dict[str, Any]:
    """What base and adapter in one batch cost beside the adapter alone, and that each is itself."""
    model = _with_adapter(shape, work)
    prompts = [one.input_ids[:200] for one in chats(ROWS, seed=9, median=400)]
    names = ["__base__", "default"] * (ROWS // 2)
    both = _logits(model, [PROBE, PROBE], ["__base__", "default"])
    with torch.no_grad(), model.disable_adapter():
        base = _logits(model, [PROBE], None)[0]
    adapter = _logits(model, [PROBE], None)[0]
    _seconds(model, prompts, names=names)  # the first generation warms up
    turns = [[_seconds(model, prompts, names=one) for one in (None, names)] for _ in range(2)]
    alone, together = (min(seconds) for seconds in zip(*turns, strict=True))
    return {
        "rows": ROWS,
        "new_tokens": 48,
        "adapter_alone_seconds": round(alone, 3),
        "mixed_seconds": round(together, 3),
        "cost_ratio": round(together / alone, 3),
        "base_row_versus_base": float((both[0] - base).abs().max()),
        "adapter_row_versus_adapter": float((both[1] - adapter).abs().max()),
    }


def hf(shape: str, work: Path) -> dict[str, Any]:
    """The hf backend on the same steps, in rows of like lengths."""
    LOADED.clear()
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
    count, tokens = (10, 16_384) if shape == "8B" else (6, 2048)
    job = make_job(
        work / "hf",
        work / shape,
        steps_of(count, tokens=tokens),
        recompute=False,
        micro_tokens=tokens,
    )
    return trained(HfBackend(), job)


def _with_adapter(shape: str, work: Path) -> Any:
    if "model" not in LOADED:
        job = make_job(work / "reload", work / shape, [], recompute=False, micro_tokens=1)
        base = load_model(job.base, job.machine, quantization=job.quantization)
        LOADED["model"] = PeftModel.from_pretrained(base, str(work / "packed" / "adapter")).eval()
    return LOADED["model"]


@torch.no_grad()
def _logits(model: Any, prompts: Sequence[list[int]], names: Sequence[str] | None) -> torch.Tensor:
    ids = torch.tensor(prompts, device=model.device)
    extra = {"adapter_names": list(names)} if names else {}
    return model(input_ids=ids, use_cache=False, **extra).logits.float().cpu()  # (B, T, V)


def _seconds(model: Any, prompts: list[list[int]], *, names: list[str] | None) -> float:
    """Seconds of a generation of 48 tokens for each prompt; nothing ends it earlier."""
    started = time.monotonic()
    generate_ids(
        model,
        prompts,
        stops=[1],
        sampling=ChatConfig(max_new_tokens=48),
        seeds=range(len(prompts)),
        adapters=names,
    )
    return time.monotonic() - started
