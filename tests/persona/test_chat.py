"""A run that answers: arms, one batch, streaming, strength, likelihoods, refusals."""

import shutil
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from persona.chat import Persona, open_base, open_persona
from persona.config import ChatConfig, Config, TrainConfig
from persona.errors import ModelError
from persona.folders import DatasetDir, RunDir, write_json

pytestmark = pytest.mark.slow

pytest.importorskip("trl")

SHORT = ChatConfig(max_new_tokens=10)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory, kit: SimpleNamespace) -> DatasetDir:
    from persona.data import write_jsonl

    dataset = DatasetDir(tmp_path_factory.mktemp("data"))
    for split, first in (("train", 0), ("valid", 100), ("test", 200)):
        rows = [one for number in range(30) for one in kit.conversation(first + number)]
        write_jsonl(dataset.root / f"{split}.jsonl", rows)
    write_json(dataset.manifest_path, {"subject": "Ann", "data_sha256": "abc"})
    return dataset


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, dataset: DatasetDir, tiny_base: Path) -> RunDir:
    from persona.train import train

    config = Config(train=TrainConfig(base=str(tiny_base), learning_rate=1e-2, epochs=3))
    return train(
        dataset,
        config,
        runs=tmp_path_factory.mktemp("runs"),
        name="a",
        now=datetime(2024, 5, 1, tzinfo=UTC),
    )


@pytest.fixture(scope="module")
def persona(run: RunDir) -> Persona:
    return open_persona(run, sampling=SHORT)


def test_base_and_persona_of_one_batch_say_what_each_says_alone(
    persona: Persona, kit: SimpleNamespace
) -> None:
    turns = kit.chat("tea", "rain", "bus?")
    both = persona.reply_all(turns, seed=4)
    assert both["base"] == persona.reply(turns, arm="base", seed=4)
    assert both["adapter"] == persona.reply(turns, arm="adapter", seed=4)
    assert both["base"] != both["adapter"]


def test_a_stream_grows_to_the_whole_reply(persona: Persona, kit: SimpleNamespace) -> None:
    turns = kit.chat("tea")
    texts = list(persona.stream(turns, seed=2))
    assert texts[-1] == persona.reply_all(turns, seed=2)
    assert len(texts) > 3
    assert len(texts[0]["adapter"]) <= len(texts[-1]["adapter"])


def test_a_stream_that_is_closed_leaves_no_thread_behind(
    persona: Persona, kit: SimpleNamespace
) -> None:
    before = threading.active_count()
    stream = persona.stream(
        kit.chat("tea"), sampling=ChatConfig(max_new_tokens=300, temperature=2.0)
    )
    next(stream)
    stream.close()
    assert threading.active_count() == before
    assert persona.reply(kit.chat("tea"), seed=1) == persona.reply(kit.chat("tea"), seed=1)


def test_no_strength_is_the_base_and_full_strength_the_persona(
    persona: Persona, kit: SimpleNamespace
) -> None:
    turns = kit.chat("tea")
    persona.strength = 0.0
    try:
        assert persona.reply(turns, seed=3) == persona.reply(turns, arm="base", seed=3)
    finally:
        persona.strength = 1.0
    assert persona.reply(turns, seed=3) != persona.reply(turns, arm="base", seed=3)


def test_a_batch_of_contexts_keeps_its_order_and_seeds(
    persona: Persona, kit: SimpleNamespace
) -> None:
    contexts = [kit.chat("tea " * (1 + number % 5)) for number in range(20)]
    replies = persona.reply_batch(contexts, arm="adapter", seeds=range(20))
    for row in (0, 7, 19):
        assert replies[row] == persona.reply(contexts[row], seed=row)


def test_a_begun_reply_is_finished_as_it_would_have_gone_on(
    persona: Persona, kit: SimpleNamespace
) -> None:
    turns = [kit.chat("tea"), kit.chat("rain")]
    greedy = ChatConfig(temperature=0, max_new_tokens=8)
    whole = persona.reply_batch(turns, seeds=[0, 0], sampling=greedy)
    half = [text.rpartition(" ")[0] for text in whole]
    rests = persona.complete_batch(turns, beginnings=half)
    for text, begun, rest in zip(whole, half, rests, strict=True):
        assert rest.startswith(text[len(begun) :].strip())


