"""A few dozen damaged samples; `make evidence` reads thousands."""

from pathlib import Path

import pytest

from benchmarks.fuzz import read_damaged


@pytest.mark.parametrize("seed", range(48))
def test_damaged_sample_raises_nothing(seed: int, tmp_path: Path) -> None:
    assert "message" in read_damaged(seed, tmp_path)
