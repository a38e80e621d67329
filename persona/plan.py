"""What training will take: steps, memory by part and time, told before any weights are loaded.

Memory follows what can be counted (weights, adapter, optimizer) and one figure per token that was
fitted to measured peaks; see `make bench-train`.
"""

import math
from collections.abc import Sequence

import msgspec

from persona.bases import Base, Machine
from persona.batches import Packed, split_micro
from persona.config import TrainConfig
from persona.presets import Settings

GIB = 2**30

SAVED_PER_EDGE = {"cpu": 2.4, "mps": 1.0, "cuda": 0.85}
"""Numbers kept per token for the backward pass, per input and output of the adapted layers.

The CPU's was measured on the bundled model with `benchmarks/train.py` and holds what the allocator
does not give back; the others follow from published peaks and were not measured by this project.
"""

LOGIT_CHUNK = 256
"""Positions projected onto the vocabulary at once by TRL's fused head."""

PROCESS = {"cpu": int(0.62e9), "mps": int(1.2e9), "cuda": int(1.0e9)}
"""Bytes of the libraries, or of the CUDA context, before any model is there."""

HEADROOM = 0.85
"""Share of the free memory that a plan may fill."""

MOST_MICRO_TOKENS = {"cpu": 2048, "mps": 4096, "cuda": 16384}


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


class Plan(msgspec.Struct, frozen=True):
    """A training run before it starts."""

    base: str
    licence: str
    download: int  # bytes, about; 0 where nothing has to be fetched
    backend: str
    device: str
    quantization: str
    reason: str
    settings: Settings
    examples: int
    dropped: dict[str, int]
    sequences: int
    tokens: int  # of one epoch
    trained_tokens: int  # of one epoch
    median_length: int
    longest: int
    steps: int
    micro_tokens: int
    gradient_checkpointing: bool
    memory: Memory
    available: int
    adapter_bytes: int
    advice: list[str]
    tokens_per_second: float | None = None  # from a probe, in a dry run
    seconds: float | None = None  # of all steps at that speed

    @property
    def fits(self) -> bool:
        """Whether the estimate is below what is free."""
        return self.memory.total <= self.available


def make_plan(
    *,
    base: Base,
    machine: Machine,
    shape: Shape,
    backend: str,
    config: TrainConfig,
    settings: Settings,
    reason: str,
    sequences: Sequence[Packed],
    valid: Sequence[Packed],
    steps: Sequence[Sequence[int]],
    dropped: dict[str, int],
) -> Plan:
    """The plan for data that is encoded already."""
    lengths = sorted(len(one.input_ids) for one in sequences)
    longest = max([*lengths, *(len(one.input_ids) for one in valid)])
    quantization = choose_quantization(config.quantization, base=base, machine=machine)
    micro_tokens, recompute = choose_micro_batch(
        shape, machine=machine, quantization=quantization, rank=settings.lora_r, longest=longest
    )
    memory = estimate(
        shape,
        device=machine.device,
        quantization=quantization,
        rank=settings.lora_r,
        micro_tokens=largest_micro_batch(
            sequences, steps, max_tokens=micro_tokens, device=machine.device
        ),
        recompute=recompute,
    )
    return Plan(
        base=base.name,
        licence=base.licence,
        download=base.download,
        backend=backend,
        device=f"{machine.name} ({machine.device})",
        quantization=quantization,
        reason=reason,
        settings=settings,
        examples=sum(len(one.spans) for one in sequences),
        dropped=dropped,
        sequences=len(sequences),
        tokens=sum(lengths),
        trained_tokens=sum(one.trained for one in sequences),
        median_length=lengths[len(lengths) // 2],
        longest=longest,
        steps=len(steps),
        micro_tokens=micro_tokens,
        gradient_checkpointing=recompute,
        memory=memory,
        available=machine.memory,
        adapter_bytes=4 * shape.lora(settings.lora_r),
        advice=advise(memory, machine=machine, quantization=quantization, settings=settings),
    )


def choose_quantization(wanted: str, *, base: Base, machine: Machine) -> str:
    """4-bit where the checkpoint is, or by default on CUDA; none on a CPU, where it is slower."""
    if base.is_four_bit:
        return "nf4"
    if wanted != "auto":
        return wanted
    return "nf4" if machine.device == "cuda" and base.name != "tiny" else "none"


def choose_micro_batch(
    shape: Shape, *, machine: Machine, quantization: str, rank: int, longest: int
) -> tuple[int, bool]:
    """Tokens of a micro-batch, and whether to recompute activations.

    The largest micro-batch that fits without recompute; else the largest with it.
    """
    room = HEADROOM * machine.memory
    most = max(longest, MOST_MICRO_TOKENS[machine.device])
    sizes = sorted({max(longest, most // 2**power) for power in range(6)}, reverse=True)
    options = [(size, recompute) for recompute in (False, True) for size in sizes]
    for size, recompute in options:
        memory = estimate(
            shape,
            device=machine.device,
            quantization=quantization,
            rank=rank,
            micro_tokens=size,
            recompute=recompute,
        )
        if memory.total <= room:
            break
    return size, recompute


def largest_micro_batch(
    sequences: Sequence[Packed],
    steps: Sequence[Sequence[int]],
    *,
    max_tokens: int,
    device: str,
) -> int:
    """Tokens, with padding, of the largest micro-batch there will be."""
    return max(
        len(batch) * len(batch[0].input_ids)
        for step in steps
        for batch in split_micro(
            [sequences[index] for index in step], max_tokens=max_tokens, device=device
        )
    )


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
        logits=3 * 4 * shape.vocabulary * LOGIT_CHUNK,
        process=PROCESS[device],
    )


def base_bytes(shape: Shape, *, quantization: str, width: int) -> int:
    """The frozen weights; NF4 with double quantisation takes 0.516 bytes a weight."""
    per_linear = {"none": float(width), "nf4": 0.516, "int8": 1.01}[quantization]
    return round(shape.linear * per_linear + (shape.parameters - shape.linear) * width)


def advise(memory: Memory, *, machine: Machine, quantization: str, settings: Settings) -> list[str]:
    """What to lower when it does not fit, the most helpful first."""
    if memory.total <= machine.memory:
        return []
    advice = []
    if quantization == "none" and machine.device == "cuda":
        advice.append("train.quantization=nf4 holds the base in a quarter of the memory")
    if memory.activations > memory.base:
        advice.append(f"lower train.max_length (now {settings.max_length})")
    advice.append("choose a smaller --base")
    return advice
