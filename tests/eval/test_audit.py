"""The metric audited on a log: every way to fool it ends where it belongs."""

import pytest

from eval.audit import Audit, audit, audit_rows
from persona.config import Config
from persona.data import write_jsonl
from persona.folders import DatasetDir
from tests.eval.conftest import write_dataset


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    return audit(write_dataset(tmp_path_factory.mktemp("audit") / "dataset"), Config())


def test_copies_collapse_and_shuffled_words_are_struck(found: Audit) -> None:
    struck = {probe.name: probe.struck or "" for probe in found.probes}
    assert struck["copies of training messages"].startswith("copying")
    assert "diversity" in struck["eight pet phrases"]
    assert "fluency" in struck["the person, words shuffled"]


def test_another_person_ends_under_sixty(found: Audit) -> None:
    scores = {probe.name: probe.score for probe in found.probes}
    assert scores["another person"] < 60
    assert scores["polite assistant"] < 60


def test_table_has_a_verdict_for_every_probe(found: Audit) -> None:
    _, rows = audit_rows(found)
    assert len(rows) == len(found.probes) == 9
    assert {row[-1] for row in rows} <= {"passed", "FAILED", "not measurable"}


def test_log_that_allows_no_score_is_refused(dataset: DatasetDir) -> None:
    write_jsonl(dataset.reference, list(dataset.utterances("reference"))[:10])
    found = audit(dataset, Config())
    assert found.refused is not None
    assert not found.passed
