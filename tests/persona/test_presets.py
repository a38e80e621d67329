"""Settings from the data and the base; what a user sets always wins."""

import pytest

from persona.bases import GB, Machine
from persona.config import TrainConfig
from persona.presets import choose_max_length, choose_preset, expected_gain, settle

EIGHT_B = 8_000_000_000


@pytest.mark.parametrize(
    ("turns", "name"),
    [(30, "quick"), (499, "quick"), (500, "standard"), (5_000, "rich"), (50_000, "large")],
)
def test_the_preset_follows_the_number_of_turns(turns: int, name: str) -> None:
    assert choose_preset(turns).name == name


def test_a_smaller_base_learns_at_a_higher_rate() -> None:
    rates = [
        settle(TrainConfig(), turns=900, parameters=parameters, max_length=512)[0].learning_rate
        for parameters in (7_000_000, 500_000_000, 2_000_000_000, EIGHT_B)
    ]
    assert rates == sorted(rates, reverse=True)
    assert rates[0] == pytest.approx(2e-3)
    assert rates[-1] == pytest.approx(2e-4)


def test_every_setting_can_be_overridden() -> None:
    wanted = TrainConfig(
        learning_rate=1e-5, epochs=3, lora_r=4, lora_alpha=5, lora_dropout=0.1, batch_size=2
    )
    settings, reason = settle(wanted, turns=900, parameters=EIGHT_B, max_length=512)
    assert (settings.learning_rate, settings.epochs, settings.lora_r) == (1e-5, 3, 4)
    assert (settings.lora_alpha, settings.lora_dropout, settings.batch_size) == (5, 0.1, 2)
    assert "r4 alpha 5" in reason


def test_a_rank_alone_brings_twice_its_alpha() -> None:
    settings, _ = settle(TrainConfig(lora_r=64), turns=900, parameters=EIGHT_B, max_length=512)
    assert settings.lora_alpha == 128


def test_dropout_can_be_switched_off() -> None:
    settings, _ = settle(
        TrainConfig(lora_dropout=0.0), turns=10, parameters=EIGHT_B, max_length=512
    )
    assert settings.lora_dropout == 0.0


def test_the_reason_names_the_preset_the_turns_and_the_base() -> None:
    _, reason = settle(TrainConfig(), turns=900, parameters=EIGHT_B, max_length=512)
    assert "'standard'" in reason
    assert "900 turns" in reason
    assert "8.0B" in reason


@pytest.mark.parametrize(
    ("device", "memory", "positions", "tokens"),
    [
        ("cpu", 64, 40_960, 512),
        ("cuda", 8, 40_960, 512),
        ("cuda", 24, 40_960, 2048),
        ("cuda", 24, 1024, 1024),
    ],
)
def test_a_large_gpu_takes_whole_contexts_and_no_base_more_than_it_knows(
    device: str, memory: int, positions: int, tokens: int
) -> None:
    machine = Machine(device, "a machine", memory * GB, 4)
    assert choose_max_length(machine, positions=positions) == tokens


def test_few_turns_are_told_what_more_would_buy() -> None:
    _, few = settle(TrainConfig(), turns=50, parameters=EIGHT_B, max_length=512)
    _, many = settle(TrainConfig(), turns=900, parameters=EIGHT_B, max_length=512)
    now, twice = (expected_gain(turns) / expected_gain(800) for turns in (50, 100))
    assert f"50 turns bring {now:.0%} of what 800 do and twice as many {twice:.0%}" in few
    assert "small data" not in many


def test_the_curve_is_read_between_its_points_and_flat_beyond() -> None:
    gains = [expected_gain(turns) for turns in (0, 25, 35, 50, 800, 100_000)]
    assert gains == sorted(gains)
    assert gains[0] == gains[1]
    assert gains[1] < gains[2] < gains[3]
    assert gains[-1] == gains[-2]


def test_a_length_that_is_set_wins() -> None:
    settings, _ = settle(TrainConfig(max_length=64), turns=10, parameters=EIGHT_B, max_length=2048)
    assert settings.max_length == 64
