"""The measurement of the gates themselves, on a small message file."""

import json
import random
from pathlib import Path

import pytest

from eval.gate_check import main, read_examples, split_by_time
from tests.eval.conftest import partner_says, subject_says


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    draw = random.Random(3)
    rows = []
    for number in range(90):
        for _ in range(3):
            rows.append((f"c{number:03}", "ana", partner_says(draw)))
            rows.append((f"c{number:03}", "mo", f"{subject_says(draw)} {draw.randrange(900)}"))
    path = tmp_path_factory.mktemp("messages") / "log.jsonl"
    keys = ("conversation", "speaker", "text")
    path.write_text("".join(json.dumps(dict(zip(keys, row, strict=True))) + "\n" for row in rows))
    return path


def test_speakers_replies_come_with_what_was_said_before(messages: Path) -> None:
    first = read_examples(messages)["mo"][0]
    assert [turn.role for turn in first.prompt] == ["user"]


def test_split_by_time_shares_no_conversation(messages: Path) -> None:
    held = split_by_time("mo", read_examples(messages)["mo"], most=400, seed=0)
    sides = [{row.conversation for row in rows} for rows in (held.train, held.contexts)]
    assert sides[0].isdisjoint(sides[1])
    assert sides[0].isdisjoint({row.conversation for row in held.reference})


@pytest.mark.slow
def test_command_strikes_copies_and_spares_the_person(
    messages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--messages", str(messages), "--people", "1", "--draws", "1", "--replies", "30"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["the", "person", "struck", "0.0%"]
    assert [line.split()[-1] for line in lines[6:9]] == ["100.0%"] * 3
    assert lines[7].startswith("near-copies")
