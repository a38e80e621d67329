"""What training will take: steps, memory by part and time, told before any weights are loaded.

The micro-batch is the largest that fits; the arithmetic of memory is in `persona.sizes`. Pure.
"""

from collections.abc import Sequence

import msgspec

from persona.bases import Base, Machine
from persona.batches import Material, Packed, split_micro
from persona.config import TrainConfig
from persona.presets import Settings
from persona.sizes import Memory, Shape, estimate

HEADROOM = 0.85
"""Share of the free memory that a plan may fill."""

TIGHT = 0.8
"""Share of the memory beyond which the optimizer's state may move to main memory."""

MOST_MICRO_TOKENS = {"cpu": 2048, "mps": 4096, "cuda": 16384}


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
    optimizer: str
    memory: Memory
    available: int
    adapter_bytes: int
    advice: list[str]
    tokens_per_second: float | None = None  # from a probe, in a dry run
    seconds: float | None = None  # of the steps that are left, at that speed
    steps_done: int = 0  # of a run to resume, by its last checkpoint

    @property
    def fits(self) -> bool:
        """Whether the estimate is below what is free."""
        return self.memory.total <= self.available


class Footing(msgspec.Struct, frozen=True):
    """How training is laid into a machine's memory."""

    micro_tokens: int
    gradient_checkpointing: bool
    optimizer: str
    memory: Memory


def make_plan(
    *,
    base: Base,
    machine: Machine,
    shape: Shape,
    backend: str,
    config: TrainConfig,
    settings: Settings,
    reason: str,
    material: Material,
) -> Plan:
    """The plan for data that is encoded already."""
    sequences = material.sequences
    lengths = sorted(len(one.input_ids) for one in sequences)
    quantization = choose_quantization(config.quantization, base=base, machine=machine)
    footing = find_footing(
        shape, material, machine=machine, quantization=quantization, rank=settings.lora_r
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
        dropped=material.dropped,
        sequences=len(sequences),
        tokens=sum(lengths),
        trained_tokens=sum(one.trained for one in sequences),
        median_length=lengths[len(lengths) // 2],
        longest=material.longest,
        steps=len(material.steps),
        micro_tokens=footing.micro_tokens,
        gradient_checkpointing=footing.gradient_checkpointing,
        optimizer=footing.optimizer,
        memory=footing.memory,
        available=machine.memory,
        adapter_bytes=4 * shape.lora(settings.lora_r),
        advice=advise(
            footing.memory,
            machine=machine,
            quantization=quantization,
            max_length=settings.max_length,
        ),
    )


def find_footing(
    shape: Shape, material: Material, *, machine: Machine, quantization: str, rank: int
) -> Footing:
    """The largest micro-batch that fits, and the memory that the optimizer steps then take."""
    micro_tokens, recompute = choose_micro_batch(
        shape, machine=machine, quantization=quantization, rank=rank, longest=material.longest
    )
    largest = largest_micro_batch(material.steps, max_tokens=micro_tokens, device=machine.device)
    memory = estimate(
        shape,
        device=machine.device,
        quantization=quantization,
        rank=rank,
        micro_tokens=largest,
        recompute=recompute,
    )
    optimizer = choose_optimizer(memory, machine=machine, quantization=quantization)
    return Footing(micro_tokens, recompute, optimizer, memory)


def choose_quantization(wanted: str, *, base: Base, machine: Machine) -> str:
    """4-bit where the checkpoint is, or by default on CUDA; none on a CPU, where it is slower."""
    if base.is_four_bit:
        return "nf4"
    if wanted != "auto":
        return wanted
    return "nf4" if machine.device == "cuda" and base.name != "tiny" else "none"


def choose_optimizer(memory: Memory, *, machine: Machine, quantization: str) -> str:
    """AdamW as transformers calls it: 8-bit with a 4-bit base on CUDA, paged where it is tight."""
    if machine.device != "cuda" or quantization != "nf4":
        return "adamw_torch"
    is_tight = memory.total > TIGHT * machine.memory
    return "paged_adamw_8bit" if is_tight else "adamw_8bit"


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


def largest_micro_batch(steps: Sequence[Sequence[Packed]], *, max_tokens: int, device: str) -> int:
    """Tokens, with padding, of the largest micro-batch there will be."""
    return max(
        len(micro) * len(micro[0].input_ids)
        for step in steps
        for micro in split_micro(step, max_tokens=max_tokens, device=device)
    )


def advise(memory: Memory, *, machine: Machine, quantization: str, max_length: int) -> list[str]:
    """What to lower when it does not fit, the most helpful first."""
    if memory.total <= machine.memory:
        return []
    advice = []
    if quantization == "none" and machine.device == "cuda":
        advice.append("train.quantization=nf4 holds the base in a quarter of the memory")
    if memory.activations > memory.base:
        advice.append(f"lower train.max_length (now {max_length})")
    advice.append("choose a smaller --base")
    return advice
