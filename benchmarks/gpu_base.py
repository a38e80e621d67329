"""The model and chats of `benchmarks.gpu`, and what machine they are measured on."""

import random
import shutil
import time
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from persona.batches import Packed

SHAPES: dict[str, dict[str, Any]] = {
    "8B": {
        "vocab_size": 128_256,
        "hidden_size": 4096,
        "intermediate_size": 14_336,
        "num_hidden_layers": 32,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "max_position_embeddings": 131_072,
        "rope_parameters": {"rope_type": "default", "rope_theta": 500_000.0},
    },
    "small": {
        "vocab_size": 32_000,
        "hidden_size": 1024,
        "intermediate_size": 2816,
        "num_hidden_layers": 4,
        "num_attention_heads": 16,
        "num_key_value_heads": 4,
        "max_position_embeddings": 8192,
    },
    "tiny": {
        "vocab_size": 5000,
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 8192,
    },
}
PACKAGES = "torch triton transformers accelerate peft trl datasets bitsandbytes unsloth unsloth_zoo"
PEAK_TFLOPS = 790
"""Of a large bf16 matrix product on an H200, measured; the datasheet says 989."""


def environment(shape: str, work: Path) -> dict[str, Any]:
    """Versions, device and the speed of a matrix product."""
    import torch

    found: dict[str, Any] = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": {name: _version(name) for name in PACKAGES.split()},
    }
    if torch.cuda.is_available():
        properties = torch.cuda.get_device_properties(0)
        found |= {
            "device": properties.name,
            "memory_gb": round(properties.total_memory / 1e9, 1),
            "cuda": torch.version.cuda,
            "matmul_tflops": round(_matmul_tflops(), 1),
        }
    return found


def base(shape: str, work: Path) -> dict[str, Any]:
    """Writes the random base, and a small one for what needs no size."""
    found: dict[str, Any] = {}
    for name in dict.fromkeys((shape, "small" if shape == "8B" else shape)):
        started = time.monotonic()
        found[f"{name}_parameters"] = make_base(work / name, name)
        found[f"{name}_seconds"] = round(time.monotonic() - started, 1)
    return found


def make_base(folder: Path, shape: str) -> int:
    """Parameters of a random Llama of that shape, written to `folder` with a chat template."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    from persona.bases import MODEL_DIR

    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(0)
    config = LlamaConfig(**SHAPES[shape], bos_token_id=None, eos_token_id=1, pad_token_id=0)
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16 if device == "cuda" else torch.float32)
    try:
        with torch.device(device):
            model = LlamaForCausalLM(config)
    finally:
        torch.set_default_dtype(before)
    model.save_pretrained(folder, max_shard_size="4GB")
    for path in MODEL_DIR.iterdir():
        if path.name.startswith(("tokenizer", "chat_template")):
            shutil.copy(path, folder)
    return sum(parameter.numel() for parameter in model.parameters())


def chats(count: int, *, seed: int, median: int = 350, longest: int = 2000) -> list[Packed]:
    """Sequences like folded chats: many short, few long, about two fifths of them learned.

    Ids follow Zipf's law over the bundled tokenizer's vocabulary: there is something to learn.
    """
    draw = random.Random(seed)
    weights = [1 / (rank + 3) for rank in range(4000)]
    found = []
    for index in range(count):
        length = min(longest, max(24, int(draw.lognormvariate(0, 0.7) * median)))
        ids = [token + 10 for token in draw.choices(range(4000), weights, k=length)]
        found.append(Packed(ids, _spans(length, draw), (index,)))
    return found


def _spans(length: int, draw: random.Random) -> tuple[tuple[int, int], ...]:
    spans, place = [], min(12, length // 2)
    while place < length:
        end = min(length, place + draw.randint(4, 40))
        spans.append((place, end))
        place = end + draw.randint(8, 60)
    return tuple(spans)


def steps_of(count: int, *, tokens: int, seed: int = 0) -> list[list[Packed]]:
    """That many steps of about `tokens` tokens each."""
    pool = iter(chats(count * tokens // 100 + 50, seed=seed, longest=min(2000, tokens // 2)))
    steps = []
    for _ in range(count):
        step: list[Packed] = []
        room = tokens
        for one in pool:
            if len(one.input_ids) > room:
                break
            step.append(one)
            room -= len(one.input_ids)
        steps.append(step)
    return steps


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _matmul_tflops() -> float:
    import torch

    size = 8192
    matrix = torch.randn(size, size, device="cuda", dtype=torch.bfloat16)
    for _ in range(3):
        matrix @ matrix
    torch.cuda.synchronize()
    started = time.monotonic()
    for _ in range(10):
        matrix @ matrix
    torch.cuda.synchronize()
    return 10 * 2 * size**3 / (time.monotonic() - started) / 1e12
