"""Everything of a training run that comes before its weights: base, settings, ids, checks, plan.

What can be refused is refused here, before minutes are spent. Writes nothing.
"""

from collections import Counter
from collections.abc import Sequence

import msgspec

from persona.backends import choose_backend, load_backend
from persona.bases import Base, Machine, find_machine, require_reach, resolve_base
from persona.batches import Material, Packed, fold, plan_steps
from persona.config import Config, TrainConfig
from persona.counted import counted
from persona.data import Example
from persona.errors import DataError, ModelError
from persona.folders import DatasetDir
from persona.plan import Plan, make_plan
from persona.presets import Settings, choose_max_length, settle
from persona.prompt import Encoded, Tokenizer, encode_example, rendering_of, template_hash
from persona.sizes import Shape

LEAST_EXAMPLES = 20
"""Fewer teach nothing that could be told from chance."""

LEAST_SHARE, MOST_SHARE = 0.02, 0.95
"""Shares of trained tokens outside these mean that something is wrong with the masking."""

SAMPLES = 3


class Sample(msgspec.Struct, frozen=True):
    """One encoded example read back: what is only context, and what is learned."""

    context: str
    trained: str


class Prepared(msgspec.Struct, frozen=True):
    """All that is known before any weights are loaded."""

    base: Base
    machine: Machine
    shape: Shape
    backend: str
    settings: Settings
    material: Material
    plan: Plan
    samples: list[Sample]
    template_sha256: str


def prepare(dataset: DatasetDir, config: Config) -> Prepared:
    """Everything up to the first weights: base, settings, encoded and checked data, plan.

    Raises DataError if there is too little to learn or the masking looks wrong, ModelError if the
    base cannot be had or is no chat model.
    """
    dataset.manifest()
    machine, base, backend = _choose(config.train)
    shape, tokenizer = _shape_and_tokenizer(base)
    turns = dataset.examples("train")
    settings, reason = settle(
        config.train,
        turns=len(turns),
        parameters=shape.parameters,
        max_length=choose_max_length(machine, positions=shape.positions),
    )
    encoded, dropped = _encode(tokenizer, turns, max_length=settings.max_length)
    _refuse_too_few(len(encoded), dropped, dataset)
    valid, _ = _encode(tokenizer, dataset.examples("valid"), max_length=settings.max_length)
    material = _material(encoded, valid, dropped=dropped, settings=settings, seed=config.seed)
    plan = make_plan(
        base=base,
        machine=machine,
        shape=shape,
        backend=backend,
        config=config.train,
        settings=settings,
        reason=reason,
        material=material,
    )
    return Prepared(
        base=base,
        machine=machine,
        shape=shape,
        backend=backend,
        settings=settings,
        material=material,
        plan=plan,
        samples=read_back(tokenizer, encoded),
        template_sha256=template_hash(tokenizer),
    )


def read_back(tokenizer: Tokenizer, encoded: Sequence[Encoded]) -> list[Sample]:
    """Three examples as text again, spread over the data.

    Raises ModelError if one of them does not end in the turn end: the model would never stop.
    """
    end = rendering_of(tokenizer).turn_end[-1]
    picked = [encoded[len(encoded) * part // SAMPLES] for part in range(SAMPLES)]
    for one in picked:
        if one.labels[-1] != end:
            raise ModelError("the labels hold no turn end; the base's chat template is unusable")
    return [
        Sample(
            str(tokenizer.decode(one.input_ids[: one.start])),
            str(tokenizer.decode(one.input_ids[one.start :])),
        )
        for one in picked
    ]


def _choose(config: TrainConfig) -> tuple[Machine, Base, str]:
    """What trains, on which base, through which backend; the backend is imported."""
    machine = find_machine()
    base = resolve_base(config.base, machine=machine)
    require_reach(base)  # before the seconds that a backend takes to import
    backend, _ = choose_backend(config.backend, machine=machine)
    load_backend(backend)  # before transformers: Unsloth patches it
    return machine, base, backend


def _shape_and_tokenizer(base: Base) -> tuple[Shape, Tokenizer]:
    from persona.backends.loading import load_tokenizer
    from persona.backends.shape import shape_of

    return shape_of(base), load_tokenizer(base)


def _encode(
    tokenizer: Tokenizer, examples: Sequence[Example], *, max_length: int
) -> tuple[list[Encoded], dict[str, int]]:
    found: list[Encoded] = []
    dropped: Counter[str] = Counter()
    for example in examples:
        one = encode_example(tokenizer, example, max_length=max_length)
        if isinstance(one, Encoded):
            found.append(one)
        else:
            dropped[str(one)] += 1
    return found, dict(dropped)


def _material(
    encoded: Sequence[Encoded],
    valid: Sequence[Encoded],
    *,
    dropped: dict[str, int],
    settings: Settings,
    seed: int,
) -> Material:
    sequences = fold(encoded)
    _refuse_absurd_share(sequences)
    order = plan_steps(sequences, batch_size=settings.batch_size, epochs=settings.epochs, seed=seed)
    steps = [[sequences[index] for index in step] for step in order]
    return Material(sequences, fold(valid), steps, dropped)


def _refuse_too_few(count: int, dropped: dict[str, int], dataset: DatasetDir) -> None:
    if count >= LEAST_EXAMPLES:
        return
    why = "".join(f", {number} dropped: {reason}" for reason, number in dropped.items())
    raise DataError(
        f"{dataset.train}: {counted(count, 'reply')} to learn from{why}; at least "
        f"{LEAST_EXAMPLES} are needed, some hundreds for a likeness: ingest more logs"
    )


def _refuse_absurd_share(sequences: Sequence[Packed]) -> None:
    share = sum(one.trained for one in sequences) / sum(len(one.input_ids) for one in sequences)
    if not LEAST_SHARE <= share <= MOST_SHARE:
        raise DataError(
            f"{share:.1%} of the tokens would be trained on, outside {LEAST_SHARE:.0%} to "
            f"{MOST_SHARE:.0%}; lower ingest.max_turns if the contexts are long, and look at "
            "the samples of `persona train --dry-run`"
        )
