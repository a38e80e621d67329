"""What can be seen in the head of a file, and how little is done for a file that is no chat."""

import sys
from pathlib import Path

import pytest

from ingest.archives import walk
from ingest.detect import Head, candidates
from ingest.formats import FORMATS
from ingest.source import Folder, Source

SAMPLES = Path(__file__).parents[2] / "samples" / "formats"
SOURCE_CODE = "def total(rows):\n    return sum(row.size for row in rows) * rate[0]\n\n" * 300


def head_of(folder: Path, content: str, name: str = "a.txt") -> Head:
    (folder / name).write_bytes(content.encode())
    source = Folder(folder).source(name)
    return Head(source, source.head())


def test_a_file_without_a_time_of_day_is_not_compared_line_by_line(tmp_path: Path) -> None:
    head = head_of(tmp_path, SOURCE_CODE, "total.py")
    calls = 0

    def count(_frame: object, event: str, _what: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        guesses = candidates(head, FORMATS)
    finally:
        sys.setprofile(None)

    assert guesses == []
    assert calls < len(head.lines)


@pytest.mark.parametrize("folder", sorted(folder.name for folder in SAMPLES.iterdir()))
def test_lines_without_a_time_of_day_decide_nothing(
    folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A format is told as surely as if every sniffer looked at every line."""
    for files in walk(SAMPLES / folder):
        for file in files:
            assert isinstance(file, Source)
            quick = [str(guess) for guess in candidates(Head(file, file.head()), FORMATS)]
            with monkeypatch.context() as patch:
                patch.setattr(Head, "timed", property(lambda head: head.lines))
                patch.setattr(Head, "shows", frozenset({"keys", "times", "tags"}))
                slow = [str(guess) for guess in candidates(Head(file, file.head()), FORMATS)]
            assert quick == slow, file.path


def test_lines_with_a_time_are_found_whatever_ends_them(tmp_path: Path) -> None:
    head = head_of(tmp_path, "a\r\n9:05 b\r\n\r\nratio 1:2\n21.30 c\nlast 23:59")

    assert head.timed == ["9:05 b", "ratio 1:2", "21.30 c", "last 23:59"]


def test_a_cut_off_last_line_is_not_among_the_timed_ones(tmp_path: Path) -> None:
    head = head_of(tmp_path, "9:05 b\n" + "x" * 65522 + "\n10:05 c")

    assert head.timed == ["9:05 b"]


def test_times_in_other_digits_are_not_overlooked(tmp_path: Path) -> None:
    arabic = "[١‏/٢‏/٢٠٢٤، ٩:٣٠:٠٥ ص] آن: مرحبا\n[١‏/٢‏/٢٠٢٤، ٩:٣١:٠٥ ص] بو: أهلا\n"

    guesses = candidates(head_of(tmp_path, arabic), FORMATS)

    assert [guess.format.name for guess in guesses] == ["whatsapp"]
