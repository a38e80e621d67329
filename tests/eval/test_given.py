"""A replies file from anywhere is read with patience, or refused in one line that names its row."""

import json
from pathlib import Path

import pytest

from eval.given import read_given
from persona.errors import DataError


def given(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "given.jsonl"
    path.write_bytes(content)
    return path


def test_rows_may_be_nothing_but_text_with_blank_lines_between(tmp_path: Path) -> None:
    content = b'\xef\xbb\xbf{"text": "hi"}\r\n\n{"text": "", "arm": 1}\n{"text": "yo"}'
    assert [row.text for row in read_given(given(tmp_path, content))] == ["hi", "", "yo"]


def test_conversation_may_be_a_number(tmp_path: Path) -> None:
    rows = read_given(given(tmp_path, b'{"text": "hi", "conversation": 7}'))
    assert rows[0].conversation == 7


def test_reply_cut_inside_an_emoji_is_read(tmp_path: Path) -> None:
    texts = ["x \ud83d", "\ude00 y", "whole \U0001f600", "typed \\ud83d"]
    content = "\n".join(json.dumps({"text": text}) for text in texts)
    rows = read_given(given(tmp_path, content.encode()))
    read = ["x \ufffd", "\ufffd y", "whole \U0001f600", "typed \\ud83d"]
    assert [row.text for row in rows] == read


def test_file_that_is_one_list_is_read_as_its_rows(tmp_path: Path) -> None:
    content = json.dumps([{"text": "hi"}, {"text": "yo \ud83d"}], indent=1).encode()
    assert [row.text for row in read_given(given(tmp_path, content))] == ["hi", "yo \ufffd"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"text": "hi"}\n{"reply": "private"}\n', "given.jsonl:2: Object missing required field"),
        (b'{"text": null}', "given.jsonl:1: Expected `str`"),
        (b"private\n", "given.jsonl:1: not JSON; each line should be an object"),
        (b'[{"text": "private"}, {"text": 1}]', "given.jsonl: Expected `str`, got `int`"),
        (b'[{"text": "private"}]\n[{"text": "hi"}]', "or the file one list of them"),
        (b'{"text": "caf\xe9"}', "given.jsonl:1: not UTF-8"),
        (b'{"text": " "}\n', "given.jsonl: there are no replies in it"),
        (b"", "given.jsonl: there are no replies in it"),
    ],
)
def test_row_that_does_not_fit_is_named_and_never_quoted(
    tmp_path: Path, content: bytes, said: str
) -> None:
    with pytest.raises(DataError) as error:
        read_given(given(tmp_path, content))
    assert said in str(error.value)
    assert "private" not in str(error.value)
    assert "\n" not in str(error.value)
