"""Every sample in `samples/formats/` gives the messages and drops written down in `golden/`.

A golden file is what `persona parse SAMPLE` prints, then one line about the files.
"""

import io
import json
from pathlib import Path

import pytest

from ingest.format import ReadOptions
from ingest.formats import FORMATS
from ingest.parse import write_messages

HERE = Path(__file__).parent
SAMPLES = HERE.parents[2] / "samples" / "formats"
NAMES = sorted(
    str(path.relative_to(SAMPLES)) for folder in SAMPLES.iterdir() for path in folder.iterdir()
)


@pytest.mark.parametrize("name", NAMES)
def test_sample_is_read_exactly(name: str) -> None:
    *messages, files = (HERE / "golden" / f"{name}.jsonl").read_text().splitlines()
    out = io.BytesIO()

    summaries = write_messages([SAMPLES / name], ReadOptions(), out)

    assert out.getvalue().decode().splitlines() == messages
    assert json.loads(files)["files"] == [
        {
            "format": summary.format,
            "messages": summary.messages,
            "dropped": summary.dropped,
            "notes": list(summary.notes),
            "error": summary.error,
        }
        for summary in summaries
    ]


@pytest.mark.parametrize("known", [known.name for known in FORMATS])
def test_every_format_has_a_sample(known: str) -> None:
    files = [
        row
        for golden in (HERE / "golden").rglob("*.jsonl")
        for row in json.loads(golden.read_text().splitlines()[-1])["files"]
    ]

    assert any(row["format"] == known and row["messages"] for row in files)
