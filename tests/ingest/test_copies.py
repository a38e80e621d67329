"""Chats without times that two exports hold count once, and only those."""

import pytest

from ingest.lines import Accounts
from ingest.overlap import IN_TWO_EXPORTS, Part, join_parts
from ingest.people import People
from persona.data import Message
from tests.ingest.test_overlap import WORDS, joined, part, texts


def undated(name: str, *words: str, chat: str = "crew", verbatim: bool = False) -> Part:
    said = [Message(chat, ("Mara", "Ben")[at % 2], None, text) for at, text in enumerate(words)]
    return Part(name, "table", chat, verbatim, said)


def counts(*parts: Part) -> tuple[list[int], int]:
    """How many messages each thread has, and how many are in another export too."""
    threads, dropped = joined(*parts)
    return sorted(len(thread.lines) for thread in threads), dropped


@pytest.mark.parametrize("name", ["a", "z"])
def test_an_older_export_of_a_chat_that_went_on_adds_nothing(name: str) -> None:
    assert counts(undated(name, *WORDS[:3]), undated("b", *WORDS)) == ([6], 3)


def test_an_export_without_times_adds_nothing_to_one_with_them() -> None:
    assert counts(undated("a", *WORDS), part("b")) == ([6], 6)
    backwards = part("b")
    backwards.messages.reverse()
    assert counts(undated("a", *WORDS[:4]), backwards) == ([6], 4)


def test_a_greeting_two_chats_begin_with_is_no_copy() -> None:
    assert counts(undated("a", "hi", "how can I help you?"), undated("b", "hi", *WORDS)) == (
        [2, 7],
        0,
    )


def test_words_from_the_middle_of_a_chat_are_no_copy() -> None:
    assert counts(undated("a", *WORDS[1:4]), undated("b", *WORDS)) == ([3, 6], 0)


def test_two_conversations_of_one_export_that_begin_alike_are_two() -> None:
    first, second = undated("a", *WORDS[:3]), undated("a", *WORDS, chat="2")
    assert counts(first, second) == ([3, 6], 0)


def test_a_chat_is_no_copy_of_a_log_with_the_same_words() -> None:
    assert counts(undated("a", *WORDS, verbatim=True), undated("b", *WORDS)) == ([6, 6], 0)


def test_one_conversation_in_two_data_set_formats_counts_once() -> None:
    def dataset(name: str, person: str, assistant: str) -> Part:
        said = [
            Message("1", person, None, "see you", role="person"),
            Message("1", assistant, None, "bye", role="assistant"),
        ]
        return Part(name, name, "1", True, said)

    assert counts(dataset("sharegpt", "human", "gpt"), dataset("openai", "user", "model")) == (
        [2],
        2,
    )


def test_a_message_whose_time_is_lost_counts_once_in_overlapping_exports() -> None:
    def with_loss(name: str, first: int, last: int) -> Part:
        found = part(name, first=first, last=last)
        found.messages.insert(3 - first, Message("crew", "Ben", None, "when was this"))
        return found

    (thread,), dropped = joined(with_loss("a", 0, 4), with_loss("b", 2, 6))

    assert texts(thread) == [*WORDS[:3], "when was this", *WORDS[3:]]
    assert dropped == 3


def test_every_message_of_a_copy_is_accounted_for() -> None:
    accounts = Accounts()
    parts = [undated("a", *WORDS), undated("b", *WORDS), undated("c", *WORDS[:2])]
    threads = join_parts(parts, People({}), accounts)
    kept = sum(len(thread.lines) for thread in threads)
    assert kept + accounts.dropped[IN_TWO_EXPORTS] == 14
    assert kept == 6