def test_training_makes_the_subject_s_held_out_replies_likelier(
    persona: Persona, dataset: DatasetDir
) -> None:
    examples = dataset.examples("test")
    base = persona.log_likelihood(examples, arm="base")
    adapter = persona.log_likelihood(examples, arm="adapter")
    assert sum(one.nats for one in adapter) < 0.95 * sum(one.nats for one in base)
    assert [one.characters for one in base] == [len(one.reply) for one in examples]
    assert all(one.tokens > 1 for one in base)


def test_likelihoods_are_of_the_adapter_as_trained_whatever_the_slider_says(
    persona: Persona, dataset: DatasetDir
) -> None:
    examples = dataset.examples("test")[:3]
    whole = persona.log_likelihood(examples)
    persona.strength = 0.2
    try:
        assert persona.log_likelihood(examples) == whole
    finally:
        persona.strength = 1.0


def test_the_base_of_a_run_equals_the_base_opened_alone(
    persona: Persona, tiny_base: Path, kit: SimpleNamespace, dataset: DatasetDir
) -> None:
    alone = open_base(str(tiny_base), sampling=SHORT)
    turns = kit.chat("tea", "rain", "bus?")
    assert alone.reply(turns, arm="base", seed=4) == persona.reply(turns, arm="base", seed=4)
    with pytest.raises(ModelError, match="no adapter"):
        alone.reply(turns, arm="adapter")


def test_an_adapter_of_another_base_is_refused(
    run: RunDir, tmp_path: Path, tiny_base: Path
) -> None:
    other = tmp_path / "other-base"
    shutil.copytree(tiny_base, other)
    with (other / "config.json").open("a", encoding="utf-8") as config:
        config.write("\n")
    with pytest.raises(ModelError, match="belongs to the base"):
        open_persona(run, base=str(other))


def test_a_base_whose_template_changed_is_refused(
    run: RunDir, tmp_path: Path, tiny_base: Path
) -> None:
    changed = tmp_path / tiny_base.name
    shutil.copytree(tiny_base, changed)
    template = changed / "chat_template.jinja"
    template.write_text(template.read_text(encoding="utf-8").replace("\n", " "), encoding="utf-8")
    with pytest.raises(ModelError, match="chat template changed"):
        open_persona(run, base=str(changed))


@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_damaged_adapter_is_one_line(run: RunDir, tmp_path: Path, damage: str) -> None:
    copy = RunDir(tmp_path / "20240501T000000Z-copy")
    shutil.copytree(run.root, copy.root)
    weights = copy.adapter / "adapter_model.safetensors"
    if damage == "cut":
        weights.write_bytes(weights.read_bytes()[:100])
    else:
        weights.unlink()
    with pytest.raises(ModelError, match="damaged or does not fit"):
        open_persona(copy)


def test_a_run_that_is_not_finished_is_refused(run: RunDir, tmp_path: Path) -> None:
    copy = RunDir(tmp_path / "20240501T000000Z-copy")
    shutil.copytree(run.root, copy.root)
    copy.manifest_path.unlink()
    with pytest.raises(ModelError, match="not finished"):
        open_persona(copy)


def test_a_base_that_is_not_there_is_one_line_before_a_backend_is_imported(
    make_dataset: Callable[..., DatasetDir], monkeypatch: pytest.MonkeyPatch
) -> None:
    from persona.train import dry_run

    monkeypatch.setattr("persona.prepare.load_backend", lambda name: pytest.fail(name))
    config = msgspec.structs.replace(Config(), train=TrainConfig(base="nobody/nothing"))
    with pytest.raises(ModelError, match="hub is out of reach"):
        dry_run(make_dataset(), config)


def test_a_base_that_is_no_chat_model_is_one_line(
    make_dataset: Callable[..., DatasetDir], tiny_base: Path, tmp_path: Path
) -> None:
    from persona.train import dry_run

    mute = tmp_path / "mute"
    shutil.copytree(tiny_base, mute)
    (mute / "chat_template.jinja").unlink()
    config = msgspec.structs.replace(Config(), train=TrainConfig(base=str(mute)))
    with pytest.raises(ModelError, match="not a chat model"):
        dry_run(make_dataset(), config)
