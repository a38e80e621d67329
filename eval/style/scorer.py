"""The style score: build a scale once per persona, then score any replies on it.

    scale = build_scale(reference, person, others, seed=1)
    print(scale.why if isinstance(scale, Refusal) else scale.score(replies))

0 is where other people stand with as many messages of the same lengths, 100 where the person's own
other replies stand. The score is not clipped. Style only: not content, not whether the replies make
sense (docs/methods.md).
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.style.bank import load_bank
from eval.style.calibration import Levels, mean_raw, measure_levels, separability
from eval.style.comparison import Z95, compare_pools
from eval.style.features import LENGTH_BINS, Features, Reply, extract
from eval.style.floor import DRAWS, Others, move_bank
from eval.style.model import Array, Rows, load_model
from eval.style.pool import Pool, halves, pool_messages, pool_replies, take_units
from eval.style.resemblance import Profile, build_profile
from eval.style.results import Calibration, Difference, Refusal, StyleScore

__all__ = [
    "Calibration",
    "Difference",
    "Refusal",
    "Reply",
    "StyleScale",
    "StyleScore",
    "build_scale",
]

LEAST_REFERENCE = 50  # messages
LEAST_TEST = 20  # messages
INDICATIVE = 100  # messages of reference or test under which a score is only indicative
LEAST_IMPOSTOR = 50  # messages
MOST_IMPOSTORS = 60  # of the log
MOST_IMPOSTOR_MESSAGES = 300
LEAST_AUC = 0.9
AIM_POINTS = 20.0  # half width of the interval that `replies_needed` is for


@dataclass(frozen=True, slots=True, eq=False)
class StyleScale:
    """The scale of one persona. Build it with `build_scale`."""

    profile: Profile
    ceiling: Pool
    own: Pool
    others: Others
    length_shares: Array  # (bins,)
    levels: Levels
    calibration: Calibration
    names: tuple[str, ...]
    held_out: tuple[Reply, ...]  # the half of the person's replies that did not set the ceiling
    indicative: bool  # under 100 reference or test messages
    seed: int

    def score(self, replies: Sequence[Reply]) -> StyleScore | Refusal:
        """The replies on the scale, at its number of messages or, if they are fewer, at theirs."""
        pool = self.pool(replies)
        if pool.total() < LEAST_TEST:
            return Refusal(f"{pool.total():.0f} messages to score; {LEAST_TEST} are needed")
        levels, rng = self.at(pool.total()), self.rng(3)
        raw = mean_raw(self.profile, pool, size=levels.size, rng=rng)
        halved = halves(pool.conversations, pool.messages, draws=DRAWS, rng=rng) @ pool.evidence
        draws = self.profile.raw(halved, levels.size)
        points = float(levels.points(np.array(raw)))
        error = Z95 * float(levels.points_drawn(raw + draws - draws.mean()).std())
        return StyleScore(
            score=points,
            low=points - error,
            high=points + error,
            share_self=float((levels.own <= raw).mean()),
            over_typical=bool(raw > np.percentile(levels.own, 97.5)),
            replies=len(replies),
            messages=int(pool.total()),
        )

    def compare(self, a: Sequence[Reply], b: Sequence[Reply]) -> Difference | Refusal:
        """How much higher `a` scores than `b`; conversations with the same label are paired."""
        pools = (self.pool(a), self.pool(b))
        fewest = min(pool.total() for pool in pools)
        if fewest < LEAST_TEST:
            return Refusal(f"{fewest:.0f} messages to compare; {LEAST_TEST} are needed")
        return compare_pools(self.profile, self.at(fewest), *pools, rng=self.rng(1))

    def at(self, messages: float) -> Levels:
        """The ends of the scale for at most so many messages."""
        if messages >= self.levels.size:
            return self.levels
        return measure_levels(
            self.profile,
            self.ceiling,
            self.own,
            self.others,
            length_shares=self.length_shares,
            size=messages,
            rng=self.rng(2),
        )

    def pool(self, replies: Sequence[Reply]) -> Pool:
        """The replies as seen from the profile."""
        features = extract(replies, self.profile.model.lexicon, names=self.names)
        return pool_replies(self.profile, features, [reply.conversation for reply in replies])

    def rng(self, stream: int) -> np.random.Generator:
        """A generator of its own for each use, so that no call changes another."""
        return np.random.default_rng([self.seed, stream])


def build_scale(
    reference: Sequence[Reply],
    person: Sequence[Reply],
    others: Mapping[str, Sequence[Reply]],
    *,
    seed: int,
    replies: int | None = None,
    names: Collection[str] = (),
) -> StyleScale | Refusal:
    """The scale of one persona, or why there is none.

    reference: the person's messages that make the profile; person: the test split's real replies,
    cut here by conversation into the half that sets the ceiling and the half that is scored as the
    person; others: everybody else's replies by speaker. replies: score at so many replies instead
    of as many as a half holds. names: more names to mask in the texts, beside those of the others
    (the person's own, say).
    """
    called, model = (*others, *names), load_model()
    known = extract(reference, model.lexicon, names=called)
    tested = extract(person, model.lexicon, names=called)
    refusal = refuse(len(known), len(tested), len(set(tested.clusters.tolist())))
    if refusal:
        return refusal
    profile = build_profile(model, known)
    own = pool_replies(profile, tested, [reply.conversation for reply in person])
    upper, lower = cut_in_halves(own)
    size = float(min(own.messages[upper].sum(), own.messages[lower].sum()))
    if replies is not None:
        size = min(size, max(1, replies) * float(own.messages.mean()))
    people = see_others(profile, known, others, called)
    shares = np.bincount(tested.bins, minlength=LENGTH_BINS) / len(tested)
    ceiling, rng = take_units(own, upper), np.random.default_rng([seed, 0])
    levels = measure_levels(profile, ceiling, own, people, length_shares=shares, size=size, rng=rng)
    calibration = describe(levels, own, people, rng=rng)
    if calibration.auc < LEAST_AUC or levels.span <= 0:
        return Refusal(
            "this person cannot be told from other people in these logs: AUC "
            f"{calibration.auc:.2f} [{calibration.auc_low:.2f}, {calibration.auc_high:.2f}] at "
            f"{size:.0f} messages, {LEAST_AUC} is needed"
        )
    present = np.unique(tested.replies)
    held_out = tuple(person[place] for place in present[lower])
    indicative = min(len(known), len(tested)) < INDICATIVE
    return StyleScale(
        profile,
        ceiling,
        own,
        people,
        shares,
        levels,
        calibration,
        called,
        held_out,
        indicative,
        seed,
    )


def refuse(reference: int, test: int, conversations: int) -> Refusal | None:
    """Why there are too few data, or None."""
    if reference < LEAST_REFERENCE:
        return Refusal(f"{reference} reference messages; {LEAST_REFERENCE} are needed")
    if test < LEAST_TEST:
        return Refusal(f"{test} test messages; {LEAST_TEST} are needed")
    if conversations < 2:
        return Refusal("the test messages are all from one conversation; two are needed")
    return None


def cut_in_halves(own: Pool) -> tuple[Rows, Rows]:
    """Positions of the replies of two halves: large conversations first, to the smaller half."""
    sizes: Counter[str] = Counter()
    for name, count in zip(own.conversations, own.messages, strict=True):
        sizes[name] += int(count)
    totals, sides = [0, 0], {}
    for name, count in sorted(sizes.items(), key=lambda item: -item[1]):
        place = 0 if totals[0] <= totals[1] else 1
        sides[name] = place
        totals[place] += count
    side = np.array([sides[name] for name in own.conversations])
    return np.flatnonzero(side == 0), np.flatnonzero(side == 1)


def see_others(
    profile: Profile, known: Features, others: Mapping[str, Sequence[Reply]], names: Sequence[str]
) -> Others:
    """The other people as the profile sees them: the log's most talkative, and the bank."""
    chosen = sorted(others, key=lambda name: (-len(others[name]), name))[: 2 * MOST_IMPOSTORS]
    found: list[Features] = []
    for name in chosen:
        replies = others[name][:MOST_IMPOSTOR_MESSAGES]
        features = extract(replies, profile.model.lexicon, names=names)
        if len(features) >= LEAST_IMPOSTOR:
            found.append(features)
        if len(found) == MOST_IMPOSTORS:
            break
    bank, agreement = move_bank(profile, known, found, load_bank().pools(profile))
    return Others(tuple(pool_messages(profile, one) for one in found), bank, agreement)


def describe(levels: Levels, own: Pool, others: Others, *, rng: np.random.Generator) -> Calibration:
    """The calibration in figures for the reader."""
    auc, low, high = separability(levels, rng=rng)
    error = Z95 * float(levels.points(levels.own).std())
    replies = levels.size / float(own.messages.mean())
    needed = int(np.ceil(replies * (error / AIM_POINTS) ** 2))
    return Calibration(levels.floor, levels.ceiling, len(others), auc, low, high, needed)
