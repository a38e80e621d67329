"""Likelihoods against a plain computation; what is packed together never sees each other."""

from pathlib import Path
from typing import Any

import pytest

from persona.batches import Packed, fold
from persona.prompt import IGNORED, Encoded

pytestmark = pytest.mark.slow

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def model(tiny_base: Path) -> Any:
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(tiny_base).eval()


def ids(seed: int, length: int) -> list[int]:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(5, 300, (length,), generator=generator).tolist()


def plain_nll(model: Any, one: Encoded) -> float:
    """By the book: one sequence, full logits, log-softmax, sum."""
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([one.input_ids])).logits[0]
    chosen = logits.log_softmax(-1)[range(one.start - 1, len(one.input_ids) - 1)]
    targets = torch.tensor(one.input_ids[one.start :])
    return -float(chosen.gather(1, targets.unsqueeze(1)).sum())


def test_batched_padded_and_folded_likelihoods_equal_the_plain_ones(model: Any) -> None:
    from persona.backends.scoring import span_nll

    long = ids(1, 60)
    examples = [
        Encoded("a", long[:20], 15),
        Encoded("a", long, 50),
        Encoded("b", ids(2, 33), 30),
        Encoded("c", ids(3, 9), 4),
    ]
    found = span_nll(model, fold(examples), max_tokens=500)
    for index, one in enumerate(examples):
        assert found[index] == pytest.approx(plain_nll(model, one), rel=1e-5)


def test_what_else_is_in_the_batch_does_not_change_a_likelihood(model: Any) -> None:
    from persona.backends.scoring import span_nll

    one = Packed(ids(1, 12), ((8, 12),), (0,))
    other = Packed(ids(2, 90), ((80, 90),), (1,))
    alone = span_nll(model, [one], max_tokens=10_000)[0]
    together = span_nll(model, [one, other], max_tokens=10_000)[0]
    assert together == pytest.approx(alone, rel=1e-5)


def test_the_training_loss_equals_the_library_s_own(model: Any) -> None:
    from persona.backends.scoring import collate, token_nll

    batch = collate([Packed(ids(4, 20), ((15, 20),), (0,))], model.device)
    own = token_nll(model, batch).sum() / 5
    library = model(input_ids=batch["input_ids"], labels=batch["labels"]).loss
    assert float(own.detach()) == pytest.approx(float(library.detach()), rel=1e-5)


def test_padding_is_never_learned(model: Any) -> None:
    from persona.backends.scoring import collate

    batch = collate(
        [Packed(ids(1, 4), ((2, 4),), (0,)), Packed(ids(2, 9), ((8, 9),), (1,))], model.device
    )
    assert (batch["labels"][0, 4:] == IGNORED).all()


def test_documents_packed_in_one_row_see_each_other_unless_mask_and_cache_are_left_out(
    model: Any,
) -> None:
    """Why no attention mask is passed anywhere, and the cache is off: both are the SDPA trap."""
    first, second = ids(1, 8), ids(2, 8)
    positions = torch.tensor([[*range(8), *range(8)]])
    packed = torch.tensor([first + second])

    def leak(**extra: Any) -> float:
        with torch.no_grad():
            alone = model(input_ids=torch.tensor([second])).logits[0]
            both = model(input_ids=packed, position_ids=positions, **extra).logits[0, 8:]
        return float((alone - both).abs().max())

    assert leak(use_cache=False) < 1e-4
    assert leak(use_cache=False, attention_mask=torch.ones(1, 16, dtype=torch.long)) > 1e-2
    assert leak() > 1e-2


def test_a_row_without_padding_gives_each_sequence_the_losses_it_has_alone(model: Any) -> None:
    from persona.backends.scoring import collate, collate_packed, packing_leak, token_nll

    sequences = [
        Packed(ids(1, 30), ((5, 9), (20, 30)), (0, 1)),
        Packed(ids(2, 12), ((4, 12),), (2,)),
        Packed(ids(3, 50), ((40, 44),), (3,)),
    ]
    packed = token_nll(model, collate_packed(sequences, model.device))[0]
    alone = [
        token_nll(model, collate([one], model.device))[0, : len(one.input_ids)] for one in sequences
    ]
    assert torch.allclose(packed, torch.cat(alone), atol=1e-5)
    assert packing_leak(model, sequences) < 1e-5


def test_a_model_that_ignores_where_sequences_begin_is_found_to_leak(model: Any) -> None:
    from persona.backends.scoring import packing_leak

    class Blind:
        """Counts positions through, so that the row looks like one text."""

        device = model.device

        def eval(self) -> None:
            """Nothing to set."""

        def __call__(self, *, input_ids: Any, **kwargs: Any) -> Any:
            return model(input_ids=input_ids, use_cache=False)

    sequences = [Packed(ids(1, 30), (), ()), Packed(ids(2, 30), (), ())]
    assert packing_leak(Blind(), sequences) > 0.2
