"""Sizes of known models, and memory by part, against published figures."""

import pytest

from persona.errors import ConfigError
from persona.sizes import KNOWN, base_bytes, decoder, estimate, known_shape, parameters_of

GB = 10**9


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("Qwen3-0.6B", 0.596e9),
        ("Qwen3-1.7B", 1.72e9),
        ("Qwen3-4B", 4.02e9),
        ("Qwen3-8B", 8.19e9),
        ("Qwen3-14B", 14.8e9),
        ("Qwen3-32B", 32.8e9),
        ("Llama-3.1-70B", 70.6e9),
    ],
)
def test_known_shapes_have_the_parameters_their_cards_tell(name: str, parameters: float) -> None:
    assert KNOWN[name].parameters == pytest.approx(parameters, rel=0.01)


def test_a_rank_16_adapter_on_8b_has_44_million_parameters() -> None:
    assert KNOWN["Qwen3-8B"].lora(16) == pytest.approx(43.6e6, rel=0.01)


def test_an_8b_base_takes_6_gb_in_4_bit_and_16_gb_in_16_bit() -> None:
    shape = KNOWN["Qwen3-8B"]
    assert base_bytes(shape, quantization="nf4", width=2) == pytest.approx(6.1 * GB, rel=0.05)
    assert base_bytes(shape, quantization="none", width=2) == pytest.approx(16.4 * GB, rel=0.01)


@pytest.mark.parametrize(("written", "count"), [("8B", 8e9), ("1.7b", 1.7e9), ("500M", 5e8)])
def test_a_size_is_read_as_it_is_written(written: str, count: float) -> None:
    assert parameters_of(written) == count


@pytest.mark.parametrize("written", ["", "8", "B", "-8B", "eightB", "0B", "nanB"])
def test_a_size_that_is_none_says_how_to_write_it(written: str) -> None:
    with pytest.raises(ConfigError, match="write it as 8B or 500M"):
        parameters_of(written)


@pytest.mark.parametrize(
    ("micro_tokens", "recompute", "measured"), [(16_357, False, 71.1), (4096, True, 7.47)]
)
def test_the_estimate_is_within_a_quarter_of_what_an_h200_took(
    micro_tokens: int, recompute: bool, measured: float
) -> None:
    """Llama-3.1-8B's shape, docs/evidence/gpu-h200.md; the GPU counts no context of its own."""
    shape = decoder(32, 4096, 14_336, queries=4096, keys=1024, vocabulary=128_256)
    told = estimate(
        shape,
        device="cuda",
        quantization="nf4",
        rank=16,
        micro_tokens=micro_tokens,
        recompute=recompute,
    )
    assert measured < (told.total - told.process) / GB < 1.25 * measured


def test_the_nearest_known_size_stands_for_any_other() -> None:
    assert known_shape(7e9)[0] == "Qwen3-8B"
    assert known_shape(3e9)[0] == "Qwen3-4B"
    assert known_shape(65e9)[0] == "Llama-3.1-70B"


def test_recomputing_activations_trades_them_away() -> None:
    kept, recomputed = (
        estimate(
            KNOWN["Qwen3-8B"],
            device="cuda",
            quantization="nf4",
            rank=16,
            micro_tokens=2048,
            recompute=recompute,
        )
        for recompute in (False, True)
    )
    assert recomputed.activations < kept.activations / 8
    assert recomputed.base == kept.base


def test_the_total_is_the_sum_of_its_parts() -> None:
    memory = estimate(
        KNOWN["Qwen3-4B"],
        device="cpu",
        quantization="none",
        rank=8,
        micro_tokens=512,
        recompute=False,
    )
    assert memory.total == sum(getattr(memory, part) for part in memory.__struct_fields__)
