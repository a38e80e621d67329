"""The numbers of the training runs, in one place: shape, mixture of corpora, rates and schedule."""

from collections.abc import Mapping
from dataclasses import dataclass

VOCABULARY = 4096
POSITIONS = 1024

MATRIX_RATE, VECTOR_RATE = 2e-3, 3e-3
"""Learning rates of Muon (scaled as Moonlight does, arXiv 2502.16982) and AdamW."""

MATRIX_WEIGHT_DECAY = 0.1
WARM_UP_STEPS = 60

DECAY_SHARE = 0.4
"""Share of the minutes in which the rate falls."""

LAST_RATE = 0.02
"""Where it ends, as a share of the constant rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What differs between one run and another.

    Widths are multiples of 64, the block of 4-bit quantisation; heads are 64 wide.
    """

    hidden: int
    layers: int
    intermediate: int
    constant: Mapping[str, float]  # share of each corpus in the tokens at the constant rate
    decay: Mapping[str, float]  # the same while the rate falls: what comes last stays best
    dropout: float = 0.0  # of what each attention and each feed-forward block adds
    lengths: tuple[int, ...]  # tokens of a row, in turn from step to step
    step_tokens: int  # of an optimizer step
    pass_tokens: int  # of a forward pass; on a CPU what stays in the cache of one core
    loaders: int = 0  # processes that encode and pack; 0: the training process does it itself


LAPTOP = Recipe(
    hidden=256,
    layers=8,
    intermediate=704,
    constant={
        "small_talk": 0.44,
        "everyday": 0.14,
        "self_dialogue": 0.18,
        "synthetic_persona_chat": 0.14,
        "topical_chat": 0.03,
        "chatterbot_corpus": 0.04,
        "personality_chat": 0.02,
        "taskmaster4": 0.01,
    },
    decay={
        "small_talk": 0.55,
        "everyday": 0.20,
        "self_dialogue": 0.07,
        "synthetic_persona_chat": 0.10,
        "topical_chat": 0.01,
        "chatterbot_corpus": 0.04,
        "personality_chat": 0.02,
        "taskmaster4": 0.01,
    },
    lengths=(256, 256, 256, 512),
    step_tokens=4096,
    pass_tokens=1024,
)

OPEN_CORPORA = {
    "self_dialogue": 0.69,
    "topical_chat": 0.14,
    "synthetic_persona_chat": 0.14,
    "chatterbot_corpus": 0.009,
    "personality_chat": 0.002,
    "taskmaster4": 0.019,
}
"""Shares among themselves, on a GPU: 8 to 27 passes over each in 114 M tokens."""


def with_small_talk(small_talk: float, everyday: float) -> Mapping[str, float]:
    """The shares with that much written for this project, the open corpora filling the rest."""
    rest = 1 - small_talk - everyday
    ours = {"small_talk": small_talk, "everyday": everyday}
    return ours | {name: share * rest for name, share in OPEN_CORPORA.items()}


GPU = Recipe(
    hidden=320,
    layers=8,
    intermediate=832,
    constant=with_small_talk(0.08, 0.03),
    decay=with_small_talk(0.25, 0.08),
    dropout=0.2,
    lengths=(1024,),
    step_tokens=16384,
    pass_tokens=16384,
    loaders=4,
)

RECIPES = {"laptop": LAPTOP, "gpu": GPU}
