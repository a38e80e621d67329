"""The size of a base and the memory that training on it takes, part by part. Pure.

Weights, adapter and optimizer are counted; one figure per token was fitted to measured peaks.
"""

import math

import msgspec

from persona.errors import ConfigError

SAVED_PER_EDGE = {"cpu": 2.4, "mps": 1.0, "cuda": 0.85}
"""Numbers kept per token for the backward pass, per input and output of the adapted layers.

The CPU's was measured on the bundled model with `benchmarks/train.py` and holds what the allocator
does not give back; CUDA's is on the safe side of what an H200 took (docs/evidence/gpu-h200.md). The
Apple one follows from published peaks.
"""

LOGIT_CHUNK = 256
"""Positions projected onto the vocabulary at once by TRL's fused head."""

PROCESS = {"cpu": int(0.62e9), "mps": int(1.2e9), "cuda": int(1.0e9)}
"""Bytes of the libraries, or of the CUDA context, before any model is there."""


class Shape(msgspec.Struct, frozen=True):
    """Counts of a base model."""

    parameters: int
    linear: int  # parameters in the layers LoRA is put on
    edges: int  # sum over those layers of inputs plus outputs
    layers: int
    hidden: int
    vocabulary: int
    positions: int

    def lora(self, rank: int) -> int:
        """Parameters of an adapter of that rank."""
        return rank * self.edges


def decoder(
    layers: int,
    hidden: int,
    inner: int,
    *,
    queries: int,
    keys: int,
    vocabulary: int,
    is_tied: bool = False,
) -> Shape:
    """The shape of a Llama-like decoder; queries and keys are the widths of the projections."""
    linear = hidden * (2 * queries + 2 * keys + 3 * inner)
    edges = 2 * (hidden + queries) + 2 * (hidden + keys) + 3 * (hidden + inner)
    embeddings = vocabulary * hidden * (1 if is_tied else 2)
    return Shape(
        parameters=layers * (linear + 2 * hidden) + embeddings + hidden,
        linear=layers * linear,
        edges=layers * edges,
        layers=layers,
        hidden=hidden,
        vocabulary=vocabulary,
        positions=40_960,
    )


QWEN = 151_936
KNOWN = {
    "Qwen3-0.6B": decoder(28, 1024, 3072, queries=2048, keys=1024, vocabulary=QWEN, is_tied=True),
    "Qwen3-1.7B": decoder(28, 2048, 6144, queries=2048, keys=1024, vocabulary=QWEN, is_tied=True),
    "Qwen3-4B": decoder(36, 2560, 9728, queries=4096, keys=1024, vocabulary=QWEN, is_tied=True),
    "Qwen3-8B": decoder(36, 4096, 12_288, queries=4096, keys=1024, vocabulary=QWEN),
    "Qwen3-14B": decoder(40, 5120, 17_408, queries=5120, keys=1024, vocabulary=QWEN),
    "Qwen3-32B": decoder(64, 5120, 25_600, queries=8192, keys=1024, vocabulary=QWEN),
    "Llama-3.1-70B": decoder(80, 8192, 28_672, queries=8192, keys=1024, vocabulary=128_256),
}
"""Models whose shape stands for all of their size."""


class Memory(msgspec.Struct, frozen=True):
    """Bytes by part."""

    base: int
    adapter: int
    gradients: int
    optimizer: int
    activations: int
    logits: int
    process: int

    @property
    def total(self) -> int:
        """All of it."""
        return sum(getattr(self, part) for part in self.__struct_fields__)


def estimate(
    shape: Shape, *, device: str, quantization: str, rank: int, micro_tokens: int, recompute: bool
) -> Memory:
    """Bytes by part for a micro-batch of that many tokens."""
    width = 4 if device == "cpu" else 2
    lora = shape.lora(rank)
    every = (
        width * SAVED_PER_EDGE[device] * shape.edges
    )  # bytes a token leaves for the backward pass
    kept = width * shape.hidden * shape.layers + every / shape.layers if recompute else every
    return Memory(
        base=base_bytes(shape, quantization=quantization, width=width),
        adapter=4 * lora,
        gradients=4 * lora,
        optimizer=(2 if quantization == "nf4" and device == "cuda" else 8) * lora,
        activations=math.ceil(kept * micro_tokens),
        logits=2 * 4 * shape.vocabulary * LOGIT_CHUNK,
        process=PROCESS[device],
    )


def base_bytes(shape: Shape, *, quantization: str, width: int) -> int:
    """The frozen weights; NF4 with double quantisation takes 0.516 bytes a weight."""
    per_linear = {"none": float(width), "nf4": 0.516, "int8": 1.01}[quantization]
    return round(shape.linear * per_linear + (shape.parameters - shape.linear) * width)


def parameters_of(size: str) -> float:
    """Parameters from how sizes are written: 8B, 1.7b, 500M. Raises ConfigError."""
    units = {"B": 1e9, "M": 1e6}
    number, unit = size[:-1], units.get(size[-1:].upper())
    try:
        found = float(number) * unit if unit else 0.0
    except ValueError:
        found = 0.0
    if not 1e6 <= found < 1e13:
        raise ConfigError(f"--params {size}: write it as 8B or 500M")
    return found


def known_shape(parameters: float) -> tuple[str, Shape]:
    """The known model nearest in size, and its shape."""
    name = min(KNOWN, key=lambda one: abs(math.log(KNOWN[one].parameters / parameters)))
    return name, KNOWN[name]
