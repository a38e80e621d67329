"""Style embeddings from elsewhere: shown where they pass the self-test, else a note says why."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest

from eval.answers import from_examples
from eval.bench import Bench, set_up
from eval.held_out import load_held_out
from eval.metrics.embedding import Embed
from eval.plugin_scale import PluginScale, Rows, calibrate, show_plugins
from eval.plugins import load_plugin
from eval.report import PluginFigures
from eval.significance import Array
from eval.style.probes import Probe
from eval.style.selftest import Struck
from eval.wording import plugin_score, terminal_rows
from persona.errors import ModelError
from persona.judging import open_plugins
from tests.eval.conftest import Evaluated


def sees(*marks: str) -> Embed:
    """An embedding that counts these pieces in a text and nothing else."""

    def embed(texts: Sequence[str]) -> Array:
        rows = np.array([[1.0, *(5.0 * text.count(mark) for mark in marks)] for text in texts])
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    return embed


SHARP = sees("idk", "tbh", "kinda", "lol", "haha", "u ", "lmao", "yes", "omg", "rn", "That")


@pytest.fixture(scope="module")
def bench(evaluated: Evaluated) -> Bench:
    held = load_held_out(evaluated[1], max_contexts=200, seed=0)
    return set_up(held, embed=None, draws=20, seed=0)


@pytest.fixture
def no_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.plugin_scale.probes_of", lambda *_, **__: [])


@pytest.mark.usefixtures("no_probes")
def test_embedding_that_sees_the_person_is_calibrated_between_others_and_the_person(
    bench: Bench, evaluated: Evaluated
) -> None:
    report = show_plugins(evaluated[2], bench, {}, {"sharp": SHARP})
    shown = report.arms["person"].plugins["sharp"]
    assert shown.low is not None
    assert shown.low < 100 < shown.high
    assert plugin_score(report.arms["person"], "sharp").startswith(f"{shown.score:.0f} [")
    assert plugin_score(report.arms["others"], "sharp") == "–"


@pytest.mark.usefixtures("no_probes")
def test_embedding_that_sees_nothing_is_not_shown_and_a_note_says_why(
    bench: Bench, evaluated: Evaluated
) -> None:
    report = show_plugins(evaluated[2], bench, {}, {"blind": sees("zebra")})
    assert report.arms["person"].plugins == {}
    assert "blind is not shown: on this log it tells the person from others" in report.notes[-1]


@pytest.mark.usefixtures("no_probes")
def test_real_replies_score_alike_however_many_they_are(bench: Bench, evaluated: Evaluated) -> None:
    real, means = bench.held.real, []
    for count in (10, 20, 40):
        scores = []
        for first in range(0, len(real), count):
            some = from_examples(real[first : first + count])
            report = show_plugins(evaluated[2], bench, {"adapter": some}, {"sharp": SHARP})
            shown = report.arms["adapter"].plugins["sharp"]
            assert shown.low is None or shown.low < 100 < (shown.high or 0)
            scores.append(shown.score)
        means.append(np.mean(scores))
    assert max(means) - min(means) < 5


@pytest.mark.usefixtures("no_probes")
def test_a_handful_of_replies_gets_no_figure_of_a_plugin(
    bench: Bench, evaluated: Evaluated
) -> None:
    few = from_examples(bench.held.real[:9])
    report = show_plugins(evaluated[2], bench, {"adapter": few}, {"sharp": SHARP})
    assert report.arms["adapter"].plugins == {}


@pytest.mark.usefixtures("no_probes")
def test_person_arm_sets_no_end_of_its_own_scale(bench: Bench) -> None:
    whole, most = (
        calibrate(replace(bench, person=rows), "sharp", SHARP)
        for rows in (bench.person, bench.person[:30])
    )
    assert isinstance(whole, PluginScale)
    assert isinstance(most, PluginScale)
    assert whole.ends(20).ceiling == most.ends(20).ceiling
    assert whole.ends(20).ceiling > whole.ends(10).ceiling


@pytest.mark.usefixtures("no_probes")
def test_interval_of_a_plugin_holds_the_error_of_both_ends(bench: Bench) -> None:
    scale = calibrate(bench, "sharp", SHARP)
    assert isinstance(scale, PluginScale)
    shown = scale.score(from_examples(bench.person))
    ends = scale.ends(scale.size)
    own = scale.drawn(
        Rows(SHARP(from_examples(bench.person).texts), from_examples(bench.person).conversations),
        seed=0,
    )
    span = ends.ceiling - ends.floor
    assert shown.high is not None
    assert shown.high - shown.score > 1.05 * 196 * own.std() / span


def test_embedding_that_falls_for_a_probe_is_not_shown(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = (tuple(from_examples(bench.person).replies),)
    probes = [Probe("the person", own, True, ""), Probe("an echo", own, False, "")]
    monkeypatch.setattr("eval.plugin_scale.probes_of", lambda *_, **__: probes)
    monkeypatch.setattr("eval.plugin_scale.gates_say", lambda _: Struck(None))
    found = str(calibrate(bench, "sharp", SHARP))
    assert found.startswith("misplaces 'an echo' (")
    assert "the person" not in found


def test_log_with_one_other_person_calibrates_no_embedding(bench: Bench) -> None:
    held = replace(bench.held, others={"Ana": bench.held.others["Agnes"]})
    assert "needs 3 other people" in str(calibrate(replace(bench, held=held), "it", SHARP))


def test_plugin_that_runs_code_needs_to_be_allowed() -> None:
    with pytest.raises(ModelError, match="--remote-code"):
        load_plugin("luar", remote_code=False)


def test_unknown_plugin_names_those_there_are() -> None:
    with pytest.raises(ModelError, match="known: styledistance, mstyledistance, luar"):
        load_plugin("stylish", remote_code=False)


def test_folder_is_called_by_its_last_name_in_reports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.plugins.load_plugin", lambda name, *, remote_code: SHARP)
    asked = ["luar", f"{tmp_path / 'home' / 'my-style'}/"]
    assert list(open_plugins(asked, remote_code=False)) == ["luar", "my-style"]
    with pytest.raises(ModelError, match="same last name"):
        open_plugins([*asked, str(tmp_path / "my-style")], remote_code=False)


def test_terminal_has_a_column_for_each_plugin(evaluated: Evaluated) -> None:
    report = evaluated[2]
    figures = {"my-style": PluginFigures(score=71.0, low=60.0, high=82.0)}
    adapter = msgspec.structs.replace(report.arms["adapter"], plugins=figures)
    columns, rows = terminal_rows(
        msgspec.structs.replace(report, arms={**report.arms, "adapter": adapter})
    )
    cells = [row[columns.index("my-style")] for row in rows]
    assert [cell for cell in cells if cell != "–"] == ["71 [60, 82]"]


def test_hub_that_does_not_answer_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    library = SimpleNamespace(SentenceTransformer=None)
    monkeypatch.setitem(sys.modules, "sentence_transformers", library)
    monkeypatch.setattr("persona.bases.is_within_reach", lambda _: False)
    with pytest.raises(ModelError, match="hub does not answer"):
        load_plugin("styledistance", remote_code=False)
