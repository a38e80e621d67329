"""The style score: build a scale once per persona, then score any replies on it.

    scale = build_scale(reference, person, others, seed=1)
    print(scale.why if isinstance(scale, Refusal) else scale.score(replies))

0 is where other people stand with as many messages of the same lengths, 100 where the person's own
other replies stand. The score is not clipped. Style only: not content, not whether the replies make
sense (docs/methods.md).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.style.bank import load_bank
from eval.style.calibration import OVER_TYPICAL, Levels, mean_raw, measure_levels
from eval.style.community import read_signs
from eval.style.comparison import compare_pools
from eval.style.features import LENGTH_BINS, Features, Reply, extract
from eval.style.floor import DRAWS, Others
from eval.style.lexicon import Lexicon
from eval.style.local import local_model, views_without
from eval.style.material import cut_in_halves, log_lexicon, read_rivals, refuse, too_few
from eval.style.model import Array, Model, Rows, load_model
from eval.style.pool import Pool, halves, pool_messages, pool_replies, take_units
from eval.style.resemblance import Profile, build_profile
from eval.style.results import Calibration, Difference, Refusal, StyleScore
from eval.style.trust import describe, doubt, not_told_apart, told_apart
from persona.proportion import Z95

__all__ = [
    "Calibration",
    "Difference",
    "Refusal",
    "Reply",
    "StyleScale",
    "StyleScore",
    "build_scale",
]


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
    doubts: tuple[str, ...]  # why a score is only indicative, or what its zero lacks
    seed: int

    def score(self, replies: Sequence[Reply]) -> StyleScore | Refusal:
        """The replies on the scale, at its number of messages or, if they are fewer, at theirs."""
        pool = self.pool(replies)
        if refusal := too_few(pool.total(), "score", replies=len(replies)):
            return refusal
        levels, rng = self.at(pool.total()), self.rng(3)
        raw = mean_raw(self.profile, pool, size=levels.size, cap=levels.cap, rng=rng)
        uncapped = mean_raw(self.profile, pool, size=levels.size, rng=rng)
        halved = halves(pool.conversations, pool.messages, draws=DRAWS, rng=rng) @ pool.evidence
        draws = self.profile.raw(halved, levels.size)
        points = float(levels.points(np.array(raw)))
        error = Z95 * float(levels.points_drawn(raw + draws - draws.mean()).std())
        return StyleScore(
            score=points,
            low=points - error,
            high=points + error,
            share_self=float((levels.own <= uncapped).mean()),
            over_typical=bool(uncapped > np.percentile(levels.own, OVER_TYPICAL)),
            replies=len(replies),
            messages=int(pool.total()),
        )

    def compare(self, a: Sequence[Reply], b: Sequence[Reply]) -> Difference | Refusal:
        """How much higher `a` scores than `b`; conversations with the same label are paired."""
        pools = (self.pool(a), self.pool(b))
        fewest = min(pool.total() for pool in pools)
        if refusal := too_few(fewest, "compare"):
            return refusal
        return compare_pools(self.profile, self.at(fewest), *pools, rng=self.rng(1))

    def refuse(self, replies: Sequence[Reply]) -> Refusal | None:
        """Why these replies get no score, or None."""
        return too_few(self.pool(replies).total(), "score", replies=len(replies))

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
    called = (*others, *names)
    lexicon = log_lexicon(reference, others, called)
    known, tested = (extract(part, lexicon, names=called) for part in (reference, person))
    rivals = read_rivals(others, lexicon, called)
    if refusal := refuse(known, tested, rivals, lexicon):
        return refusal
    profile = build_profile(model_for(lexicon, [known, *rivals], seed=seed), known)
    own = pool_replies(profile, tested, [reply.conversation for reply in person])
    upper, lower = cut_in_halves(own)
    size = messages_scored(own, (upper, lower), replies=replies)
    people = see_others(profile, known, rivals)
    shares = np.bincount(tested.bins, minlength=LENGTH_BINS) / len(tested)
    ceiling, rng = take_units(own, upper), np.random.default_rng([seed, 0])
    levels = measure_levels(profile, ceiling, own, people, length_shares=shares, size=size, rng=rng)
    calibration = describe(levels, own, people, rng=rng)
    if not told_apart(calibration, levels):
        return not_told_apart(calibration, levels)
    held_out = tuple(person[place] for place in np.unique(tested.replies)[lower])
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
        doubt(levels, people, messages=min(len(known), len(tested))),
        seed,
    )


def model_for(lexicon: Lexicon, people: Sequence[Features], *, seed: int) -> Model:
    """The fitted model, moved to the language of these people's log where that is another."""
    model = load_model()
    if lexicon.language == model.lexicon.language:
        return model
    return local_model(model, lexicon, people, rng=np.random.default_rng([seed, 4]))


def messages_scored(own: Pool, both: Sequence[Rows], *, replies: int | None) -> float:
    """Messages of the smaller half; of so many replies if that is less."""
    smaller = float(min(own.messages[half].sum() for half in both))
    if replies is None:
        return smaller
    return min(smaller, max(1, replies) * float(own.messages.mean()))


def see_others(profile: Profile, known: Features, rivals: Sequence[Features]) -> Others:
    """The other people as the profile sees them: the log's and, in English, the bank's."""
    if profile.model.lexicon.language == "learned":
        views = tuple(views_without(profile.model, load_model(), known, rivals))
        pairs = zip(views, rivals, strict=True)
        return Others(tuple(pool_messages(view, one) for view, one in pairs), views=views)
    log = tuple(pool_messages(profile, one) for one in rivals)
    bank = load_bank()
    signs = read_signs(profile.model, [known, *rivals], bank)
    return Others(log, tuple(bank.pools(profile)), signs)
