"""The whole evaluation without weights: an engine that echoes, a real style score, real gates."""

import msgspec
import pytest

from eval.replies import GivenReply, ReplyRow
from eval.report import Report
from eval.run import evaluate, evaluate_replies
from persona.config import Config
from persona.data import read_jsonl
from persona.folders import DatasetDir, RunDir
from tests.eval.conftest import NOW, Echo

AXES = {"style", "form", "content", "likelihood", "gates", "privacy", "classical"}


@pytest.fixture
def report(run: RunDir, dataset: DatasetDir, engine: Echo) -> Report:
    return evaluate(run, dataset, Config(), engine=engine, now=NOW)


def test_report_holds_every_arm_and_both_ends_of_the_scale(report: Report) -> None:
    assert list(report.arms) == ["base", "prompt", "retrieval", "adapter", "person", "others"]
    table = msgspec.to_builtins(report)
    assert all(table["arms"]["adapter"].keys() >= AXES for _ in AXES)
    assert report.subject == "Mo" and report.run == "20261124T000000Z-mo"


def test_adapter_that_writes_like_the_subject_scores_above_the_base(report: Report) -> None:
    adapter, base = report.arms["adapter"].style, report.arms["base"].style
    assert adapter.score is not None and base.score is not None
    assert adapter.score > 60 > 30 > base.score
    style = [
        row
        for row in report.comparisons
        if (row.a, row.b, row.axis) == ("adapter", "base", "style")
    ]
    assert style[0].low is not None and style[0].low > 0
    assert style[0].p is not None and style[0].p < 0.05


def test_gain_is_half_a_bit_less_the_noise_and_is_specific_to_the_subject(report: Report) -> None:
    likelihood = report.arms["adapter"].likelihood
    assert likelihood.gain is not None and likelihood.specificity is not None
    assert 0.4 < likelihood.gain.value < 0.5
    assert likelihood.gain.low is not None and likelihood.gain.low > 0.3
    assert likelihood.specificity.value == pytest.approx(0.5, abs=0.05)
    assert report.arms["base"].likelihood.bits_per_character == pytest.approx(2.0)
