"""Curves on request, each kind read back as what it is."""

from pathlib import Path

import pytest

from persona.curve_files import write_curve, write_tensorboard
from persona.errors import ConfigError, DataError, ModelError
from persona.folders import RunDir
from persona.runs import append_metric


@pytest.fixture
def run(tmp_path: Path) -> RunDir:
    run = RunDir(tmp_path / "20240501T000000Z-<a>")
    run.root.mkdir()
    for step, loss in ((1, 4.0), (2, 2.0)):
        append_metric(run, {"step": step, "loss": loss})
    append_metric(run, {"step": 2, "valid_loss": 3.25})
    return run


@pytest.mark.parametrize("name", ["x.png", "x.svg"])
def test_a_curve_for_a_folder_that_is_not_there_is_one_line(
    run: RunDir, tmp_path: Path, name: str
) -> None:
    pytest.importorskip("PIL")
    with pytest.raises(DataError, match="cannot be written"):
        write_curve(run, tmp_path / "absent" / name)


def test_a_page_holds_the_curve_and_the_validation_losses(run: RunDir, tmp_path: Path) -> None:
    write_curve(run, tmp_path / "x.html")
    text = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert "<svg" in text
    assert "<td>3.2500</td>" in text
    assert "&lt;a&gt;" in text


def test_a_picture_shows_both_curves_in_their_colours(run: RunDir, tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    write_curve(run, tmp_path / "x.png")
    with image.open(tmp_path / "x.png") as picture:
        colours = {colour for _, colour in picture.convert("RGB").getcolors(100_000)}
    assert (0x9A, 0xAB, 0xBB) in colours


def test_another_kind_of_file_is_refused(run: RunDir, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"ends in .svg, .html or .png"):
        write_curve(run, tmp_path / "x.gif")


def test_a_run_without_a_step_has_no_curve(tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    with pytest.raises(ModelError, match="no step was trained yet"):
        write_curve(RunDir(tmp_path / "r"), tmp_path / "x.svg")


@pytest.mark.slow
def test_tensorboard_reads_the_figures_back(run: RunDir, tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    write_tensorboard(run, tmp_path / "events")
    events = EventAccumulator(str(tmp_path / "events")).Reload()
    assert [event.value for event in events.Scalars("loss")] == [4.0, 2.0]
    assert [event.step for event in events.Scalars("valid_loss")] == [2]
