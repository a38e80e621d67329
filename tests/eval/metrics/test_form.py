"""Form distances that can be worked out by hand."""

import pytest

from eval.metrics.form import (
    bubble_count,
    case_class,
    emoji_class,
    ending_class,
    form_figures,
    length_bin,
    total_variation,
    wasserstein,
)


def test_wasserstein_of_a_shift_is_the_shift() -> None:
    assert wasserstein([1, 2, 3], [3, 4, 5]) == pytest.approx(2.0)


def test_wasserstein_copes_with_unequal_numbers() -> None:
    assert wasserstein([0, 0], [0, 0, 3]) == pytest.approx(1.0)


def test_total_variation_is_the_share_that_would_have_to_move() -> None:
    assert total_variation({"a": 0.5, "b": 0.5}, {"a": 0.8, "c": 0.2}) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("so what", "all lower case"),
        ("So what", "capital start"),
        ("so What", "lower-case start"),
        ("SO WHAT", "all capitals"),
        ("I", "capital start"),
        ("123 :)", "no letters"),
        ("你好", "no letters"),
    ],
)
def test_case_classes(text: str, kind: str) -> None:
    assert case_class(text) == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("done.", "full stop"),
        ("done...", "ellipsis"),
        ("done…", "ellipsis"),
        ("done", "no mark"),
        ("done 😀", "emoji"),
        ("done ❤️", "emoji"),
        ("really?!", "exclamation mark"),
        ("done :)", "another mark"),
        ("first!\n\nsecond?", "question mark"),
        ("你好。", "full stop"),
        ("真的吗？", "question mark"),
        ("नमस्ते", "no mark"),
        ("", "no text"),
        ("so ´", "another mark"),
    ],
)
def test_ending_classes(text: str, kind: str) -> None:
    assert ending_class(text) == kind


def test_burst_is_counted_in_messages_and_emoji_up_to_three() -> None:
    assert bubble_count("one\n\ntwo\n\nthree") == 3
    assert emoji_class("😀 yes 😀") == "2"
    assert emoji_class("😀😀😀😀") == "3 or more"
    assert emoji_class("no") == "none"


def test_length_bins_end_where_they_say() -> None:
    assert [length_bin("w " * count) for count in (2, 3, 9, 10, 20)] == [
        "1-2",
        "3-5",
        "6-9",
        "10-19",
        "20 or more",
    ]


def test_same_replies_are_at_distance_zero_and_the_baseline_stands_beside() -> None:
    reference = ["one two", "three four five", "Six."]
    found = form_figures(reference, reference=reference, held_out=["one", "two", "three"])
    assert found["length"].distance == 0
    assert found["length"].baseline == pytest.approx(1.0)
    assert found["ending"].shares["no mark"] == pytest.approx(2 / 3)


def test_without_held_out_replies_there_is_no_baseline() -> None:
    found = form_figures(["one"], reference=["one"], held_out=[])
    assert found["length"].baseline is None
    assert found["case"].baseline is None
