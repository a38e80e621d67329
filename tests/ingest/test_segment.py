"""Where a conversation ends, and what a burst is."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ingest.lines import Line, Thread
from ingest.segment import LONGEST_SESSION, bursts_of, sessions, sessions_of
from persona.data import order_key

START = datetime(2024, 3, 1, 12)


def line(minutes: float, sender: str = "Ben", text: str = "hi") -> Line:
    at = START + timedelta(minutes=minutes)
    return Line(sender, text, at, order_key(at))


def thread(*lines: Line, verbatim: bool = False) -> Thread:
    return Thread("chat", verbatim, list(lines))


def lengths(chat: Thread, gap_minutes: int | None = None) -> list[int]:
    return [len(found) for found in sessions_of(chat, gap_minutes=gap_minutes)]


def test_silence_longer_than_the_gap_starts_a_new_conversation() -> None:
    chat = thread(line(0), line(30), line(61))
    assert lengths(chat, gap_minutes=30) == [2, 1]
    assert lengths(chat, gap_minutes=31) == [3]


def test_an_hour_is_the_gap_of_a_small_chat() -> None:
    assert lengths(thread(line(0), line(59), line(120))) == [2, 1]


def test_reply_after_six_hours_starts_a_new_conversation() -> None:
    chat = thread(line(0), line(359), line(359 + 361))
    assert lengths(chat, gap_minutes=10_000) == [2, 1]


def test_a_session_with_an_assistant_outlasts_an_hour_but_not_the_night() -> None:
    chat = thread(line(0), line(200), line(200 + 361), verbatim=True)
    assert lengths(chat) == [2, 1]


def test_messages_without_a_time_stay_in_one_conversation() -> None:
    chat = thread(*[Line("Ben", "hi", None, None)] * 5)
    assert lengths(chat) == [5]


def test_a_chat_that_never_rests_is_cut_at_its_longest_silence() -> None:
    chat = thread(*(line(i if i < 90 else i + 5) for i in range(LONGEST_SESSION + 30)))
    assert lengths(chat) == [90, 60]


def test_messages_of_one_sender_in_a_row_are_one_turn_joined_by_a_blank_line() -> None:
    found = bursts_of([line(0, "Ben", "a"), line(1, "Ben", "b"), line(2, "Mara", "c")], first=7)
    assert [(burst.sender, burst.text, burst.first, burst.count) for burst in found] == [
        ("Ben", "a\n\nb", 7, 2),
        ("Mara", "c", 9, 1),
    ]


def test_two_conversations_of_one_minute_have_two_names() -> None:
    lines = [Line("Ben", "x", START, order_key(START) + 7200 * part) for part in range(2)]
    names = [found.conversation for found in sessions([thread(*lines)], gap_minutes=None)]
    assert names == ["chat 2024-03-01 12:00", "chat 2024-03-01 12:00 #2"]


@given(st.lists(st.floats(0, 2000), max_size=300), st.integers(1, 600))
def test_no_message_is_lost_and_order_is_kept(gaps: list[float], gap_minutes: int) -> None:
    at, lines = 0.0, []
    for gap in gaps:
        at += gap
        lines.append(line(at))
    found = list(sessions_of(thread(*lines), gap_minutes=gap_minutes))
    assert [each for session in found for each in session] == lines
    assert all(0 < len(session) <= LONGEST_SESSION for session in found)
