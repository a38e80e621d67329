"""Exposure: how much better a model knows planted codes than codes it never saw, in bits.

A canary of rank r among D unseen codes has exposure log2(D + 1) - log2(r): 0 for the unlikeliest,
log2(D + 1) where it is likelier than all of them; ties count half. Of a code that was not learned
it is 1.4 bits on average, since its rank is any with the same chance. The codes' whole space is
larger than D, so the most that can be seen is a lower bound (Carlini et al. 2019, section 4).
"""

import math
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from eval.significance import binomial_tail
from persona.canaries import Canary
from persona.proportion import Z95

FOUND = 0.01
"""A canary likelier than all but this share of the unseen codes counts as found."""


class Exposure(msgspec.Struct, frozen=True, kw_only=True):
    """Canaries planted equally often. bits: mean exposure with its 95 % interval.

    found: canaries in the likeliest hundredth; p: the chance of so many if none was learned.
    """

    times: int
    canaries: int
    bits: float
    low: float
    high: float
    found: int
    p: float


def exposure_bits(nats: float, decoys: Sequence[float]) -> float:
    """The exposure of one canary among codes that were not planted, in bits."""
    rank = 1 + sum((decoy < nats) + (decoy == nats) / 2 for decoy in decoys)
    return math.log2(len(decoys) + 1) - math.log2(rank)


def exposures(
    canaries: Sequence[Canary], nats: Mapping[str, float], *, decoys: Sequence[float]
) -> list[Exposure]:
    """The exposure of each group of canaries, the rarest planted first.

    nats: what each canary's code cost the model. decoys: what codes cost that it never saw.
    """
    found = []
    for times in sorted({canary.times for canary in canaries}):
        group = [canary for canary in canaries if canary.times == times]
        bits = [exposure_bits(nats[canary.code], decoys) for canary in group]
        error = Z95 * float(np.std(bits, ddof=1)) / math.sqrt(len(bits)) if len(bits) > 1 else 0.0
        mean = float(np.mean(bits))
        hits = sum(value >= -math.log2(FOUND) for value in bits)
        found.append(
            Exposure(
                times=times,
                canaries=len(group),
                bits=mean,
                low=mean - error,
                high=mean + error,
                found=hits,
                p=binomial_tail(hits, len(group), FOUND),
            )
        )
    return found
