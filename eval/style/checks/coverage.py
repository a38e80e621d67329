"""How often the 95 % interval holds the true score.

The truth of a trial is what the same reference would give with unlimited data: the arm's and the
person's whole text and all other authors as impostors, the bank left out. The interval sees a test
split, an arm drawn by conversation, and a few impostors of its own beside the bank.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np

from eval.style.calibration import mean_raw
from eval.style.checks.scene import Scene, Town, cut_scene, draw_replies, scale_of, texts
from eval.style.corpus import Said, split_sides, thin
from eval.style.features import LENGTH_BINS, Features, Reply, extract
from eval.style.floor import Others, measure_floor
from eval.style.lexicon import ENGLISH_LEXICON
from eval.style.pool import Pool, draw_by_size, pool_messages, pool_replies
from eval.style.results import Refusal
from eval.style.scorer import StyleScale

KNOWN = 12
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
ARM_MESSAGES = 150
TRUTH_DRAWS = 80
MOST_MESSAGES = 600  # of every impostor behind the truth
MOST_PEOPLE = 60


def coverage_table(town: Town, *, trials: int, seed: int, known: int = KNOWN) -> Iterator[str]:
    """Rows: share of the person in the arm, coverage, width, error, absolute error."""
    rng = np.random.default_rng(seed)
    names = sorted(town.people)
    chosen = [names[place] for place in rng.permutation(len(names))[:MOST_PEOPLE]]
    whole = {
        name: see(thin(town.people[name], messages=MOST_MESSAGES), town.names) for name in chosen
    }
    found: dict[float, list[tuple[bool, float, float]]] = defaultdict(list)
    refused = 0
    for trial in range(trials):
        share = SHARES[(trial + trial // len(names)) % len(SHARES)]
        scene = cut_scene(town, names[trial % len(names)], known=known, rng=rng)
        stranger = sorted(set(scene.strangers) & set(chosen))[0]
        arm = draw_arm(scene, town.people[stranger], share, rng)
        scale = scale_of(scene, town, seed=seed + trial)
        if arm is None or isinstance(scale, Refusal):
            refused += 1
            continue
        score = scale.score(arm)
        assert not isinstance(score, Refusal)
        truth = true_score(scale, score.messages, town, scene, stranger, share, whole, rng)
        found[share].append(
            (score.low <= truth <= score.high, score.high - score.low, score.score - truth)
        )
    yield f"{trials} trials, {refused} left out (no scale, or too little text), seed {seed}"
    yield "| the person's | trials | coverage | median width | median error | median size of it |"
    yield "|---|---|---|---|---|---|"
    everything = [one for rows in found.values() for one in rows]
    for label, rows in [
        *((f"{share:.0%}", found[share]) for share in sorted(found)),
        ("all", everything),
    ]:
        held, widths, errors = (np.array(column, float) for column in zip(*rows, strict=True))
        yield (
            f"| {label} | {len(rows)} | {held.mean():.3f} | {np.median(widths):.0f} | "
            f"{np.median(errors):+.1f} | {np.median(np.abs(errors)):.1f} |"
        )


def see(said: Sequence[Said], names: Collection[str]) -> Features:
    """The features of some replies, everybody's names masked."""
    return extract(texts(said), ENGLISH_LEXICON, names=names)


def draw_arm(
    scene: Scene, stranger: Sequence[Said], share: float, rng: np.random.Generator
) -> list[Reply] | None:
    """Replies of which `share` of the messages are the person's and the rest a stranger's."""
    own = [Said(reply, "", reply.text.count("\n\n") + 1) for reply in scene.fresh]
    wanted = round(share * ARM_MESSAGES)
    mine = draw_replies(own, messages=wanted, rng=rng)
    theirs = draw_replies(stranger, messages=ARM_MESSAGES - wanted, rng=rng)
    if sum(one.messages for one in mine) < wanted:
        return None
    return [*texts(mine), *(Reply(one.text, f"other {one.conversation}") for one in texts(theirs))]


def true_score(
    scale: StyleScale,
    messages: int,
    town: Town,
    scene: Scene,
    stranger: str,
    share: float,
    whole: Mapping[str, Features],
    rng: np.random.Generator,
) -> float:
    """The score with unlimited data at the trial's size."""
    profile, size = scale.profile, scale.at(messages).size
    features = see(split_sides(town.people[scene.name])[1], town.names)
    own, theirs = (
        pool_replies(profile, one, [str(number) for number in range(int(one.replies.max()) + 1)])
        for one in (features, whole[stranger])
    )
    pools = tuple(pool_messages(profile, one) for name, one in whole.items() if name != scene.name)
    shares = np.bincount(features.bins, minlength=LENGTH_BINS) / len(features)
    floor = measure_floor(profile, Others(pools), quota=shares * size, size=size, rng=rng)
    cap = scale.at(messages).cap
    ceiling = mean_raw(profile, own, size=size, cap=cap, rng=rng)
    sums = mixed_sums(own, theirs, share=share, size=size, rng=rng)
    raw = float(profile.raw(sums, size, cap).mean())
    return 100.0 * (raw - floor.raw) / (ceiling - floor.raw)


def mixed_sums(
    own: Pool, theirs: Pool, *, share: float, size: float, rng: np.random.Generator
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Summed evidence of random mixtures of two pools, (TRUTH_DRAWS, columns)."""
    total = np.zeros((TRUTH_DRAWS, own.evidence.shape[1]))
    for pool, part in ((own, share), (theirs, 1 - share)):
        if part > 0:
            weights = draw_by_size(pool, part * size, draws=TRUTH_DRAWS, rng=rng)
            total += weights @ pool.evidence
    return total
