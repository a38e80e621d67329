"""The style score: build a scale once per persona, then score any replies on it.

    scale = build_scale(reference, person, others, seed=1)
    if isinstance(scale, Refusal): print(scale.why)
    else: print(scale.score(replies))

0 is where other people stand with as many messages of the same lengths, 100 where the person's own
other replies stand. The score is not clipped. Style only: not content, not whether the replies make
sense (docs/methods.md).
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.style.bank import load_bank
from eval.style.calibration import (
    DRAWS,
    Calibration,
    Levels,
    Others,
    mean_raw,
    measure_levels,
    summarise,
)
from eval.style.features import LENGTH_BINS, Reply, extract
from eval.style.model import Array, Rows, load_model
from eval.style.pool import Pool, halves, pool_messages, pool_replies
from eval.style.resemblance import Profile, build_profile

LEAST_REFERENCE = 50  # messages
LEAST_TEST = 20  # messages
INDICATIVE = 100  # messages of reference or test under which a score is only indicative
LEAST_IMPOSTOR = 50  # messages
MOST_IMPOSTORS = 60  # of the log
MOST_IMPOSTOR_MESSAGES = 300
LEAST_AUC = 0.9
Z95 = 1.959964
PERMUTATIONS = 999


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no score."""

    why: str


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
    low: float
    high: float
    p: float  # two-sided permutation p, arms swapped by conversation
    detectable: float  # smallest true difference found in 80 % of repetitions


