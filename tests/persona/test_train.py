"""Training for real on a tiny random model: what it writes, resuming, stopping, refusing."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from persona.config import Config, TrainConfig, dump_config
from persona.data import Example, Turn, write_jsonl
from persona.errors import DataError, ModelError
from persona.folders import DatasetDir, RunDir, read_json, write_json
from persona.runs import last_checkpoint, read_metrics

pytestmark = pytest.mark.slow

pytest.importorskip("trl")

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
MakeDataset = Callable[..., DatasetDir]


@pytest.fixture
def config(tiny_base: Path) -> Config:
    return Config(
        train=TrainConfig(
            base=str(tiny_base), learning_rate=5e-3, epochs=2, lora_dropout=0.1, batch_size=12
        )
    )


def losses(run: RunDir) -> list[tuple[int, float]]:
    return [(line["step"], line["loss"]) for line in read_metrics(run) if "loss" in line]


def test_a_run_holds_adapter_metrics_curve_card_and_manifest(
    make_dataset: MakeDataset, config: Config, tmp_path: Path, tiny_base: Path
) -> None:
    from persona.backends import Progress
    from persona.train import Prepared, train

    seen: list[Progress] = []
    checked: list[Prepared] = []
    dataset = make_dataset()
    write_json(dataset.manifest_path, {**dataset.manifest(), "consent": True})
    run = train(
        dataset,
        config,
        runs=tmp_path / "runs",
        name="a",
        now=NOW,
        progress=seen.append,
        prepared=checked.append,
    )
    manifest = run.manifest()
    assert run.root.name == "20240501T120000Z-a"
    assert manifest["steps"] == manifest["planned_steps"] == len(losses(run)) == len(seen)
    assert manifest["best_valid_loss"] < 5.7  # a random model of 400 ids: ln 400 = 5.99
    assert losses(run)[-1][1] < losses(run)[0][1]
    assert manifest["versions"]["peft"]
    assert manifest["consent"]  # it was given when ingesting
    assert 0 <= manifest["replies_ended"] <= 1
    assert manifest["peak_memory"] > 10**8
    assert 0 < manifest["startup_seconds"] < 120
    assert (run.root / "curve.svg").read_text(encoding="utf-8").startswith("<svg")
    assert "AI imitation" in (run.adapter / "README.md").read_text(encoding="utf-8")
    assert all("loss" in line or "valid_loss" in line for line in read_metrics(run))
    assert checked[0].samples[0].trained.endswith("<|im_end|>")
    # Neither the adapter nor the manifest may tell where the base lay on this machine.
    for path in [*run.adapter.iterdir(), run.manifest_path]:
        assert str(tiny_base.parent).encode() not in path.read_bytes(), path
    for path in (run.metrics, run.manifest_path, run.config):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_resumed_run_ends_bit_equal_to_one_that_was_never_stopped(
    make_dataset: MakeDataset, config: Config, tmp_path: Path
) -> None:
    from persona.backends import Progress
    from persona.train import dry_run, train

    dataset = make_dataset()
    whole = train(dataset, config, runs=tmp_path / "whole", name="a", now=NOW)

    def stop_at_three(progress: Progress) -> None:
        if progress.step == 3:
            signal.raise_signal(signal.SIGINT)

    command = f"`persona train --resume --name a --data {dataset.root} --runs {tmp_path / 'cut'}`"
    with pytest.raises(KeyboardInterrupt, match=re.escape(command)):
        train(dataset, config, runs=tmp_path / "cut", name="a", now=NOW, progress=stop_at_three)
    cut = RunDir(tmp_path / "cut" / whole.root.name)
    assert not cut.is_finished
    assert last_checkpoint(cut) is not None
    left = dry_run(dataset, config, runs=tmp_path / "cut", name="a", resume=True)
    assert (left.steps, left.steps_done) == (15, 3)
    assert left.seconds < dry_run(dataset, config).seconds
    agreed = Config(consent=True)
    elsewhere = DatasetDir(tmp_path / "elsewhere")  # not asked for: the run knows its own
    resumed = train(elsewhere, agreed, runs=tmp_path / "cut", name="a", now=NOW, resume=True)
    assert resumed.manifest()["consent"]
    assert losses(resumed) == losses(whole)
    assert (resumed.adapter / "adapter_model.safetensors").read_bytes() == (
        whole.adapter / "adapter_model.safetensors"
    ).read_bytes()


def test_a_run_killed_again_and_again_ends_with_the_same_losses(
    make_dataset: MakeDataset, config: Config, tmp_path: Path
) -> None:
    from persona.train import train

    dataset = make_dataset()
    whole = train(dataset, config, runs=tmp_path / "whole", name="a", now=NOW)
    settings = tmp_path / "persona.toml"
    settings.write_text(dump_config(config), encoding="utf-8")
    script = tmp_path / "again.py"
    script.write_text(
        "import sys\n"
        "from datetime import UTC, datetime\n"
        "from pathlib import Path\n"
        "from persona.config import load_config\n"
        "from persona.folders import DatasetDir\n"
        "from persona.train import train\n"
        "data, runs, settings, resume = sys.argv[1:]\n"
        "train(DatasetDir(Path(data)), load_config(Path(settings)), runs=Path(runs), name='a',\n"
        "      now=datetime.now(UTC), resume=resume == 'yes')\n",
        encoding="utf-8",
    )
    runs = tmp_path / "cut"
    # Killed in the middle of the steps, then twice while it loads or trains, then left alone.
    for kill_at in (4, 0, 6, None):
        resume = "yes" if runs.exists() else "no"
        process = subprocess.Popen(
            [sys.executable, str(script), str(dataset.root), str(runs), str(settings), resume]
        )
        if kill_at is not None:
            _kill_at(process, runs, step=kill_at)
        assert process.wait(timeout=240) == (0 if kill_at is None else -signal.SIGKILL)
    (cut,) = [RunDir(path) for path in runs.iterdir() if path.is_dir()]
    assert losses(cut) == losses(whole)
    assert cut.is_finished


def _kill_at(process: "subprocess.Popen[bytes]", runs: Path, *, step: int) -> None:
    deadline = time.monotonic() + 240
    while process.poll() is None and time.monotonic() < deadline:
        steps = [len(losses(RunDir(path))) for path in runs.glob("*") if path.is_dir()]
        if steps and max(steps) >= step:
            break
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)


def test_a_finished_run_is_not_trained_again(
    make_dataset: MakeDataset, config: Config, tmp_path: Path
) -> None:
    from persona.train import train

    dataset, notes = make_dataset(), list[str]()
    quick = msgspec.structs.replace(config, train=msgspec.structs.replace(config.train, epochs=0.2))
    run = train(dataset, quick, runs=tmp_path / "runs", name="a", now=NOW)
    before = run.metrics.read_bytes()
    again = train(
        dataset, quick, runs=tmp_path / "runs", name="a", now=NOW, resume=True, note=notes.append
    )
    assert again == run
    assert run.metrics.read_bytes() == before
    assert "finished already" in notes[0]


def test_resuming_on_other_data_is_refused(
    make_dataset: MakeDataset, config: Config, tmp_path: Path
) -> None:
    from persona.backends import Progress
    from persona.train import train

    def stop(progress: Progress) -> None:
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        train(make_dataset(), config, runs=tmp_path / "runs", name="a", now=NOW, progress=stop)
    other = make_dataset()
    write_json(other.manifest_path, {"subject": "Ann", "data_sha256": "another"})
    with pytest.raises(
        ModelError, match=r"other data \(data another\) than it began on \(data sha-of-30"
    ):
        train(other, config, runs=tmp_path / "runs", name="a", now=NOW, resume=True)


def test_nothing_to_resume_is_said(
    make_dataset: MakeDataset, config: Config, tmp_path: Path
) -> None:
    from persona.train import train

    with pytest.raises(ModelError, match="no run called 'b'"):
        train(make_dataset(), config, runs=tmp_path / "runs", name="b", now=NOW, resume=True)


def test_too_few_replies_are_told_with_how_many_are_needed(
    make_dataset: MakeDataset, config: Config
) -> None:
    from persona.train import dry_run

    with pytest.raises(DataError, match=r"3 replies to learn from; at least 20"):
        dry_run(make_dataset(conversations=1), config)


def test_replies_that_drown_in_their_contexts_are_refused(
    make_dataset: MakeDataset, config: Config
) -> None:
    from persona.train import dry_run

    dataset = make_dataset()
    long = Turn("user", "rain tomorrow " * 60)
    rows = [
        Example(f"c{number}", "chat", None, (long,), (Turn("assistant", "ok"),))
        for number in range(30)
    ]
    write_jsonl(dataset.train, rows)
    with pytest.raises(DataError, match="of the tokens would be trained on"):
        dry_run(dataset, config)


def test_a_loss_that_is_no_number_stops_the_run_and_says_what_to_lower(
    make_dataset: MakeDataset, config: Config, tmp_path: Path
) -> None:
    from persona.train import train

    wild = msgspec.structs.replace(
        config, train=msgspec.structs.replace(config.train, learning_rate=1e30)
    )
    with pytest.raises(ModelError, match=r"no longer a number .* lower train.learning_rate"):
        train(make_dataset(), wild, runs=tmp_path / "runs", name="a", now=NOW)


def test_a_score_of_the_caller_s_decides_which_adapter_is_kept(
    make_dataset: MakeDataset, config: Config, tmp_path: Path
) -> None:
    from persona.backends import Reply
    from persona.train import train

    scores = iter([1.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.0])
    heard: list[list[str]] = []

    def score(reply: Reply) -> float:
        heard.append(reply([[Turn("user", "tea")]]))
        return next(scores)

    run = train(make_dataset(), config, runs=tmp_path / "runs", name="a", now=NOW, score=score)
    lines = [line for line in read_metrics(run) if "score" in line]
    assert run.manifest()["best_step"] == lines[1]["step"]
    assert len(lines) == 2 + config.train.patience
    assert all(isinstance(texts[0], str) for texts in heard)


def test_a_dry_run_writes_nothing_and_tells_the_cost(
    make_dataset: MakeDataset, config: Config, tmp_path: Path
) -> None:
    from persona.train import dry_run

    before = sorted(tmp_path.rglob("*"))
    dataset = make_dataset()
    plan = dry_run(dataset, config)
    assert plan.examples == 90
    assert plan.sequences == 30
    assert plan.steps == 15
    assert plan.fits
    assert {path.parent for path in set(tmp_path.rglob("*")) - set(before)} <= {
        tmp_path,
        dataset.root,
    }


def test_the_whole_settings_of_a_run_are_written_down(
    make_dataset: MakeDataset, config: Config, tmp_path: Path
) -> None:
    from persona.config import load_config
    from persona.train import train

    quick = msgspec.structs.replace(
        config, train=msgspec.structs.replace(config.train, epochs=0.2, lora_r=None)
    )
    run = train(make_dataset(), quick, runs=tmp_path / "runs", name="a", now=NOW)
    written = load_config(run.config).train
    assert written.lora_r == 8
    assert written.backend == "hf"
    started: dict[str, Any] = read_json(run.started, error=ModelError)
    assert started["data_sha256"] == "sha-of-30"


def test_a_disk_that_fills_up_is_one_line_and_the_run_goes_on_from_the_checkpoint_before(
    make_dataset: MakeDataset, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from safetensors import SafetensorError

    from persona.backends import recorder
    from persona.train import train

    dataset = make_dataset()
    whole = train(dataset, config, runs=tmp_path / "whole", name="a", now=NOW)
    save, saved = recorder.save_adapter, list[Path]()

    def fill_up(model: Any, folder: Path) -> None:
        saved.append(folder)
        if len(saved) == 3:
            raise SafetensorError("I/O error: No space left on device (os error 28)")
        save(model, folder)

    monkeypatch.setattr(recorder, "save_adapter", fill_up)
    with pytest.raises(ModelError, match="no space left on the disk; make room and go on"):
        train(dataset, config, runs=tmp_path / "full", name="a", now=NOW)
    resumed = train(dataset, config, runs=tmp_path / "full", name="a", now=NOW, resume=True)
    assert losses(resumed) == losses(whole)


def test_replies_that_do_not_end_by_themselves_are_told(
    make_dataset: MakeDataset, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from persona.backends import hf
    from persona.train import train

    monkeypatch.setattr(hf, "share_ended", lambda *_: 0.5)
    quick = msgspec.structs.replace(config, train=msgspec.structs.replace(config.train, epochs=0.2))
    notes = list[str]()
    run = train(make_dataset(), quick, runs=tmp_path / "runs", name="a", now=NOW, note=notes.append)
    assert "only 50% of the trial replies ended by themselves" in notes[0]
    assert run.manifest()["replies_ended"] == 0.5


def test_two_runs_of_one_name_in_one_second_do_not_share_a_folder(
    make_dataset: MakeDataset, config: Config, tmp_path: Path
) -> None:
    from persona.folders import new_run
    from persona.train import train

    new_run(tmp_path / "runs", name="a", now=NOW)
    with pytest.raises(ModelError, match="exists already; wait a second or give --name"):
        train(make_dataset(), config, runs=tmp_path / "runs", name="a", now=NOW)
