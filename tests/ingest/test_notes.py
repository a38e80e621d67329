"""What is pointed out about names and size, and what is not."""

from datetime import datetime, timedelta

from ingest.examples import Place
from ingest.lines import Burst, Line, Session, Thread
from ingest.notes import people_notes, silence_note, size_notes
from ingest.people import SpeakerCount
from persona.data import order_key

START = datetime(2024, 3, 1, 9)


def thread(name: str, sender: str, *, later: timedelta = timedelta()) -> Thread:
    lines = []
    for number in range(4):
        at = START + timedelta(minutes=9 * number) + later
        lines.append(Line(sender, f"message number {number} of these", at, order_key(at)))
    return Thread(name, False, lines)


def notes(*threads: Thread, subject: str = "Mara K") -> list[str]:
    names = sorted({line.sender for found in threads for line in found.lines})
    counts = [SpeakerCount(name, 4) for name in names]
    return list(people_notes(threads, counts, subject=subject))


def test_a_name_over_the_subjects_words_is_told_once_with_the_subject_first() -> None:
    (note,) = notes(thread("a", "Mara K"), thread("b", "mara"))
    assert note.startswith("'Mara K' and 'mara' wrote the same 4 messages")
    assert '--alias "Mara K=mara"' in note


def test_two_other_names_of_the_subject_are_told_to_be_his_too() -> None:
    found = notes(thread("a", "Mara Q"), thread("b", "mara"), subject="Mara K")
    assert len(found) == 3
    assert sum("may be the subject under another name" in note for note in found) == 2


def test_the_same_words_at_another_time_prove_nothing() -> None:
    assert notes(thread("a", "Ben"), thread("b", "Tom", later=timedelta(hours=1))) == []


def test_chats_without_the_subject_are_told_with_who_speaks_there() -> None:
    chats = [thread("a", "Mara K"), thread("b", "Ben"), thread("c", "mk99")]
    note = silence_note(chats, subject="Mara K", hidden={"Ben"})
    assert note.startswith("Mara K says nothing in 2 of 3 chats, which hold 8 of 12 messages")
    assert "Ben" not in note
    assert '--alias "Mara K=mk99"' in note


def test_a_subject_who_speaks_everywhere_or_whose_partners_are_hidden_needs_no_note() -> None:
    assert silence_note([thread("a", "Mara")], subject="Mara") == ""
    silent = [thread("a", "Mara"), thread("b", "Ben")]
    assert silence_note(silent, subject="Mara", hidden={"Ben"}) == ""


def places(count: int) -> list[Place]:
    bursts = [Burst("Ben", "a", None, 0, 1), Burst("Mara", "b", None, 1, 1)]
    return [Place(Session("c", "chat", False, None, bursts), 1, 0)] * count


def test_a_large_held_out_share_and_a_short_test_are_said() -> None:
    small = {"train": places(60), "valid": places(6), "reference": places(51), "test": places(30)}
    share, steady = size_notes(small)
    assert "55% are held out" in share
    assert "30 replies to judge by and a style profile of 51 messages" in steady


def test_a_large_log_needs_no_note() -> None:
    large = {name: places(100) for name in ("valid", "reference", "test")}
    assert list(size_notes({**large, "train": places(700)})) == []


def test_everybody_in_the_other_chats_who_is_named_like_the_subject_is_proposed() -> None:
    chats = [
        thread("a", "Mara Kos"), thread("b", "Ben"), thread("c", "mara_k"), thread("d", "Marra"),
    ]  # fmt: skip
    note = silence_note(chats, subject="Mara Kos")
    assert 'with --alias "Mara Kos=mara_k" --alias "Mara Kos=Marra"' in note
    assert "Mara Kos=Ben" not in note


def test_no_more_than_five_names_are_proposed() -> None:
    chats = [thread("a", "Mara"), *(thread(f"b{n}", f"Mara {n}") for n in range(7))]
    assert silence_note(chats, subject="Mara").count("--alias") == 5
