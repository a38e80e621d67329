"""Paired comparisons of arms on the same contexts, by conversation, with Holm's p values."""

from collections.abc import Mapping
from itertools import combinations

import msgspec

from eval.answers import Answers
from eval.bench import Bench
from eval.likelihoods import Readings
from eval.measure import likeness
from eval.metrics.likelihood import Read, saved_bits
from eval.report import Comparison
from eval.significance import (
    Estimate,
    Sums,
    by_conversation,
    detectable,
    holm,
    ratio_estimate,
    sign_permutation_p,
)
from eval.style.results import Refusal


def compare_all(
    bench: Bench, answers: Mapping[str, Answers], *, readings: Readings | None
) -> list[Comparison]:
    """The later arm less the earlier, for every pair that answered the same contexts."""
    found: list[Comparison] = []
    for b, a in combinations(answers, 2):
        found += _style(bench, a, b, answers=answers)
        found += _content(bench, a, b, answers=answers)
        found += _likelihood(bench, a, b, readings=readings)
    adjusted = iter(holm([row.p for row in found if row.p is not None]))
    return [
        row if row.p is None else msgspec.structs.replace(row, p=next(adjusted)) for row in found
    ]


def _style(bench: Bench, a: str, b: str, *, answers: Mapping[str, Answers]) -> list[Comparison]:
    if isinstance(bench.scale, Refusal):
        return []
    found = bench.scale.compare(answers[a].replies, answers[b].replies)
    if isinstance(found, Refusal):
        return []
    estimate = Estimate(found.difference, found.low, found.high)
    return [_comparison(a, b, axis="style", estimate=estimate, p=found.p)]


def _content(bench: Bench, a: str, b: str, *, answers: Mapping[str, Answers]) -> list[Comparison]:
    left, right = likeness(bench, answers[a]), likeness(bench, answers[b])
    if left is None or right is None:
        return []
    sums = by_conversation(list(left - right), answers[a].conversations)
    return [_tested(bench, a, b, axis="content", sums=sums)]


def _likelihood(bench: Bench, a: str, b: str, *, readings: Readings | None) -> list[Comparison]:
    if readings is None or not {a, b} <= readings.person.keys():
        return []
    where = [row.conversation for row in bench.held.contexts]
    read = Read(readings.person[b], readings.person[a], where)
    characters = [float(row.characters) for row in read.arm]
    sums = by_conversation(saved_bits(read), where, weights=characters)
    return [_tested(bench, a, b, axis="likelihood", sums=sums)]


def _tested(bench: Bench, a: str, b: str, *, axis: str, sums: Sums) -> Comparison:
    estimate = ratio_estimate(sums, draws=bench.draws, seed=bench.seed)
    p = sign_permutation_p(list(sums.top), seed=bench.seed)
    return _comparison(a, b, axis=axis, estimate=estimate, p=p)


def _comparison(a: str, b: str, *, axis: str, estimate: Estimate, p: float | None) -> Comparison:
    return Comparison(
        a=a,
        b=b,
        axis=axis,
        difference=estimate.value,
        low=estimate.low,
        high=estimate.high,
        p=p,
        detectable=None if estimate.error is None else detectable(estimate.error),
    )
