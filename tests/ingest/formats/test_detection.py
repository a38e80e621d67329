"""What a file is: told by its content, by a clear margin, and told to the user."""

import gzip
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.archives import walk
from ingest.detect import Head, candidates
from ingest.format import DAMAGED, Drop, Format, ReadOptions, Row
from ingest.formats import FORMATS
from ingest.parse import write_messages
from ingest.source import Source
from persona.data import Message
from tests.ingest.formats.conftest import Read, said

SAMPLES = Path(__file__).parents[3] / "samples" / "formats"
MARGIN = 0.2
"""By so much the right format must be ahead of the next one."""

FOLDERS = sorted(folder.name for folder in SAMPLES.iterdir())


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_sample_is_told_from_all_other_formats_by_a_clear_margin(folder: str) -> None:
    for files in walk(SAMPLES / folder):
        for file in files:
            assert isinstance(file, Source)
            guesses = candidates(Head(file, file.head()), FORMATS)
            if not guesses:
                continue  # a file that accompanies an export
            assert guesses[0].format.name.startswith(folder), file.path
            next_best = guesses[1].confidence if len(guesses) > 1 else 0.0
            assert guesses[0].confidence - next_best >= MARGIN, (file.path, *map(str, guesses))


def test_runner_up_is_named_with_its_confidence(read: Read) -> None:
    _, [summary] = read("c.csv", "AuthorID,Author,Date,Content\n1,Ann,2024-01-01T10:00:00,hi\n")

    assert (summary.format, summary.confidence) == ("discord-csv", 0.97)
    assert summary.runner_up == "table 50%"


def test_a_format_asked_for_is_used_whatever_the_file_looks_like(read: Read) -> None:
    content = "AuthorID,Author,Date,Content\n1,Ann,2024-01-01T10:00:00,hi\n"

    messages, [summary] = read("c.csv", content, ReadOptions(format="table"))

    assert summary.format == "table"
    assert said(messages) == [("Ann", "hi")]


def test_stickers_beside_a_chat_are_no_damaged_files_under_strict(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("AuthorID,Author,Date,Content\n1,Ann,2024-01-01T10:00:00,hi\n")
    (tmp_path / "AnimatedSticker.tgs").write_bytes(gzip.compress(b'{"tgs":1,"v":"5.5.2"}'))

    [summary] = write_messages([tmp_path], ReadOptions(strict=True), io.BytesIO())

    assert summary.messages == 1


def test_next_candidate_is_tried_where_the_likeliest_finds_no_message(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    def finds_nothing(source: Source, options: ReadOptions) -> Iterator[Row]:
        yield Drop(DAMAGED)

    def finds_one(source: Source, options: ReadOptions) -> Iterator[Row]:
        yield Message(source.stem, "Ann", None, "hi")

    likelier = Format(name="likelier", sniff=lambda head: 0.9, parse=finds_nothing)
    right = Format(name="right", sniff=lambda head: 0.6, parse=finds_one)
    monkeypatch.setattr("ingest.parse.FORMATS", (likelier, right))

    messages, [summary] = read("chat.txt", "anything")

    assert said(messages) == [("Ann", "hi")]
    assert (summary.format, summary.confidence) == ("right", 0.6)
    assert summary.runner_up == "likelier 90%"
    assert not summary.dropped


def test_what_no_candidate_can_read_is_told_by_the_likeliest(read: Read) -> None:
    _, [summary] = read(
        "result.json",
        '{"name": "A", "type": "personal_chat", "id": 1, "messages": ['
        '{"id": 1, "type": "service", "date": "2024-01-01T00:00:00", "actor": "A"}]}',
    )

    assert (summary.format, summary.messages) == ("telegram", 0)
    assert summary.dropped == {"system notice": 1}
    assert summary.error