@dataclass(frozen=True, slots=True, eq=False)
class StyleScale:
    """The scale of one persona. Build it with `build_scale`."""

    profile: Profile
    ceiling: Pool
    own: Pool
    others: Others
    quota_shares: Array  # (bins,)
    levels: Levels
    calibration: Calibration
    names: tuple[str, ...]
    held_out: tuple[Reply, ...]  # the half of the person's replies that did not set the ceiling
    indicative: bool
    seed: int

    def score(self, replies: Sequence[Reply]) -> StyleScore | Refusal:
        """The replies on the scale, at its number of messages or, if they are fewer, at theirs."""
        pool = self.pool(replies)
        if pool.total() < LEAST_TEST:
            return Refusal(f"{pool.total():.0f} messages to score; {LEAST_TEST} are needed")
        levels = self.at(pool.total())
        raw, draws = self.raw_draws(pool, levels)
        points = float(levels.points(np.array(raw)))
        error = Z95 * float(points_draws(draws, levels).std())
        share = float((levels.own <= raw).mean())
        over = bool(raw > np.percentile(levels.own, 97.5))
        return StyleScore(
            points, points - error, points + error, share, over, len(replies), int(pool.total())
        )

    def compare(self, a: Sequence[Reply], b: Sequence[Reply]) -> Difference | Refusal:
        """How much higher `a` scores than `b`; conversations with the same label are paired."""
        pools = (self.pool(a), self.pool(b))
        fewest = min(pool.total() for pool in pools)
        if fewest < LEAST_TEST:
            return Refusal(f"{fewest:.0f} messages to compare; {LEAST_TEST} are needed")
        levels = self.at(fewest)
        rng = self.rng(1)
        span = levels.ceiling - levels.floor
        sums = _by_conversation(pools)  # (2, conversations, columns)
        raws = [mean_raw(self.profile, pool, size=levels.size, rng=rng) for pool in pools]
        gap = raws[0] - raws[1]
        chosen = halves([str(place) for place in range(sums.shape[1])], draws=DRAWS, rng=rng)
        halved = self.profile.raw(chosen @ sums[0], levels.size) - self.profile.raw(
            chosen @ sums[1], levels.size
        )
        spans = span + levels.ceiling_draws - levels.floor_draws
        draws = (
            100.0 * (gap + halved - halved.mean()) / np.where(spans > 0.2 * span, spans, 0.2 * span)
        )
        points, error = 100.0 * gap / span, Z95 * float(draws.std())
        p = self._permutation_p(sums, levels.size, rng)
        return Difference(points, points - error, points + error, p, error / Z95 * 2.8)

    def at(self, messages: float) -> Levels:
        """The ends of the scale for at most so many messages."""
        if messages >= self.levels.size:
            return self.levels
        return measure_levels(
            self.profile,
            self.ceiling,
            self.own,
            self.others,
            quota_shares=self.quota_shares,
            size=messages,
            rng=self.rng(2),
        )

    def pool(self, replies: Sequence[Reply]) -> Pool:
        """The replies as seen from the profile."""
        features = extract(replies, self.profile.model.lexicon, names=self.names)
        return pool_replies(self.profile, features, [reply.conversation for reply in replies])

    def raw_draws(self, pool: Pool, levels: Levels) -> tuple[float, Array]:
        """The raw score and draws of it that carry the sampling error of the conversations."""
        rng = self.rng(3)
        raw = mean_raw(self.profile, pool, size=levels.size, rng=rng)
        halved = self.profile.raw(
            halves(pool.conversations, draws=DRAWS, rng=rng) @ pool.evidence, levels.size
        )
        return raw, raw + halved - halved.mean()

    def rng(self, stream: int) -> np.random.Generator:
        """A generator of its own for each use, so that no call changes another."""
        return np.random.default_rng([self.seed, stream])

    def _permutation_p(self, sums: Array, size: float, rng: np.random.Generator) -> float:
        """Share of swaps of the arms by conversation with a gap as large as the one seen."""
        keep = rng.integers(2, size=(PERMUTATIONS, sums.shape[1])).astype(np.float64)
        keep = np.vstack([np.ones(sums.shape[1]), keep])
        first = keep @ sums[0] + (1 - keep) @ sums[1]
        second = keep @ sums[1] + (1 - keep) @ sums[0]
        gaps = np.abs(self.profile.raw(first, size) - self.profile.raw(second, size))
        return float((gaps >= gaps[0] - 1e-12).mean())


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
    called = (*others, *names)
    lexicon = load_model().lexicon
    known = extract(reference, lexicon, names=called)
    tested = extract(person, lexicon, names=called)
    refusal = refuse(len(known), len(tested), len(set(tested.clusters.tolist())))
    if refusal:
        return refusal
    profile = build_profile(load_model(), known)
    own = pool_replies(profile, tested, [reply.conversation for reply in person])
    upper, lower = cut_in_halves(own)
    size = float(min(own.messages[upper].sum(), own.messages[lower].sum()))
    if replies is not None:
        size = min(size, replies * float(own.messages.mean()))
    pools = Others(log_impostors(profile, others, called), tuple(load_bank().pools(profile)))
    shares = np.bincount(tested.bins, minlength=LENGTH_BINS) / len(tested)
    ceiling = take_units(own, upper)
    rng = np.random.default_rng([seed, 0])
    levels = measure_levels(profile, ceiling, own, pools, quota_shares=shares, size=size, rng=rng)
    auc, low, high = summarise(levels, rng=rng)
    if auc < LEAST_AUC or levels.ceiling <= levels.floor:
        return Refusal(
            f"this person cannot be told from other people in these logs: AUC {auc:.2f} "
            f"[{low:.2f}, {high:.2f}] at {size:.0f} messages, {LEAST_AUC} is needed"
        )
    count = len(pools.log) + len(pools.bank)
    calibration = Calibration(
        levels.floor, levels.ceiling, count, auc, low, high, replies_needed(levels, own)
    )
    present = np.unique(tested.replies)
    held_out = tuple(person[place] for place in present[lower])
    indicative = min(len(known), len(tested)) < INDICATIVE
    return StyleScale(
        profile,
        ceiling,
        own,
        pools,
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


def take_units(pool: Pool, rows: Rows) -> Pool:
    """Only the given units."""
    return Pool(
        pool.evidence[rows],
        pool.messages[rows],
        pool.bins[rows],
        tuple(pool.conversations[row] for row in rows),
    )


def log_impostors(
    profile: Profile, others: Mapping[str, Sequence[Reply]], names: Sequence[str]
) -> tuple[Pool, ...]:
    """The log's other speakers with enough messages, the most talkative where there are many."""
    lengths = {name: len(replies) for name, replies in others.items()}
    chosen = sorted(lengths, key=lambda name: (-lengths[name], name))[: 2 * MOST_IMPOSTORS]
    found: list[Pool] = []
    for name in chosen:
        features = extract(
            others[name][:MOST_IMPOSTOR_MESSAGES], profile.model.lexicon, names=names
        )
        if len(features) >= LEAST_IMPOSTOR:
            found.append(pool_messages(profile, features))
        if len(found) == MOST_IMPOSTORS:
            break
    return tuple(found)


def replies_needed(levels: Levels, own: Pool, *, points: float = 20.0) -> int:
    """Replies for a 95 % interval of +- so many points; the error falls with their root."""
    at_size = Z95 * float(levels.points(levels.own).std())
    replies = levels.size / float(own.messages.mean())
    return int(np.ceil(replies * (at_size / points) ** 2))


def points_draws(raws: Array, levels: Levels) -> Array:
    """Draws of the score in points, the ends drawn as well, (DRAWS,)."""
    span = levels.ceiling - levels.floor
    floors = levels.floor + levels.floor_draws
    spans = np.maximum(levels.ceiling + levels.ceiling_draws - floors, 0.2 * span)
    points: Array = 100.0 * (raws - floors) / spans
    return points


def _by_conversation(pools: tuple[Pool, Pool]) -> Array:
    """Summed evidence of both arms in every conversation of either, (2, conversations, columns)."""
    names = sorted(set(pools[0].conversations) | set(pools[1].conversations))
    index = {name: place for place, name in enumerate(names)}
    sums = np.zeros((2, len(names), pools[0].evidence.shape[1]))
    for arm, pool in enumerate(pools):
        np.add.at(sums[arm], [index[name] for name in pool.conversations], pool.evidence)
    return sums
