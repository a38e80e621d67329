"""Near-duplicates are found all, and nothing else is."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.near import THRESHOLD, NearIndex, shingles, similarity
from persona.repeats import normalise

WORDS = st.lists(st.sampled_from("otter key moon boat pizza rain".split()), max_size=8)  # noqa: SIM905


def test_case_punctuation_and_emoji_do_not_make_a_difference() -> None:
    assert normalise("See you THERE!! 🎉") == normalise("see you, there")


def test_emoji_alone_are_compared_as_they_are() -> None:
    assert normalise("🎉") != normalise("😭")


def test_one_letter_in_a_long_text_is_a_near_duplicate_and_one_word_is_not() -> None:
    index = NearIndex(["happy new year to all of you and your families from all of us here"])
    assert index.near("happy new year to all of you and your families from all of us there") == {0}
    assert index.near("happy new year to all of you and your otters from the six of us") == set()


@given(st.lists(WORDS, max_size=12), WORDS)
def test_the_index_finds_what_comparing_all_would_find(
    texts: list[list[str]], probe: list[str]
) -> None:
    joined = [" ".join(words) for words in texts]
    wanted = shingles(" ".join(probe))
    by_hand = {
        number
        for number, text in enumerate(joined)
        if similarity(wanted, shingles(text)) >= THRESHOLD
    }
    assert NearIndex(joined).near(" ".join(probe)) == by_hand
