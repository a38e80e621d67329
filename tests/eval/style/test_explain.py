"""Explanations: shares worked out by hand."""

import pytest

from eval.style.explain import explain, histogram
from eval.style.features import Reply


def said(*texts):
    return [Reply(text, str(place)) for place, text in enumerate(texts)]


def test_a_departure_is_told_in_words_with_both_figures():
    person = said(*["we can go there"] * 97, *["we can go there."] * 3)
    model = said(*["we can go there"] * 39, *["we can go there."] * 61)
    sentences = explain(person, model).sentences
    assert "ends with a full stop in 3 % of messages, the model in 61 %" in sentences


def test_no_departure_no_sentence():
    person = said(*["we can go there", "Not now."] * 40)
    assert explain(person, person).sentences == ()


def test_ngrams_are_named_on_the_side_that_uses_them():
    person = said(*["no worries mate"] * 60, *["what is it"] * 60)
    model = said(*["I would be happy to help"] * 60, *["what is it"] * 60)
    found = explain(person, model)
    assert "happy to help" in {gap.ngram for gap in found.over_used}
    assert "no worries mate" in {gap.ngram for gap in found.under_used}
    worries = next(gap for gap in found.under_used if gap.ngram == "worries")
    assert (worries.person, worries.replies) == (500.0, 0.0)


def test_histogram_shares_add_up_on_both_sides():
    found = histogram([1, 1, 2, 9], [3, 4, 50, 5], (1, 2, 4))
    assert found.bars == ("1", "2", "3-4", "5+")
    assert found.person == (0.5, 0.25, 0.0, 0.25)
    assert found.replies == (0.0, 0.0, 0.5, 0.5)


def test_bursts_are_counted_per_reply():
    found = explain(said("a\n\nb", "c"), said("d", "e"))
    assert found.messages_per_reply.person[:2] == (0.5, 0.5)
    assert sum(found.words_per_message.replies) == pytest.approx(1.0)
