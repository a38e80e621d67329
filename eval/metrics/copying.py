"""Gate: does an arm repeat what the person already wrote, more than the person does?

Short replies repeat by nature ("yes": 27 % of one- and two-word messages), so only replies of six
words or more count as exact copies, and of ten words or more for shared runs of eight; of four or
more for near-copies, as a copy with a word added is. The baseline is the person's own held-out
replies against the same text, never below the 95th percentile of real people (docs/methods.md),
because splitting purges near-duplicates and would set the bar at zero.
"""

from collections.abc import Iterable, Sequence

import msgspec

from eval.metrics.near_copies import NEAR_SHARE, NEAR_WORDS, NearIndex
from eval.metrics.words import ngrams, words
from eval.significance import binomial_tail, fisher_tail

EXACT_WORDS = 6
RUN_WORDS = 10
RUN = 8
HEAD = 3
HUMAN_EXACT = 0.015
HUMAN_RUN = 0.027
HUMAN_NEAR = 0.03
"""95th percentile of 76 real people."""
FEWEST_OWN = 5
"""Held-out replies of the person; fewer say nothing of how often near-copies happen."""
TESTS = 3
"""Per source: exact copies, shared runs, near-copies."""


class CopyingGate(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of copies among the replies long enough to judge, and the person's own rate.

    p values: one-sided, 'copies no more than the person'; near_p is the larger of a binomial one
    against people at large and Fisher's against the person. longest_span: in words.
    """

    passed: bool | None
    why: str | None = None
    judged_exact: int = 0
    exact: int = 0
    exact_baseline: float = HUMAN_EXACT
    exact_p: float = 1.0
    judged_run: int = 0
    run: int = 0
    run_baseline: float = HUMAN_RUN
    run_p: float = 1.0
    judged_near: int = 0
    near: int = 0
    near_baseline: float = HUMAN_NEAR
    near_p: float = 1.0
    longest_span: int = 0
    longest_span_person: int = 0


class Copies(msgspec.Struct, frozen=True):
    """How many of some replies are copies."""

    judged_exact: int
    exact: int
    judged_run: int
    run: int
    judged_near: int
    near: int


class Source:
    """Text that may have been copied from, indexed once."""

    def __init__(self, texts: Iterable[str]) -> None:
        tokens = [tuple(words(text)) for text in texts]
        self.whole = {row for row in tokens if len(row) >= EXACT_WORDS}
        self.runs = {run for row in tokens for run in ngrams(row, RUN)}
        self._heads: dict[tuple[str, ...], list[tuple[int, int]]] = {}
        self._rows = tokens
        self._near = NearIndex(tokens)
        for number, row in enumerate(tokens):
            for start, head in enumerate(ngrams(row, HEAD)):
                self._heads.setdefault(head, []).append((number, start))

    def copies(self, texts: Iterable[str]) -> Copies:
        """Counts of replies that stand in this source, whole, nearly or by a run of eight words."""
        tokens = [tuple(words(text)) for text in texts]
        long = [row for row in tokens if len(row) >= EXACT_WORDS]
        longer = [row for row in tokens if len(row) >= RUN_WORDS]
        tellable = [row for row in tokens if len(row) >= NEAR_WORDS]
        return Copies(
            judged_exact=len(long),
            exact=sum(row in self.whole for row in long),
            judged_run=len(longer),
            run=sum(any(run in self.runs for run in ngrams(row, RUN)) for row in longer),
            judged_near=len(tellable),
            near=sum(self._near.holds(row) for row in tellable),
        )

    def longest_span(self, texts: Iterable[str]) -> int:
        """The longest run of words that a text shares with this source (0 below three)."""
        return max((self._longest(words(text)) for text in texts), default=0)

    def _longest(self, row: Sequence[str]) -> int:
        best = 0
        for start in range(len(row) - HEAD + 1):
            if start + best >= len(row):
                break
            for number, at in self._heads.get(tuple(row[start : start + HEAD]), ()):
                best = max(best, self._shared(row[start:], self._rows[number][at:]))
        return best

    @staticmethod
    def _shared(a: Sequence[str], b: Sequence[str]) -> int:
        length = 0
        for left, right in zip(a, b, strict=False):
            if left != right:
                break
            length += 1
        return length


def copying_gate(
    replies: Sequence[str], *, person: Sequence[str], sources: dict[str, Source], alpha: float
) -> CopyingGate:
    """Passed unless the replies copy from one of the sources more than the person's own do.

    person: real held-out replies, none of which is in a source. alpha: for the whole gate; it is
    divided over three tests per source.
    """
    results = [
        _against(source, replies, person=person, name=name, alpha=alpha / (TESTS * len(sources)))
        for name, source in sources.items()
    ]
    failed = [result for result in results if result.passed is False]
    worst = min(results, key=lambda result: min(result.exact_p, result.run_p, result.near_p))
    return msgspec.structs.replace(
        failed[0] if failed else worst,
        longest_span=max(result.longest_span for result in results),
        longest_span_person=max(result.longest_span_person for result in results),
    )


def _against(
    source: Source, replies: Sequence[str], *, person: Sequence[str], name: str, alpha: float
) -> CopyingGate:
    own, found = source.copies(person), source.copies(replies)
    exact_baseline = max(HUMAN_EXACT, own.exact / max(1, own.judged_exact))
    run_baseline = max(HUMAN_RUN, own.run / max(1, own.judged_run))
    gate = CopyingGate(
        passed=None,
        why=f"no reply of {NEAR_WORDS} words or more to judge",
        judged_exact=found.judged_exact,
        exact=found.exact,
        exact_baseline=exact_baseline,
        exact_p=binomial_tail(found.exact, found.judged_exact, exact_baseline),
        judged_run=found.judged_run,
        run=found.run,
        run_baseline=run_baseline,
        run_p=binomial_tail(found.run, found.judged_run, run_baseline),
        judged_near=found.judged_near,
        near=found.near,
        near_baseline=max(HUMAN_NEAR, own.near / max(1, own.judged_near)),
        near_p=_near_p(found, own),
        longest_span=source.longest_span(replies),
        longest_span_person=source.longest_span(person),
    )
    if found.judged_near == 0:
        return gate
    why = _reason(gate, name=name, alpha=alpha)
    return msgspec.structs.replace(gate, passed=why is None, why=why)


def _near_p(found: Copies, own: Copies) -> float:
    """Of people at large and of the person, whichever explains the near-copies better."""
    at_large = binomial_tail(found.near, found.judged_near, HUMAN_NEAR)
    if own.judged_near < FEWEST_OWN:
        return at_large
    as_the_person = fisher_tail(
        found.near, found.judged_near, others=own.near, other_trials=own.judged_near
    )
    return max(at_large, as_the_person)


def _reason(gate: CopyingGate, *, name: str, alpha: float) -> str | None:
    """What is copied too often, None where nothing is."""
    there = f"the person's {name} messages"
    found = [
        (
            gate.exact_p,
            f"{gate.exact} of {gate.judged_exact} replies of {EXACT_WORDS} words or more stand "
            f"word for word in {there}",
        ),
        (
            gate.run_p,
            f"{gate.run} of {gate.judged_run} replies of {RUN_WORDS} words or more share {RUN} "
            f"words in a row with {there}",
        ),
        (
            gate.near_p,
            f"{gate.near} of {gate.judged_near} replies of {NEAR_WORDS} words or more have "
            f"{NEAR_SHARE:.0%} of their words, in order, in one of {there}",
        ),
    ]
    return ", and ".join(text for p, text in found if p < alpha) or None
