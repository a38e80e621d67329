"""The figures people ask for, labelled as what they are: overlap with ONE real reply.

BLEU, ROUGE-L and chrF reward saying what was said, of which many answers are no worse; they are
not a measure of resemblance. Written out here because they are short and must not need a
download.
"""

import math
from collections import Counter
from collections.abc import Sequence

import msgspec

from eval.metrics.words import ngrams, words

CHRF_ORDER = 6
CHRF_BETA = 2.0
BLEU_ORDER = 4


class Classical(msgspec.Struct, frozen=True, kw_only=True):
    """Overlap with the one real reply, 0..1; perplexity per token; seconds per reply."""

    bleu: float | None = None
    rouge_l: float | None = None
    chrf: float | None = None
    perplexity: float | None = None
    seconds_per_reply: float | None = None


def chrf(reply: str, real: str) -> float:
    """chrF2 of one reply, 0..1: character 1-6-grams without spaces (Popovic 2015).

    The mean over the orders that either side has, of precision and of recall, then their F2.
    """
    a, b = "".join(reply.split()), "".join(real.split())
    precisions, recalls = [], []
    for order in range(1, CHRF_ORDER + 1):
        left, right = Counter(_grams(a, order)), Counter(_grams(b, order))
        if not left and not right:
            continue
        shared = (left & right).total()
        precisions.append(shared / left.total() if left else 0.0)
        recalls.append(shared / right.total() if right else 0.0)
    if not precisions:
        return 0.0
    precision, recall = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    weight = CHRF_BETA**2
    bottom = weight * precision + recall
    return (1 + weight) * precision * recall / bottom if bottom else 0.0


def _grams(text: str, order: int) -> list[str]:
    return [text[i : i + order] for i in range(len(text) - order + 1)]


def rouge_l(reply: str, real: str) -> float:
    """ROUGE-L F1 of one reply, 0..1: the longest common subsequence of words (Lin 2004)."""
    a, b = words(reply), words(real)
    if not a or not b:
        return 0.0
    row = [0] * (len(b) + 1)
    for word in a:
        diagonal = 0
        for j, other in enumerate(b, start=1):
            kept = row[j]
            row[j] = diagonal + 1 if word == other else max(row[j], row[j - 1])
            diagonal = kept
    return 2 * row[-1] / (len(a) + len(b))


def bleu(replies: Sequence[str], real: Sequence[str]) -> float:
    """Corpus BLEU-4 over words with the brevity penalty, 0..1, unsmoothed (Papineni 2002)."""
    matched, total = [0] * BLEU_ORDER, [0] * BLEU_ORDER
    lengths = [0, 0]
    for reply, truth in zip(replies, real, strict=True):
        a, b = words(reply), words(truth)
        lengths = [lengths[0] + len(a), lengths[1] + len(b)]
        for order in range(1, BLEU_ORDER + 1):
            left, right = Counter(ngrams(a, order)), Counter(ngrams(b, order))
            matched[order - 1] += (left & right).total()
            total[order - 1] += left.total()
    if not all(matched):
        return 0.0
    precision = math.exp(
        sum(math.log(m / t) for m, t in zip(matched, total, strict=True)) / BLEU_ORDER
    )
    return precision * min(1.0, math.exp(1 - lengths[1] / lengths[0]))


def overlaps(replies: Sequence[str], real: Sequence[str]) -> Classical:
    """The overlaps of replies with the real ones to the same contexts, averaged (BLEU pooled)."""
    pairs = list(zip(replies, real, strict=True))
    return Classical(
        bleu=bleu(replies, real),
        rouge_l=sum(rouge_l(a, b) for a, b in pairs) / len(pairs),
        chrf=sum(chrf(a, b) for a, b in pairs) / len(pairs),
    )
