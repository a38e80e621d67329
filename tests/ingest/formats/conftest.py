"""What the tests of the readers share: a file with some content, read as `persona parse` does."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.format import ReadOptions
from ingest.log_file import FileSummary
from ingest.parse import open_logs
from persona.data import Message

Reading = tuple[list[Message], list[FileSummary]]
Read = Callable[..., Reading]


def read_path(path: Path, options: ReadOptions | None = None) -> Reading:
    """The messages and the summaries of everything at `path`."""
    messages: list[Message] = []
    summaries = []
    for log in open_logs([path], options or ReadOptions()):
        messages += log.messages()
        summaries.append(log.summary)
    return messages, summaries


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Writes a file and reads it: read(name, content, options) -> messages, summaries."""

    def read_file(name: str, content: str | bytes, options: ReadOptions | None = None) -> Reading:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_path(path, options)

    return read_file


def said(messages: list[Message]) -> list[tuple[str, str]]:
    """Who said what."""
    return [(message.sender, message.text) for message in messages]


def times(messages: list[Message]) -> list[str]:
    """When, as local time."""
    return [f"{message.sent_at:%Y-%m-%d %H:%M}" if message.sent_at else "" for message in messages]


def utc(message: Message) -> str:
    """When, in UTC; the message must have a zone."""
    assert message.sent_at is not None
    assert message.sent_at.tzinfo is not None
    return f"{message.sent_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def naive(message: Message) -> datetime:
    """When; the message must have no zone."""
    assert message.sent_at is not None
    assert message.sent_at.tzinfo is None
    return message.sent_at


def jsonl(*rows: object) -> str:
    """JSON lines."""
    return "".join(json.dumps(row) + "\n" for row in rows)
