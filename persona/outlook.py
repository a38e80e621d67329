"""Whether a base of some size could be trained on a GPU that is not here. Pure."""

import msgspec

from persona.bases import Machine
from persona.plan import advise, choose_micro_batch
from persona.sizes import Memory, estimate, known_shape


class Outlook(msgspec.Struct, frozen=True):
    """What training a base of some size would take on a GPU of some size."""

    like: str  # the known model whose shape was taken
    micro_tokens: int
    gradient_checkpointing: bool
    memory: Memory
    available: int
    fits: bool
    adapter_bytes: int
    advice: list[str]


def look_ahead(
    parameters: float,
    *,
    vram: int,
    rank: int = 16,
    max_length: int = 2048,
    quantization: str = "nf4",
) -> Outlook:
    """What training a base of that many parameters takes on a CUDA GPU of `vram` bytes."""
    like, shape = known_shape(parameters)
    machine = Machine("cuda", "a GPU", vram, 1)
    micro_tokens, recompute = choose_micro_batch(
        shape, machine=machine, quantization=quantization, rank=rank, longest=max_length
    )
    memory = estimate(
        shape,
        device="cuda",
        quantization=quantization,
        rank=rank,
        micro_tokens=micro_tokens,
        recompute=recompute,
    )
    return Outlook(
        like=like,
        micro_tokens=micro_tokens,
        gradient_checkpointing=recompute,
        memory=memory,
        available=vram,
        fits=memory.total <= vram,
        adapter_bytes=4 * shape.lora(rank),
        advice=advise(memory, machine=machine, quantization=quantization, max_length=max_length),
    )
