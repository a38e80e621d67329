"""Replies that fit their own context pass, replies of other contexts fail."""

import numpy as np

from eval.metrics.embedding import hashed_words
from eval.metrics.relevance import Evidence, context_match, describe, relevance_gate
from eval.significance import Estimate, by_conversation, ratio_estimate

NAMES = [str(i) for i in range(40)]


def vectors(noise: float, *, seed: int, shift: int = 0) -> np.ndarray:
    """Forty directions, each with some noise, rolled by `shift` places."""
    rows = np.eye(40) + noise * np.random.default_rng(seed).normal(size=(40, 40))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return np.roll(rows, shift, axis=0)


CONTEXTS = vectors(0.0, seed=0)


def matched(*, seed: int, shift: int = 0) -> Estimate:
    """The match of forty replies with their contexts, or with others `shift` places off."""
    values = context_match(vectors(0.3, seed=seed, shift=shift), CONTEXTS, conversations=NAMES)
    return ratio_estimate(by_conversation(list(values), NAMES), draws=200, seed=0)


PERSON = matched(seed=1)
FOREIGN = matched(seed=2, shift=7)


def test_match_is_own_cosine_less_the_mean_of_others() -> None:
    found = context_match(np.eye(3), np.eye(3), conversations=list("abc"))
    assert found.tolist() == [100.0, 100.0, 100.0]


def test_contexts_of_the_same_conversation_are_no_shuffle() -> None:
    contexts = np.asarray([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    found = context_match(contexts, contexts, conversations=["a", "a", "b"])
    assert found.tolist() == [100.0, 100.0, 100.0]


def test_replies_to_their_own_context_pass() -> None:
    assert relevance_gate([Evidence("points", matched(seed=2), PERSON)], alpha=0.0125) is True


def test_replies_to_another_context_fail_and_say_by_how_much() -> None:
    found = [Evidence("points", FOREIGN, PERSON)]
    assert relevance_gate(found, alpha=0.0125) is False
    assert f"{FOREIGN.value:+.1f} points where the person has" in describe(found)


def test_one_measure_that_shows_it_is_enough() -> None:
    found = [Evidence("points", FOREIGN, PERSON), Evidence("bits", PERSON, PERSON)]
    assert relevance_gate(found, alpha=0.0125) is True


def test_nothing_is_asked_where_the_person_shows_nothing() -> None:
    nothing = matched(seed=3, shift=5)
    assert relevance_gate([Evidence("points", FOREIGN, nothing)], alpha=0.0125) is None


def test_hashed_words_put_shared_words_closer_than_others() -> None:
    embed = hashed_words(["the cat sleeps", "the dog barks", "a train is late"])
    rows = embed(["cat sleeps here", "the cat sleeps", "train late again"])
    assert rows[0] @ rows[1] > 0.3 > abs(rows[0] @ rows[2])
