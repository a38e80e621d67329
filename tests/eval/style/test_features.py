"""Features: numbers that can be worked out by hand."""

import numpy as np
import pytest

from eval.style.features import Reply, extract
from eval.style.grams import BUCKETS, count_grams
from eval.style.habits import HABITS, measure_habits, read_message
from eval.style.lexicon import ENGLISH_LEXICON, choose_lexicon
from eval.style.normalise import bubbles_of, mask_names, mask_topic, name_words


def habit(name: str, text: str, burst: int = 1) -> float:
    column = [one.name for one in HABITS].index(name)
    return float(measure_habits([read_message(text, burst)])[0, column])


def test_a_text_of_three_letters_has_the_ngrams_of_five_characters():
    grams = count_grams(["abc"])  # " abc ": 3 + 2 + 1 n-grams of 3, 4 and 5 characters
    assert grams.totals().tolist() == [6.0]
    assert grams.histogram().sum() == 6.0


def test_ngrams_do_not_cross_from_one_message_to_the_next():
    together = count_grams(["abc", "def"])
    apart = [count_grams(["abc"]), count_grams(["def"])]
    assert np.array_equal(together.histogram(), sum(one.histogram() for one in apart))


def test_repeated_ngrams_are_counted_in_one_entry():
    grams = count_grams(["aaaa"])
    assert grams.counts.max() == 2  # "aaa" twice
    assert grams.totals()[0] == 4 + 3 + 2


def test_weighted_sums_each_message_apart():
    weights = np.zeros(BUCKETS)
    weights[count_grams(["abc"]).buckets] = 0.5
    assert count_grams(["abc", "xyz"]).weighted(weights)[0] == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("capital_start", "Hello you", 1.0),
        ("capital_start", "hello You", 0.0),
        ("no_capitals", "hello you", 1.0),
        ("no_capitals", "123", 0.0),
        ("capital_share", "Ab cd", 0.25),
        ("ends_stop", "fine.", 1.0),
        ("ends_stop", "fine", 0.0),
        ("ends_bare", "fine", 1.0),
        ("ends_question", "why?", 1.0),
        ("commas", "a, b, c d", 0.5),
        ("contraction", "I don't", 1.0),
        ("contraction", "I dont", 0.0),
        ("bare_contraction", "I dont", 1.0),
        ("small_i", "what i said", 1.0),
        ("large_i", "what I said", 1.0),
        ("smiley", "fine :)", 1.0),
        ("smiley", "fine", 0.0),
        ("emoji", "fine 😀", 1.0),
        ("stretched", "sooo", 1.0),
        ("slang", "thx", 1.0),
        ("slang", "@u there", 0.0),
        ("distinct_words", "no no no yes", 0.5),
        ("opener", "and then", 1.0),
        ("opener", "andrew then", 0.0),
    ],
)
def test_habit(name, text, value):
    assert habit(name, text) == pytest.approx(value)


def test_burst_size_is_a_habit_of_every_message_in_it():
    features = extract([Reply("one\n\ntwo\n\nthree", "c"), Reply("four", "c")], ENGLISH_LEXICON)
    column = [one.name for one in HABITS].index("log_burst")
    assert features.habits[:, column].tolist() == pytest.approx([np.log(3)] * 3 + [0.0])
    assert features.replies.tolist() == [0, 0, 0, 1]


def test_a_single_line_break_does_not_split_a_message():
    assert bubbles_of("one\ntwo\n\n \n\nthree") == ["one\ntwo", "three"]


def test_messages_fall_into_bins_of_words():
    texts = ["one two", "one two three", "1 2 3 4 5 6", " ".join("abcdefghij")]
    features = extract([Reply(text, "c") for text in texts], ENGLISH_LEXICON)
    assert features.bins.tolist() == [0, 1, 2, 3]


def test_names_links_and_mentions_are_masked_and_a_leading_name_is_cut():
    names = name_words(["Jane Doe", "zed"])
    assert mask_names("jane: see https://a.b/c @bob and Zed", names) == "see <url> @u and @u"


def test_a_name_that_is_a_common_word_stays():
    assert mask_names("i will do it", name_words(["Will"])) == "i will do it"


def test_topic_mask_keeps_function_words_and_the_shape_of_the_rest():
    assert mask_topic("The Kernel is broken, @u", ENGLISH_LEXICON) == "The Xxxxxx is xxxxxx, @u"


def test_english_log_gets_the_english_list():
    texts = {
        "a": ["this is what we know about it and so on"],
        "b": ["you can see that they have it"],
    }
    assert choose_lexicon(texts) is ENGLISH_LEXICON


def test_another_language_gets_its_own_commonest_words():
    texts = {"a": ["das ist nicht gut und das ist so"], "b": ["und das war nicht schön, aber gut"]}
    lexicon = choose_lexicon(texts)
    assert lexicon.language == "learned"
    assert "das" in lexicon.words[:3]


def test_one_talkative_speaker_does_not_choose_the_words():
    texts = {"a": ["katze " * 50 + "und"], "b": ["und wir"], "c": ["und sie"], "d": ["und er"]}
    assert choose_lexicon(texts).words[0] == "und"
