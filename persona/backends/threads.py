"""How many threads to compute with: fewer than the cores where other programs keep them busy.

Two threads on two busy cores wait for each other at every operation and are slower than one.
"""

import time

import torch

from persona.memory import usable_cores

PROBE_SECONDS = 0.3


def choose_threads() -> int:
    """The faster of one thread and all cores, found by trying; torch is left set to it."""
    cores = usable_cores()
    if cores == 1:
        torch.set_num_threads(1)
        return 1
    rates = {threads: _rate(threads) for threads in (1, cores)}
    best = max(rates, key=lambda threads: rates[threads])
    torch.set_num_threads(best)
    return best


def _rate(threads: int) -> float:
    """Small operations a second, like those of one layer of a small model."""
    torch.set_num_threads(threads)
    states, weight = torch.randn(1024, 256), torch.randn(256, 256)
    _layer(states, weight)
    started = time.monotonic()
    done = 0
    while time.monotonic() - started < PROBE_SECONDS:
        _layer(states, weight)
        done += 1
    return done / (time.monotonic() - started)


def _layer(states: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.silu(states @ weight + states).softmax(dim=-1)
