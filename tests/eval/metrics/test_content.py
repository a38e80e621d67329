"""The content scale: 0 a wrong reply of the person, 100 the real one."""

import numpy as np
import pytest

from eval.metrics.content import chrf_likeness, content_figures, embedded_likeness

NAMES = list("abcd")


def figures(own: list[float], shuffled: list[float]):  # type: ignore[no-untyped-def]
    return content_figures(
        np.asarray(own),
        np.asarray(shuffled),
        zero=np.full(4, 0.2),
        conversations=NAMES,
        measure="test",
        draws=50,
        seed=0,
    )


def test_real_replies_are_at_100_and_mismatched_ones_at_0() -> None:
    assert figures([1.0] * 4, [0.2] * 4).scale.value == pytest.approx(100)
    assert figures([0.2] * 4, [0.2] * 4).scale.value == pytest.approx(0)


def test_half_way_is_50_and_own_over_shuffled_is_in_the_same_points() -> None:
    found = figures([0.6] * 4, [0.4] * 4)
    assert found.scale.value == pytest.approx(50)
    assert found.own_over_shuffled.value == pytest.approx(25)


def test_embedded_likeness_takes_the_diagonal_and_other_conversations() -> None:
    own, shuffled = embedded_likeness(np.eye(3), np.eye(3), conversations=list("abc"))
    assert own.tolist() == [1.0, 1.0, 1.0]
    assert shuffled.tolist() == [0.0, 0.0, 0.0]


def test_chrf_likeness_never_pairs_within_a_conversation() -> None:
    texts = ["aaaa", "aaaa", "bbbb", "bbbb"]
    own, shuffled = chrf_likeness(texts, texts, conversations=["x", "x", "y", "y"])
    assert own.tolist() == [1.0] * 4
    assert shuffled.tolist() == [0.0] * 4
