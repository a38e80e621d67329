"""The bank: background speakers as sums of features, so that a log of two has a zero point.

Per speaker and length bin, blocks of about ten messages hold the summed counts; a subset is drawn
block by block. The n-grams are hashed counts summed over a block, as small as 16 bits, and name no
speaker. They come from public, openly licensed messages (fitted/NOTICE); counts like these would
not make private messages safe to publish.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.style.corpus import Author
from eval.style.features import LENGTH_BINS
from eval.style.grams import Grams, collapse
from eval.style.model import FITTED
from eval.style.pool import Pool
from eval.style.resemblance import Profile

BLOCK_MESSAGES = 10
MOST_MESSAGES = 240  # per speaker


@dataclass(frozen=True, slots=True, eq=False)
class Bank:
    """Blocks of messages of the background speakers."""

    speakers: NDArray[np.int16]  # (blocks,) speaker number
    bins: NDArray[np.int8]  # (blocks,) length bin
    messages: NDArray[np.int16]  # (blocks,)
    words: NDArray[np.float32]  # (blocks,)
    rates: NDArray[np.float32]  # (blocks, rates) counts
    habits: NDArray[np.float32]  # (blocks, habits) sums
    plain: Grams
    masked: Grams

    def pools(self, profile: Profile) -> list[Pool]:
        """One pool per background speaker, as seen from a profile."""
        messages = self.messages.astype(np.float32)
        evidence = profile.evidence_of(
            self.plain, self.masked, self.words, messages, self.rates, self.habits
        )
        found = []
        for speaker in np.unique(self.speakers):
            rows = self.speakers == speaker
            labels = tuple(str(place) for place in np.flatnonzero(rows))
            found.append(
                Pool(
                    evidence[rows],
                    messages[rows].astype(np.float64),
                    self.bins[rows].astype(np.float64),
                    labels,
                )
            )
        return found


def build_bank(authors: Sequence[Author]) -> Bank:
    """The bank of the given authors: their query side, cut into blocks within each length bin."""
    owners, bins, sizes, words, rates, habits = [], [], [], [], [], []
    plain: list[tuple[NDArray[np.int32], Grams]] = []
    blocks = 0
    for number, author in enumerate(authors):
        side = author.query
        block_of = np.full(len(side), -1, np.int32)
        kept = np.arange(len(side))[:MOST_MESSAGES]
        for place in range(LENGTH_BINS):
            rows = kept[side.bins[kept] == place]
            for start in range(0, len(rows), BLOCK_MESSAGES):
                part = rows[start : start + BLOCK_MESSAGES]
                block_of[part] = blocks
                blocks += 1
                owners.append(number)
                bins.append(place)
                sizes.append(len(part))
                words.append(side.words[part].sum())
                rates.append(side.rates[part].sum(0))
                habits.append(side.habits[part].sum(0))
        plain.append((block_of, side.plain))
        plain.append((block_of, side.masked))
    return Bank(
        np.array(owners, np.int16),
        np.array(bins, np.int8),
        np.array(sizes, np.int16),
        np.array(words, np.float32),
        np.stack(rates),
        np.stack(habits),
        _sum_grams(plain[0::2], blocks),
        _sum_grams(plain[1::2], blocks),
    )


def _sum_grams(parts: Sequence[tuple[NDArray[np.int32], Grams]], blocks: int) -> Grams:
    """The n-grams of all authors counted by block."""
    units, buckets, counts = [], [], []
    for block_of, grams in parts:
        owner = block_of[grams.units]
        kept = owner >= 0
        units.append(owner[kept])
        buckets.append(grams.buckets[kept])
        counts.append(grams.counts[kept])
    return collapse(
        np.concatenate(units), np.concatenate(buckets), size=blocks, counts=np.concatenate(counts)
    )


def save_bank(bank: Bank, path: Path) -> None:
    """Writes one compressed npz; buckets as differences, which compress to a byte each."""
    arrays: dict[str, NDArray[np.generic]] = {
        "speakers": bank.speakers,
        "bins": bank.bins,
        "messages": bank.messages,
        "words": bank.words,
        "rates": bank.rates.astype(np.uint8),
        "habits": bank.habits.astype(np.float16),
    }
    for name, grams in (("plain", bank.plain), ("masked", bank.masked)):
        arrays[f"{name}_lengths"] = np.bincount(grams.units, minlength=grams.size).astype(np.int32)
        arrays[f"{name}_steps"] = np.diff(grams.buckets, prepend=np.uint16(0))
        arrays[f"{name}_counts"] = np.minimum(grams.counts, 255).astype(np.uint8)
    np.savez_compressed(path, allow_pickle=False, **arrays)


@functools.cache
def load_bank() -> Bank:
    """The shipped bank, read once per process."""
    with np.load(FITTED / "bank.npz") as stored:
        parts = {name: stored[name] for name in stored.files}
    grams = []
    for name in ("plain", "masked"):
        lengths = parts[f"{name}_lengths"]
        units = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
        buckets = np.cumsum(parts[f"{name}_steps"], dtype=np.uint16)
        grams.append(Grams(units, buckets, parts[f"{name}_counts"].astype(np.uint16), len(lengths)))
    return Bank(
        parts["speakers"],
        parts["bins"],
        parts["messages"],
        parts["words"],
        parts["rates"].astype(np.float32),
        parts["habits"].astype(np.float32),
        grams[0],
        grams[1],
    )
