"""The whole evaluation without weights: an engine that echoes, a real style score, real gates."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from eval.bench import ends_of, set_up
from eval.engine import Weights
from eval.given import GivenReply
from eval.held_out import load_held_out
from eval.measure import measure
from eval.output import write_report
from eval.replies import ReplyRow
from eval.run import evaluate
from eval.without_model import evaluate_replies
from persona.config import Config
from persona.data import Turn, read_jsonl, write_jsonl
from persona.errors import DataError
from persona.folders import DatasetDir, RunDir
from tests.eval.conftest import NOW, Echo, Evaluated, examples

ROOT = Path(__file__).parent.parent.parent
CONTRACT = {"replies", "style", "form", "content", "likelihood", "gates", "privacy"}


def test_report_holds_every_arm_and_both_ends_of_the_scale(evaluated: Evaluated) -> None:
    table = msgspec.to_builtins(evaluated[2])
    assert list(table["arms"]) == ["base", "prompt", "retrieval", "adapter", "person", "others"]
    assert all(arm.keys() >= CONTRACT for arm in table["arms"].values())
    assert (table["subject"], table["run"]) == ("Mo", "20261124T000000Z-mo")


def test_every_gate_says_passed_failed_or_null(evaluated: Evaluated) -> None:
    gates = msgspec.to_builtins(evaluated[2])["arms"]["person"]["gates"]
    assert list(gates) == ["copying", "diversity", "fluency", "form", "relevance", "leakage"]
    assert all(gate["passed"] in (True, False, None) for gate in gates.values())


def test_adapter_that_writes_like_the_subject_scores_above_the_base(evaluated: Evaluated) -> None:
    arms = evaluated[2].arms
    adapter, base = arms["adapter"].style.score, arms["base"].style.score
    assert adapter is not None
    assert base is not None
    assert adapter > 60 > 30 > base


def test_style_comparison_of_adapter_and_base_lies_above_zero(evaluated: Evaluated) -> None:
    rows = {(row.a, row.b, row.axis): row for row in evaluated[2].comparisons}
    found = rows["adapter", "base", "style"]
    assert found.low is not None
    assert found.low > 0
    assert found.p is not None
    assert found.p < 0.05


def test_gain_is_half_a_bit_less_the_noise(evaluated: Evaluated) -> None:
    gain = evaluated[2].arms["adapter"].likelihood.gain
    assert gain is not None
    assert gain.low is not None
    assert 0.4 < gain.value < 0.5
    assert gain.low > 0.3


def test_specificity_is_what_the_adapter_does_not_gain_on_others(evaluated: Evaluated) -> None:
    specificity = evaluated[2].arms["adapter"].likelihood.specificity
    assert specificity is not None
    assert specificity.value == pytest.approx(0.5, abs=0.05)


def test_base_has_bits_but_no_gain_over_itself(evaluated: Evaluated) -> None:
    likelihood = evaluated[2].arms["base"].likelihood
    assert likelihood.bits_per_character == pytest.approx(2.0)
    assert likelihood.gain is None


def test_person_arm_is_the_half_that_did_not_set_the_ceiling(evaluated: Evaluated) -> None:
    person = evaluated[2].arms["person"]
    assert 30 <= person.replies <= 50
    assert person.style.score is not None
    assert 50 < person.style.score < 150


def test_replies_file_ends_with_the_real_replies_in_context_order(evaluated: Evaluated) -> None:
    run, dataset, _ = evaluated
    rows = list(read_jsonl(run.replies, ReplyRow))
    real = [row for row in rows if row.arm == "person"]
    assert len(rows) == 5 * 80
    assert {row.text for row in real} == {row.reply for row in dataset.examples("test")}
    base = [row for row in rows if row.arm == "base"]
    assert [row.prompt for row in base] == [row.prompt for row in real]


def test_arms_share_the_seed_of_a_context(evaluated: Evaluated) -> None:
    rows = list(read_jsonl(evaluated[0].replies, ReplyRow))
    seeds: dict[tuple[object, ...], set[int | None]] = {}
    for row in rows:
        if row.arm != "person":
            seeds.setdefault((row.conversation, row.prompt), set()).add(row.seed)
    assert all(len(found) == 1 for found in seeds.values())


def test_replies_from_anywhere_need_no_engine(dataset: DatasetDir) -> None:
    rows = [GivenReply(text=row.reply) for row in examples("elsewhere", 60, seed=77)]
    report = evaluate_replies(rows, dataset, Config(), now=NOW)
    arm = report.arms["replies"]
    assert list(report.arms) == ["replies", "person", "others"]
    assert arm.style.score is not None
    assert arm.style.score > 50
    assert arm.gates.relevance.passed is None
    assert arm.likelihood.bits_per_character is None


def test_too_small_a_reference_is_refused_without_a_score(
    run: RunDir, dataset: DatasetDir, engine: Echo
) -> None:
    write_jsonl(dataset.reference, list(dataset.utterances("reference"))[:10])
    report = evaluate(run, dataset, Config(), engine=engine, now=NOW)
    assert report.refused is not None
    assert "reference" in report.refused
    assert all(arm.style.score is None for arm in report.arms.values())
    assert report.arms["adapter"].likelihood.gain is not None


class Mute(Echo):
    """A model that says nothing."""

    def reply_batch(
        self, prompts: Sequence[Sequence[Turn]], *, arm: Weights, seeds: Sequence[int]
    ) -> list[str]:
        return ["" for _ in prompts]


def test_model_that_says_nothing_gets_no_score_and_the_report_says_so(
    run: RunDir, dataset: DatasetDir
) -> None:
    config = msgspec.convert({"eval": {"arms": ["base", "adapter"]}}, Config)
    report = evaluate(run, dataset, config, engine=Mute(), now=NOW)
    assert report.arms["adapter"].style.score is None
    assert "Persona: 80 of 80 replies are empty." in report.notes
    write_report(report, run.eval)


def test_dataset_with_nothing_to_judge_by_still_gives_a_report(
    run: RunDir, dataset: DatasetDir, engine: Echo
) -> None:
    for path in (dataset.train, dataset.reference, dataset.others):
        write_jsonl(path, [])
    write_jsonl(dataset.test, examples("test", 2, seed=2))
    report = evaluate(run, dataset, Config(), engine=engine, now=NOW)
    assert report.refused is not None
    assert {"person", "others"} <= report.arms.keys()
    write_report(report, run.eval)


def test_other_people_of_a_two_person_log_carry_the_error_of_the_zero(dataset: DatasetDir) -> None:
    one = [row for row in dataset.utterances("others") if row.speaker == "Agnes"]
    write_jsonl(dataset.others, one)
    held = load_held_out(dataset, max_contexts=None, seed=0)
    bench = set_up(held, embed=None, draws=20, seed=0)
    style = measure(bench, "others", ends_of(bench, replies=60)["others"]).style
    levels = bench.scale.levels
    off = 1.96 * levels.floor_draws.std() / levels.span * 100
    assert style.high - style.score == pytest.approx(off, rel=1e-3)
    assert off > 5


def test_too_few_replies_are_refused_without_any_score(dataset: DatasetDir) -> None:
    rows = [GivenReply(text="omg again lol") for _ in range(19)]
    report = evaluate_replies(rows, dataset, Config(), now=NOW)
    assert report.refused == "19 messages in 19 replies to score; 20 messages are needed"
    assert all(arm.style.score is None for arm in report.arms.values())
    assert evaluate_replies([], dataset, Config(), now=NOW).refused is not None


def test_dataset_without_test_replies_refuses_given_ones_and_stops_a_run(
    run: RunDir, dataset: DatasetDir, engine: Echo
) -> None:
    write_jsonl(dataset.test, [])
    rows = [GivenReply(text=f"omg {number}") for number in range(30)]
    assert evaluate_replies(rows, dataset, Config(), now=NOW).refused is not None
    with pytest.raises(DataError, match="no held-out replies"):
        evaluate(run, dataset, Config(), engine=engine, now=NOW)


def test_replies_without_their_contexts_are_said_to_be_so(dataset: DatasetDir) -> None:
    rows = [GivenReply(text=f"omg {number}", conversation="nowhere") for number in range(30)]
    notes = evaluate_replies(rows, dataset, Config(), now=NOW).notes
    assert any("Replies given: the contexts are not known" in note for note in notes)


def test_a_score_of_few_replies_is_called_indicative(dataset: DatasetDir) -> None:
    rows = [GivenReply(text=f"omg {number}\n\nlol") for number in range(30)]
    said = "Replies given: 60 messages in 30 replies, under 100: the score is only indicative."
    assert said in evaluate_replies(rows, dataset, Config(), now=NOW).notes
    many = evaluate_replies(rows * 2, dataset, Config(), now=NOW).notes
    assert not any("indicative" in note for note in many)


def test_copying_that_cannot_be_measured_is_said_in_words(dataset: DatasetDir) -> None:
    rows = [GivenReply(text=f"omg {number}") for number in range(30)]
    report = evaluate_replies(rows, dataset, Config(), now=NOW)
    assert report.arms["replies"].gates.copying.passed is None
    said = "Replies given: copying was not measurable: no reply of 4 words or more to judge."
    assert said in report.notes


def test_the_persons_own_held_out_replies_are_recognised(dataset: DatasetDir) -> None:
    own = [GivenReply(text=row.reply.upper()) for row in dataset.examples("test")]
    notes = evaluate_replies(own, dataset, Config(), now=NOW).notes
    assert any(
        "Replies given: 80 of 80 replies of 4 words" in note and "saw them" in note
        for note in notes
    )
    rows = [GivenReply(text=f"{row.text} well {i}") for i, row in enumerate(own)]
    assert not any(
        "saw" in note for note in evaluate_replies(rows, dataset, Config(), now=NOW).notes
    )


def test_scoring_given_replies_never_loads_torch(dataset: DatasetDir) -> None:
    program = (
        "import sys; from pathlib import Path; from datetime import datetime, UTC\n"
        "from eval.without_model import evaluate_replies; from eval.given import GivenReply\n"
        "from persona.config import Config; from persona.folders import DatasetDir\n"
        f"data = DatasetDir(Path({str(dataset.root)!r})); rows = [GivenReply(text='hi')] * 30\n"
        "evaluate_replies(rows, data, Config(), now=datetime.now(UTC))\n"
        "assert not {'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)
