"""Explanations: shares worked out by hand."""

from eval.style.explain import explain
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


def test_first_word_that_the_chart_shows_is_a_tell_too():
    person = said(*["hahah no worries"] * 14, *["what is it"] * 86)
    model = said(*["hahah no worries"] * 45, *["what is it"] * 55)
    sentences = explain(person, model).sentences
    assert "opens with “hahah” in 14 % of replies, the model in 45 %" in sentences
    assert not any("hahah" in told for told in explain(person, model, names=["Hahah"]).sentences)


def test_of_lengths_and_bursts_of_replies_the_strongest_is_told():
    person = said(*["no\n\nway\n\nman"] * 60, *["fine"] * 20, *["we can go there"] * 20)
    model = said(*["no way man"] * 60, *["fine"] * 20, *["we can go there"] * 20)
    told = [line for line in explain(person, model).sentences if "of replies" in line]
    assert told == ["sends 3 messages in a row in 60 % of replies, the model in 0 %"]


def test_ngrams_are_named_on_the_side_that_uses_them():
    person = said(*["no worries mate"] * 60, *["what is it"] * 60)
    model = said(*["I would be happy to help"] * 60, *["what is it"] * 60)
    found = explain(person, model)
    assert "happy to help" in {gap.ngram for gap in found.over_used}
    assert "no worries mate" in {gap.ngram for gap in found.under_used}
    worries = next(gap for gap in found.under_used if gap.ngram == "worries")
    assert (worries.person, worries.replies) == (500.0, 0.0)
