"""The metric audited on a log: every way to fool it ends where it belongs."""

from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from eval.audit import Audit, audit, audit_rows, keep, warned
from eval.wording import verdict
from persona.cli import app
from persona.config import Config
from persona.data import write_jsonl
from persona.folders import DatasetDir
from tests.eval.conftest import Evaluated, write_dataset


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    return audit(write_dataset(tmp_path_factory.mktemp("audit") / "dataset"), Config())


def test_copies_collapse_and_shuffled_words_are_struck(found: Audit) -> None:
    struck = {probe.name: probe.struck or "" for probe in found.probes}
    assert struck["copies of training messages"].startswith("copying")
    for trick in ("a word added", "fillers"):
        assert struck[f"near-copies of training messages: {trick}"].startswith("copying")
    assert "diversity" in struck["eight pet phrases"]
    assert "fluency" in struck["the person, words shuffled"]


def test_another_person_ends_under_sixty(found: Audit) -> None:
    scores = {probe.name: probe.score for probe in found.probes}
    assert scores["another person"] < 60
    assert scores["polite assistant"] < 60


def test_table_has_a_verdict_for_every_probe(found: Audit) -> None:
    _, rows = audit_rows(found)
    assert len(rows) == len(found.probes) == 11
    assert {row[-1] for row in rows} <= {"passed", "FAILED", "not measurable"}


def test_table_says_how_many_people_played_another_person(found: Audit) -> None:
    tried = {probe.name: probe.attempts for probe in found.probes}["another person"]
    assert tried > 1
    assert audit_rows(found)[1][1][0] == f"another person (the middle of {tried})"


def test_probe_that_nobody_can_play_is_neither_passed_nor_a_warning(
    dataset: DatasetDir, evaluated: Evaluated
) -> None:
    write_jsonl(dataset.others, [])
    found = audit(dataset, Config())
    assert {probe.name: probe.passed for probe in found.probes}["another person"] is None
    assert audit_rows(found)[1][1][-1].startswith("not measurable: no other person")
    probes = [
        msgspec.structs.replace(one, passed=None if one.passed is None else True)
        for one in found.probes
    ]
    found = msgspec.structs.replace(found, probes=probes)
    assert found.passed is None
    keep(found, dataset)
    assert warned(evaluated[2], dataset) == evaluated[2]


def test_log_that_allows_no_score_is_refused(dataset: DatasetDir) -> None:
    write_jsonl(dataset.reference, list(dataset.utterances("reference"))[:10])
    found = audit(dataset, Config())
    assert found.refused is not None
    assert not found.passed


def test_json_of_an_audit_says_whether_it_passed(found: Audit) -> None:
    told = [
        msgspec.json.decode(msgspec.json.encode(one))["passed"] for one in (found, failing(found))
    ]
    assert told == [all(probe.passed for probe in found.probes), False]


WARNING = "The self-test of the score failed on this log (eight pet phrases)"


def failing(found: Audit) -> Audit:
    probes = [
        msgspec.structs.replace(probe, passed=probe.name != "eight pet phrases")
        for probe in found.probes
    ]
    return msgspec.structs.replace(found, probes=probes)


def test_a_report_tells_of_a_self_test_that_failed_before(
    found: Audit, dataset: DatasetDir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replies = tmp_path / "replies.jsonl"
    replies.write_text("".join(f'{{"text": "omg the cat {n} lol"}}\n' for n in range(40)))
    scored = ["eval", "--replies", str(replies), "--data", str(dataset.root)]
    monkeypatch.setattr("eval.audit.audit", lambda *_: failing(found))
    tested = CliRunner().invoke(app, ["eval", "--selftest", "--data", str(dataset.root)])
    assert tested.exit_code == 4
    assert dataset.selftest.stat().st_mode & 0o777 == 0o600
    assert WARNING in CliRunner().invoke(app, scored).stdout


def test_no_warning_where_the_self_test_passed_or_was_of_other_data(
    found: Audit, dataset: DatasetDir, evaluated: Evaluated
) -> None:
    report = evaluated[2]
    assert warned(report, dataset) == report
    keep(failing(found), dataset)
    assert WARNING in verdict(warned(report, dataset))
    keep(msgspec.structs.replace(failing(found), data_sha256="other"), dataset)
    assert warned(report, dataset) == report
    passed = [msgspec.structs.replace(probe, passed=True) for probe in found.probes]
    keep(msgspec.structs.replace(found, probes=passed), dataset)
    assert warned(report, dataset) == report
