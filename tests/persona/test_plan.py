"""The plan of a run: micro-batch by memory, quantisation by machine, advice if it does not fit."""

from persona.bases import GIB, Base, Machine
from persona.batches import Material, Packed
from persona.config import TrainConfig
from persona.outlook import look_ahead
from persona.plan import (
    Plan,
    choose_micro_batch,
    choose_optimizer,
    choose_quantization,
    largest_micro_batch,
    make_plan,
)
from persona.presets import settle
from persona.sizes import KNOWN

HUB = Base("Qwen/Qwen3-8B", "Qwen/Qwen3-8B")
FOUR_BIT = Base("x-bnb-4bit", "x-bnb-4bit", merge_into="Qwen/Qwen3-8B")


def machine(device: str, gib: float) -> Machine:
    return Machine(device, "a machine", int(gib * GIB), 4)


def plan(on: Machine, quantization: str = "auto") -> Plan:
    sequences = [Packed(list(range(length)), ((length - 5, length),), (0,)) for length in (90, 60)]
    settings, reason = settle(TrainConfig(), turns=900, parameters=8_000_000_000, max_length=512)
    return make_plan(
        base=HUB,
        machine=on,
        shape=KNOWN["Qwen3-8B"],
        backend="hf",
        config=TrainConfig(quantization=quantization),  # type: ignore[arg-type]
        settings=settings,
        reason=reason,
        material=Material(sequences, [], [sequences, sequences[::-1]], {"empty reply": 2}),
    )


def test_counts_are_those_of_the_data() -> None:
    made = plan(machine("cuda", 24))
    assert (made.examples, made.sequences, made.steps) == (2, 2, 2)
    assert (made.tokens, made.trained_tokens, made.longest) == (150, 10, 90)
    assert made.dropped == {"empty reply": 2}
    assert made.adapter_bytes == 4 * KNOWN["Qwen3-8B"].lora(16)


def test_a_gpu_holds_the_base_in_4_bit_and_a_cpu_does_not() -> None:
    assert choose_quantization("auto", base=HUB, machine=machine("cuda", 24)) == "nf4"
    assert choose_quantization("auto", base=HUB, machine=machine("cpu", 64)) == "none"
    assert choose_quantization("none", base=HUB, machine=machine("cuda", 80)) == "none"


def test_a_4_bit_checkpoint_stays_4_bit_whatever_is_asked() -> None:
    assert choose_quantization("none", base=FOUR_BIT, machine=machine("cuda", 80)) == "nf4"


def test_the_optimizer_is_8_bit_beside_a_4_bit_base_and_paged_where_memory_is_tight() -> None:
    roomy, tight = machine("cuda", 24), machine("cuda", 8)
    memory = plan(roomy).memory
    assert choose_optimizer(memory, machine=roomy, quantization="nf4") == "adamw_8bit"
    assert choose_optimizer(memory, machine=tight, quantization="nf4") == "paged_adamw_8bit"
    assert choose_optimizer(memory, machine=roomy, quantization="none") == "adamw_torch"
    assert choose_optimizer(memory, machine=machine("cpu", 8), quantization="nf4") == "adamw_torch"


def test_a_large_card_recomputes_nothing_and_a_small_one_does() -> None:
    choices = [
        choose_micro_batch(
            KNOWN["Qwen3-8B"],
            machine=machine("cuda", gib),
            quantization="nf4",
            rank=16,
            longest=512,
        )
        for gib in (139, 24, 10)
    ]
    assert choices[0] == (16_384, False)
    assert [size for size, _ in choices] == sorted((s for s, _ in choices), reverse=True)
    assert choices[-1][1]


def test_what_does_not_fit_says_what_to_lower() -> None:
    small = plan(machine("cuda", 8), quantization="none")
    assert not small.fits
    assert "nf4" in small.advice[0]
    assert plan(machine("cuda", 24)).advice == []


def test_memory_is_that_of_the_largest_micro_batch_there_will_be() -> None:
    sequence = Packed(list(range(100)), ((90, 100),), (0,))
    steps = [[sequence], [sequence] * 3]
    assert largest_micro_batch(steps, max_tokens=1000, device="cpu") == 300
    assert largest_micro_batch(steps, max_tokens=250, device="cpu") == 200


def test_8b_qlora_fits_a_card_of_8_gb_only_on_short_chats() -> None:
    assert look_ahead(8e9, vram=8 * GIB, max_length=512).fits
    too_large = look_ahead(14e9, vram=8 * GIB, max_length=512)
    assert not too_large.fits
    assert too_large.advice == ["choose a smaller --base"]
    assert look_ahead(8e9, vram=8 * GIB, max_length=512).gradient_checkpointing
