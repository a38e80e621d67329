"""What the style score returns: a score, a difference, a calibration, or a refusal."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no score."""

    why: str


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a reader needs to judge the scale of one persona."""

    floor: float  # raw score of other people: the score 0
    ceiling: float  # raw score of the person's own held-out replies: the score 100
    impostors: int  # other people behind the floor, bank included
    auc: float  # chance that a batch of the person's outscores a batch of somebody else's
    auc_low: float  # 95 % interval
    auc_high: float
    replies_needed: int | None  # for an interval of +- 20 points; None: the ends alone are wider


@dataclass(frozen=True, slots=True)
class StyleScore:
    """One set of replies on the scale."""

    score: float  # points, not clipped
    low: float  # 95 % interval
    high: float
    share_self: float  # share of the person's own batches that score no higher
    over_typical: bool  # above 97.5 % of the person's own batches: caricature or copying
    replies: int
    messages: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Two sets of replies to the same conversations compared."""

    difference: float  # points, a minus b
    low: float  # 95 % interval
    high: float
    p: float  # two-sided permutation p, arms swapped by conversation
    detectable: float  # smallest true difference that is found in 80 % of repetitions
