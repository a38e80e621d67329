"""Two exports of one chat: one thread, every message once, whatever their clocks and names."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from ingest.lines import Accounts, Thread
from ingest.overlap import IN_TWO_EXPORTS, Part, join_parts
from ingest.people import People
from persona.data import Message

START = datetime(2024, 3, 1, 12)
WORDS = ("see you at the boat", "bring the otter", "which otter", "THE otter", "ok then", "lol")


def part(
    name: str,
    *,
    first: int = 0,
    last: int = 6,
    chat: str = "crew",
    kind: str = "whatsapp",
    shift: timedelta = timedelta(),
    zone: timezone | None = None,
    senders: tuple[str, str] = ("Mara", "Ben"),
) -> Part:
    messages = [
        Message(
            chat,
            senders[number % 2],
            (START + timedelta(minutes=7 * number) + shift).replace(tzinfo=zone),
            WORDS[number % len(WORDS)],
        )
        for number in range(first, last)
    ]
    return Part(name, kind, chat, False, messages)


def joined(*parts: Part, people: People | None = None) -> tuple[list[Thread], int]:
    accounts = Accounts()
    threads = join_parts(parts, people or People({}), accounts)
    return threads, accounts.dropped[IN_TWO_EXPORTS]


def texts(thread: Thread) -> list[str]:
    return [line.text for line in thread.lines]


def test_a_later_export_of_the_same_chat_adds_only_what_is_new() -> None:
    (thread,), dropped = joined(part("a", last=4), part("b", first=2))
    assert (texts(thread), dropped) == (list(WORDS), 2)


def test_the_same_words_twice_in_one_export_are_two_messages() -> None:
    twice = part("a", last=1)
    twice.messages.append(twice.messages[0])
    (thread,), dropped = joined(twice, part("b", last=1))
    assert (len(thread.lines), dropped) == (2, 1)


def test_exports_in_two_formats_under_other_names_are_one_thread() -> None:
    people = People({"Mara": ("mk",), "Ben": ("b",)})
    bridge = part("b", chat="#crew", kind="jsonl", senders=("mk", "b"))
    (thread,), dropped = joined(part("a", last=5), bridge, people=people)
    assert (texts(thread), dropped) == (list(WORDS), 5)
    assert {line.sender for line in thread.lines} == {"Mara", "Ben"}


def test_two_chats_that_got_the_same_greeting_stay_two() -> None:
    greeting = Message("x", "Mara", START, "happy new year")
    parts = []
    for name in ("Ben", "Tom"):
        own = part(name, chat=name)
        own.messages = [
            Message(name, name, START + timedelta(hours=hour), f"{name} says {hour} things")
            for hour in range(5)
        ]
        own.messages.append(greeting)
        parts.append(own)
    threads, dropped = joined(*parts)
    assert (len(threads), dropped) == (2, 0)


@pytest.mark.parametrize("hours", [-5, 1, 2, 5.5])
def test_a_naive_and_an_aware_export_meet_in_any_zone(hours: float) -> None:
    local = part("a", shift=timedelta(hours=hours))
    utc = part("b", kind="telegram", chat="Crew!", zone=UTC, first=1, last=5)
    (thread,), dropped = joined(local, utc)
    assert (texts(thread), dropped) == (list(WORDS), 4)


def test_summer_time_in_the_middle_of_an_overlap_is_followed() -> None:
    texts_said = [f"day {day} of the long overlap" for day in range(40)]
    aware, naive = part("a", zone=UTC, kind="telegram"), part("b")
    at = [datetime(2024, 3, 11, 12) + timedelta(days=day) for day in range(40)]
    aware.messages = [
        Message("crew", "Mara", when.replace(tzinfo=UTC), said)
        for when, said in zip(at, texts_said, strict=True)
    ]
    naive.messages = [
        Message("crew", "Mara", when + timedelta(hours=1 if day < 20 else 2), said)
        for day, (when, said) in enumerate(zip(at, texts_said, strict=True))
    ]
    (thread,), dropped = joined(aware, naive)
    assert (texts(thread), dropped) == (texts_said, 40)


def test_seconds_do_not_keep_copies_apart() -> None:
    exact = part("b", kind="telegram", shift=timedelta(seconds=41))
    (thread,), dropped = joined(part("a"), exact)
    assert dropped == 6
    assert all(line.sent_at and line.sent_at.second == 41 for line in thread.lines)


def test_files_in_another_order_give_the_same_threads() -> None:
    parts = [part("a", last=4), part("b", first=2), part("c", kind="telegram", zone=UTC, chat="x")]
    assert joined(*parts) == joined(*reversed(parts))


def test_two_different_chats_of_one_name_are_told_apart() -> None:
    other = part("b", kind="telegram")
    other.messages = [
        Message("crew", "Zoe", START + timedelta(days=9, minutes=n), f"other words {n}")
        for n in range(6)
    ]
    threads, dropped = joined(part("a"), other)
    assert [thread.chat for thread in threads] == ["crew (whatsapp)", "crew (telegram)"]
    assert dropped == 0


def test_datasets_without_times_are_copies_only_when_whole() -> None:
    def undated(name: str, last: str) -> Part:
        said = [Message("1", "user", None, "hi"), Message("1", "gpt", None, last)]
        return Part(name, "sharegpt", "1", True, said)

    threads, dropped = joined(undated("a", "hello"), undated("b", "hello"), undated("c", "bye"))
    assert (len(threads), dropped) == (2, 2)


def test_an_export_that_lists_the_newest_first_is_turned_round() -> None:
    backwards = part("a")
    backwards.messages.reverse()
    (thread,), _ = joined(backwards)
    assert texts(thread) == list(WORDS)


def test_newest_first_is_turned_round_within_a_minute_too() -> None:
    said = [Message("crew", "Mara", START, word) for word in ("one", "two", "three")]
    later = Message("crew", "Ben", START + timedelta(minutes=1), "four")
    backwards = Part("a", "csv", "crew", False, [later, *reversed(said)])
    (thread,), _ = joined(backwards)
    assert texts(thread) == ["one", "two", "three", "four"]
