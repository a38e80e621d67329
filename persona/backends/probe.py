"""How fast this machine trains a base of a given shape, from a probe of a few seconds.

A base that is small beside the memory is built with random weights and trained on for a moment;
for a larger one the speed follows from that of a matrix product.
"""

import time
from statistics import median

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

from persona.backends.loading import compute_dtype, linear_names, load_config
from persona.backends.scoring import collate, token_nll
from persona.backends.threads import choose_threads
from persona.bases import Base, Machine
from persona.batches import Packed
from persona.sizes import Shape

SMALL = 0.1
"""Share of the memory up to which a base is built for the probe."""

EFFICIENCY = 0.5
"""Share of a matrix product's speed that a training step reaches: Unsloth's figure for an A100;
0.48 on an H200 (docs/evidence/gpu-h200.md)."""

WORK_PER_WEIGHT = {False: 4, True: 5}
"""Operations per token and frozen weight: forward and backward through it, no weight gradient; with
activations recomputed one more, as an H200 took them, half of what another forward would be."""

PROBE_STEPS = 4
"""The first warms up and does not count."""


def tokens_per_second(
    base: Base,
    machine: Machine,
    shape: Shape,
    *,
    rank: int,
    length: int,
    tokens: int,
    recompute: bool,
) -> float:
    """Tokens a second of training, without padding, in micro-batches of `tokens`."""
    if machine.device == "cpu":
        choose_threads()
    if 4 * shape.parameters <= SMALL * machine.memory:
        return _by_training(base, machine, rank=rank, length=length, tokens=tokens)
    per_token = WORK_PER_WEIGHT[recompute] * (shape.linear + shape.hidden * shape.vocabulary)
    return EFFICIENCY * _matmul_rate(machine) / per_token


def _by_training(base: Base, machine: Machine, *, rank: int, length: int, tokens: int) -> float:
    model = AutoModelForCausalLM.from_config(load_config(base), dtype=compute_dtype(machine))
    config = LoraConfig(r=rank, target_modules=linear_names(model), task_type="CAUSAL_LM")
    model = get_peft_model(model, config).to(machine.device).train()
    one = Packed(list(range(length)), ((length - length // 6 - 1, length),), (0,))
    batch = collate([one] * max(1, tokens // length), model.device)
    seconds = []
    for _ in range(PROBE_STEPS):
        started = time.monotonic()
        token_nll(model, batch).mean().backward()
        seconds.append(time.monotonic() - started)
    return batch["input_ids"].numel() / median(seconds[1:])


def _matmul_rate(machine: Machine) -> float:
    """Operations a second of a square matrix product in the precision of training."""
    size = 1024 if machine.device == "cpu" else 8192
    matrix = torch.randn(size, size, device=machine.device, dtype=compute_dtype(machine))
    seconds = []
    for _ in range(PROBE_STEPS):
        started = time.monotonic()
        float((matrix @ matrix)[0, 0])  # reading a number waits for the device
        seconds.append(time.monotonic() - started)
    return 2 * size**3 / median(seconds[1:])
