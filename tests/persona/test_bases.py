"""Which base is chosen on which machine, and what is said where there is none."""

from pathlib import Path

import pytest

from persona import bases
from persona.bases import GB, LADDER, Machine, climb_down, resolve_base
from persona.errors import ModelError

CPU = Machine("cpu", "a processor", 16 * GB, 8)


def gpu(memory: int) -> Machine:
    return Machine("cuda", "a card", memory, 8)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked of a hub that has everything."""
    asked: list[str] = []

    def answer(hub_id: str) -> bool:
        asked.append(hub_id)
        return True

    monkeypatch.setattr(bases, "is_within_reach", answer)
    return asked


@pytest.fixture
def bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(bases, "MODEL_DIR", tmp_path)


@pytest.mark.parametrize(
    ("memory", "label"), [(80 * GB, "8B"), (8 * GB, "8B"), (6 * GB, "4B"), (4 * GB, "1.7B")]
)
@pytest.mark.usefixtures("hub")
def test_the_largest_rung_that_fits_the_card_is_taken(memory: int, label: str) -> None:
    rung = next(rung for rung in LADDER if rung.label == label)
    base = climb_down(gpu(memory))
    assert base.path == rung.four_bit.hub_id
    assert base.merge_into == rung.sixteen_bit.hub_id
    assert base.download > GB
    assert base.licence == "Apache-2.0"


@pytest.mark.usefixtures("hub")
def test_a_card_sold_as_8_gb_that_reports_a_little_less_takes_8b() -> None:
    assert climb_down(gpu(int(7.8 * GB))).path == LADDER[0].four_bit.hub_id


@pytest.mark.usefixtures("bundled")
def test_a_cpu_takes_the_bundled_model_and_asks_no_hub(hub: list[str]) -> None:
    assert climb_down(CPU).name == "tiny"
    assert hub == []


@pytest.mark.usefixtures("bundled")
def test_without_a_hub_a_gpu_takes_the_bundled_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bases, "is_within_reach", lambda hub_id: False)
    assert climb_down(gpu(80 * GB)).name == "tiny"


@pytest.mark.usefixtures("hub")
def test_an_apple_gpu_takes_16_bit_weights() -> None:
    base = climb_down(Machine("mps", "Apple GPU", 16 * GB, 8))
    assert base.path == "Qwen/Qwen3-1.7B"
    assert not base.is_four_bit


def test_a_folder_is_written_down_by_name_and_hash_never_by_its_path(tmp_path: Path) -> None:
    folder = tmp_path / "my-base"
    folder.mkdir()
    (folder / "config.json").write_text("{}", encoding="utf-8")
    base = resolve_base(str(folder), machine=CPU)
    assert base.name.startswith("my-base@")
    assert str(tmp_path) not in base.name
    assert base.path == str(folder)


def test_a_folder_with_another_configuration_is_another_base(tmp_path: Path) -> None:
    names = set()
    for content in ("{}", '{"a": 1}'):
        (tmp_path / "config.json").write_text(content, encoding="utf-8")
        names.add(resolve_base(str(tmp_path), machine=CPU).name)
    assert len(names) == 2


def test_an_adapter_folder_is_told_from_a_base(tmp_path: Path) -> None:
    (tmp_path / "adapter_config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match="an adapter, not a base"):
        resolve_base(str(tmp_path), machine=CPU)


@pytest.mark.parametrize("name", ["nonsense", "./missing", "/no/such", "a/b/c"])
def test_what_is_neither_folder_nor_hub_id_is_refused(name: str) -> None:
    with pytest.raises(ModelError, match="no such folder"):
        resolve_base(name, machine=CPU)


def test_a_known_4_bit_checkpoint_knows_what_it_is_merged_into() -> None:
    base = resolve_base(LADDER[0].four_bit.hub_id, machine=CPU)
    assert base.is_four_bit
    assert base.merge_into == LADDER[0].sixteen_bit.hub_id


def test_every_rung_names_both_checkpoints_their_sizes_and_a_licence() -> None:
    assert [rung.label for rung in LADDER] == ["8B", "4B", "1.7B"]
    for rung in LADDER:
        assert rung.four_bit.hub_id.endswith("-bnb-4bit")
        assert rung.sixteen_bit.hub_id.split("/")[1] in rung.four_bit.hub_id
        assert 0 < rung.four_bit.download < rung.sixteen_bit.download
        assert rung.licence


def test_a_clone_without_the_bundled_model_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bases, "MODEL_DIR", tmp_path / "gone")
    with pytest.raises(ModelError, match="bundled base model is not in this clone"):
        resolve_base("tiny", machine=CPU)
