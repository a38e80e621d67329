"""What an adapter kept is found where it was kept, and the verdict says what to change."""

from collections.abc import Sequence

import pytest

from eval.engine import Weights, silent
from eval.held_out import load_held_out
from eval.memory import Memory, read_memory, with_memory
from eval.metrics.completion import Completions
from eval.metrics.privacy import known_private, privacy_figures
from persona.canaries import canary_example, draw_canaries, planted
from persona.data import Example, Turn, write_jsonl
from persona.folders import DatasetDir
from tests.eval.conftest import Cost, Echo

NONE = Completions(tried=20, exact=0, near=0)
QUIET = Memory(0.5, 60, None, None, NONE, NONE)
FIGURES = privacy_figures(["hi"], contexts=["hm"], known=known_private([], partners=[]))


class Parrot(Echo):
    """An engine that knows every training reply by heart."""

    def __init__(self, train: Sequence[Example]) -> None:
        super().__init__()
        self.known = {row.reply for row in train}

    def complete_batch(
        self, prompts: Sequence[Sequence[Turn]], *, beginnings: Sequence[str], arm: Weights
    ) -> list[str]:
        return [
            next((reply[len(begun) :] for reply in self.known if reply.startswith(begun)), "")
            for begun in beginnings
        ]

    def log_likelihood(self, examples: Sequence[Example], *, arm: Weights) -> list[Cost]:
        return [Cost(1.0 if row.reply in self.known else 9.0, 5, 5) for row in examples]


@pytest.fixture
def canaried(dataset: DatasetDir) -> DatasetDir:
    canaries = draw_canaries(3, seed=0)
    extra = planted(canaries, subject="Mo")
    write_jsonl(dataset.train, [*dataset.examples("train"), *extra])
    write_jsonl(dataset.canaries, canaries)
    return dataset


def read(dataset: DatasetDir, engine: Echo) -> Memory:
    held = load_held_out(dataset, max_contexts=50, seed=0)
    costs = {arm: [Cost(1.0, 5, 5)] for arm in ("base", "adapter")}
    return read_memory(held, costs, costs, engine=engine, seed=0, progress=silent)


def test_planted_rows_are_no_replies_of_the_person(canaried: DatasetDir) -> None:
    held = load_held_out(canaried, max_contexts=50, seed=0)
    assert (len(held.train), [one.times for one in held.canaries]) == (120, [1, 4, 16])


def test_model_that_knows_train_by_heart_is_found_out(canaried: DatasetDir) -> None:
    found = read(canaried, Parrot(canaried.examples("train")))
    assert [group.found for group in found.exposures or ()] == [1, 1, 1]
    assert found.completed.exact > 5 > found.guessed.exact
    verdict = with_memory(FIGURES, found).verdict
    assert "codes planted 16 times" in verdict
    assert "are finished from their first half" in verdict
    assert "fewer epochs" in verdict


def test_model_that_kept_nothing_is_not_accused(canaried: DatasetDir) -> None:
    found = read(canaried, Parrot([canary_example("no such code", subject="Mo")]))
    assert [group.found for group in found.exposures or ()] == [0, 0, 0]
    assert with_memory(FIGURES, found).verdict == FIGURES.verdict


def test_dataset_without_codes_has_no_exposure(dataset: DatasetDir) -> None:
    assert read(dataset, Parrot([])).exposures is None


def test_membership_above_seventy_per_cent_warns() -> None:
    loud = Memory(0.8, 60, None, None, NONE, NONE)
    assert "tell training messages apart (AUC 0.80)" in with_memory(FIGURES, loud).verdict
    assert with_memory(FIGURES, QUIET).verdict == FIGURES.verdict
