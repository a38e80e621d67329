"""What `make evidence` runs is there, and its outcome is in the repository."""

import importlib.util

import pytest

from benchmarks.evidence import FOLDER, PARTS


@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_the_evidence_has_a_program_and_a_page(part: str) -> None:
    assert importlib.util.find_spec(PARTS[part][0])
    assert (FOLDER / f"{part}.md").read_text(encoding="utf-8").startswith(f"# {part}\n")
