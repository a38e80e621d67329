"""Folding and planning: every example is learned exactly once an epoch, on its own context."""

from hypothesis import given
from hypothesis import strategies as st

from persona.batches import Packed, fold, pack_micro, plan_steps, split_micro
from persona.prompt import IGNORED, Encoded


def encoded(ids: list[int], start: int, conversation: str = "c") -> Encoded:
    return Encoded(conversation, ids, start)


def packed(length: int, spans: int = 1) -> Packed:
    return Packed(
        list(range(length)),
        tuple((at, at + 1) for at in range(spans)),
        tuple(range(spans)),
    )


def test_replies_of_one_conversation_become_one_sequence() -> None:
    sequences = fold([encoded([1, 2, 3], 2), encoded([1, 2, 3, 4, 5], 4)])
    assert [one.input_ids for one in sequences] == [[1, 2, 3, 4, 5]]
    assert sequences[0].labels == [IGNORED, IGNORED, 3, IGNORED, 5]
    assert sequences[0].examples == (0, 1)


def test_replies_of_two_conversations_stay_apart() -> None:
    assert len(fold([encoded([1, 2], 1, "a"), encoded([1, 2, 3], 2, "b")])) == 2


def test_a_window_that_slid_stays_apart() -> None:
    assert len(fold([encoded([1, 2, 3], 2), encoded([2, 3, 4, 5], 3)])) == 2


def test_the_same_reply_said_twice_is_learned_twice() -> None:
    sequences = fold([encoded([1, 2, 3], 2), encoded([1, 2, 3], 2)])
    assert sum(one.trained for one in sequences) == 2


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.integers(1, 6), st.integers(1, 3), st.booleans()),
        max_size=12,
    )
)
def test_folding_keeps_every_example_on_its_own_context(
    drawn: list[tuple[str, int, int, bool]],
) -> None:
    examples = [
        encoded([int(other) * 100, *range(start + length)], start, conversation)
        for conversation, start, length, other in drawn
    ]
    seen = set()
    for sequence in fold(examples):
        for (start, end), index in zip(sequence.spans, sequence.examples, strict=True):
            assert sequence.input_ids[:end] == examples[index].input_ids
            assert start == examples[index].start
            seen.add(index)
    assert seen == set(range(len(examples)))


def test_every_epoch_holds_every_sequence_once_in_its_own_order() -> None:
    steps = plan_steps([packed(5)] * 10, batch_size=5, epochs=2, seed=0)
    order = [index for step in steps for index in step]
    assert [len(step) for step in steps] == [5, 5, 5, 5]
    assert sorted(order[:10]) == sorted(order[10:]) == list(range(10))
    assert order[:10] != order[10:]


def test_the_order_is_drawn_from_the_seed() -> None:
    plans = [plan_steps([packed(5)] * 10, batch_size=2, epochs=1, seed=seed) for seed in (1, 1, 2)]
    assert plans[0] == plans[1] != plans[2]


def test_half_an_epoch_is_half_of_the_sequences() -> None:
    steps = plan_steps([packed(5)] * 10, batch_size=1, epochs=1.5, seed=0)
    assert len(steps) == 15


def test_batch_size_counts_examples_not_sequences() -> None:
    steps = plan_steps([packed(9, spans=4)] * 10, batch_size=8, epochs=1, seed=0)
    assert {len(step) for step in steps} == {2}


@given(st.lists(st.integers(1, 50), min_size=1, max_size=20), st.integers(10, 120))
def test_micro_batches_stay_below_the_limit_and_lose_nothing(
    lengths: list[int], limit: int
) -> None:
    batches = split_micro([packed(length) for length in lengths], max_tokens=limit, device="cpu")
    assert sorted(len(one.input_ids) for batch in batches for one in batch) == sorted(lengths)
    for batch in batches:
        longest = max(len(one.input_ids) for one in batch)
        assert len(batch) == 1 or len(batch) * longest <= limit


def test_like_lengths_share_a_micro_batch() -> None:
    batches = split_micro(
        [packed(length) for length in (300, 60, 290, 50)], max_tokens=5000, device="cpu"
    )
    assert [[len(one.input_ids) for one in batch] for batch in batches] == [[300, 290], [60, 50]]


def test_a_device_that_starts_slowly_takes_fewer_micro_batches() -> None:
    sequences = [packed(length) for length in (300, 60)]
    assert len(split_micro(sequences, max_tokens=5000, device="cpu")) == 2
    assert len(split_micro(sequences, max_tokens=5000, device="cuda")) == 1


@given(st.lists(st.integers(1, 60), min_size=1, max_size=30), st.integers(1, 100))
def test_rows_without_padding_hold_every_sequence_once_and_no_more_than_fits(
    lengths: list[int], most: int
) -> None:
    sequences = [packed(length) for length in lengths]
    rows = pack_micro(sequences, max_tokens=most)
    assert sorted(len(one.input_ids) for row in rows for one in row) == sorted(lengths)
    for row in rows:
        assert len(row) == 1 or sum(len(one.input_ids) for one in row) <= most
