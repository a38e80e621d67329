"""What `make evidence` runs is there."""

import importlib.util

import pytest

from benchmarks.evidence import FOLDER, PARTS


@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_the_evidence_has_a_program(part: str) -> None:
    assert importlib.util.find_spec(PARTS[part][0])


@pytest.mark.parametrize("part", ["reading-speed", "fuzzing"])
def test_what_the_readers_show_is_in_the_repository(part: str) -> None:
    assert (FOLDER / f"{part}.md").read_text(encoding="utf-8").startswith(f"# {part}\n")
