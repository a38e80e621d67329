"""Overlap measures against values worked out by hand."""

import pytest

from eval.metrics.classical import bleu, chrf, overlaps, rouge_l


def test_chrf_of_the_same_text_is_one_and_of_nothing_shared_zero() -> None:
    assert chrf("hello there", "hello there") == pytest.approx(1.0)
    assert chrf("abc", "xyz") == 0.0
    assert chrf("", "xyz") == 0.0


def test_chrf_weighs_recall_four_times_as_much_as_precision() -> None:
    # 'ab' against 'abcd': orders 1-4 have precision 1, 1, 0, 0 and recall 1/2, 1/3, 0, 0.
    precision, recall = 2 / 4, (1 / 2 + 1 / 3) / 4
    assert chrf("ab", "abcd") == pytest.approx(5 * precision * recall / (4 * precision + recall))


def test_rouge_l_is_the_f1_of_the_longest_common_subsequence() -> None:
    assert rouge_l("the cat sat here", "the dog sat") == pytest.approx(2 * 2 / (4 + 3))


def test_bleu_of_the_same_text_is_one() -> None:
    assert bleu(["the cat sat on the mat"], ["the cat sat on the mat"]) == pytest.approx(1.0)


def test_bleu_of_a_shorter_reply_pays_the_brevity_penalty() -> None:
    # All of 5 words match; the real reply has 6: exp(1 - 6/5).
    assert bleu(["the cat sat on the"], ["the cat sat on the mat"]) == pytest.approx(
        0.8187, abs=1e-4
    )


def test_bleu_without_a_four_gram_in_common_is_zero() -> None:
    assert bleu(["the cat sat"], ["the cat sat on"]) == 0.0


def test_overlaps_are_averaged_over_replies() -> None:
    found = overlaps(["same words", "xyz"], ["same words", "abc"])
    assert found.rouge_l == pytest.approx(0.5)
    assert found.chrf == pytest.approx(0.5)
