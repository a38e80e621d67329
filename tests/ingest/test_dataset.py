"""The dataset's folder is whole or it is not there."""

from pathlib import Path

import pytest

from ingest.dataset import replaced
from persona.errors import DataError


def make(out: Path, content: str) -> None:
    with replaced(out) as folder:
        folder.train.write_text(content)
        folder.manifest_path.write_text("{}")


def test_a_dataset_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    make(tmp_path / "dataset", "old")
    make(tmp_path / "dataset", "new")
    assert (tmp_path / "dataset" / "train.jsonl").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["dataset"]


def test_a_failure_leaves_the_old_dataset_and_nothing_half_written(tmp_path: Path) -> None:
    make(tmp_path / "dataset", "old")

    def fail_halfway() -> None:
        with replaced(tmp_path / "dataset") as folder:
            folder.train.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    assert (tmp_path / "dataset" / "train.jsonl").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["dataset"]


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    with (
        pytest.raises(DataError, match="cannot be written: No space left on device"),
        replaced(tmp_path / "dataset"),
    ):
        raise OSError(28, "No space left on device")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / ".dataset.new").mkdir()
    (tmp_path / ".dataset.new" / "train.jsonl").write_text("half")
    make(tmp_path / "dataset", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["dataset"]


def test_a_dataset_set_aside_by_a_killed_run_is_put_back_before_anything_fails(
    tmp_path: Path,
) -> None:
    make(tmp_path / "dataset", "old")
    (tmp_path / "dataset").rename(tmp_path / ".dataset.old")
    with pytest.raises(ZeroDivisionError), replaced(tmp_path / "dataset"):
        raise ZeroDivisionError
    assert (tmp_path / "dataset" / "train.jsonl").read_text() == "old"


def test_a_dataset_set_aside_by_a_killed_run_is_in_its_place_while_the_next_is_written(
    tmp_path: Path,
) -> None:
    make(tmp_path / "dataset", "old")
    (tmp_path / "dataset").rename(tmp_path / ".dataset.old")
    with replaced(tmp_path / "dataset") as folder:
        assert (tmp_path / "dataset" / "train.jsonl").read_text() == "old"
        folder.train.write_text("new")
    assert (tmp_path / "dataset" / "train.jsonl").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["dataset"]


@pytest.mark.parametrize("name", ["thesis.txt", "train.jsonl.bak"])
def test_a_folder_that_holds_other_things_is_never_replaced(tmp_path: Path, name: str) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / name).write_text("precious")
    with pytest.raises(DataError, match="holds other things than a dataset"):
        make(tmp_path / "home", "new")
    assert (tmp_path / "home" / name).read_text() == "precious"


def test_a_file_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "dataset").write_text("precious")
    with pytest.raises(DataError, match="is a file"):
        make(tmp_path / "dataset", "new")


def test_only_the_owner_can_look_in(tmp_path: Path) -> None:
    make(tmp_path / "dataset", "new")
    assert (tmp_path / "dataset").stat().st_mode & 0o777 == 0o700
