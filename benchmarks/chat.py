"""What base and persona side by side cost: in one batch, the adapter alone, the two in turn.

    python benchmarks/chat.py [RUN]

Without RUN an adapter of random weights on the bundled model stands in: the cost is the same. Every
reply is made as long as it may be, so all ways generate the same number of tokens.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Sequence

from persona.chat import Arm, Persona, open_base, open_persona
from persona.config import ChatConfig
from persona.data import Turn
from persona.folders import find_run

TURNS = [
    Turn("system", "You are Ann, chatting with Ben."),
    Turn("user", "are we still on for tomorrow?"),
    Turn("assistant", "yes!! bring the tent"),
    Turn("user", "the big one or the small one"),
]
SAMPLING = ChatConfig(max_new_tokens=60, temperature=1.0)
WAYS: dict[str, tuple[tuple[Arm, ...], ...]] = {
    "adapter alone": (("adapter",),),
    "base alone": (("base",),),
    "both in one batch": (("base", "adapter"),),
    "the two in turn": (("base",), ("adapter",)),
}


def main() -> None:
    """Prints milliseconds per token of each way and the two ratios."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("run", nargs="?", help="a trained run; a random adapter if left out")
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    persona = open_persona(find_run(options.run)) if options.run else random_persona()
    costs = measure(persona, rounds=options.rounds)
    out = sys.stdout.write
    for way, seconds in costs.items():
        out(f"{way:20} {1000 * seconds / SAMPLING.max_new_tokens:7.2f} ms per token\n")
    both = costs["both in one batch"]
    out(f"both / adapter alone  {both / costs['adapter alone']:.2f}  (aim: at most 1.5)\n")
    out(f"both / two in turn    {both / costs['the two in turn']:.2f}  (aim: below 1)\n")


def random_persona() -> Persona:
    """The bundled model with an untrained adapter of the demo's size."""
    from peft import LoraConfig, get_peft_model

    base = open_base("tiny")
    config = LoraConfig(
        r=16,
        lora_alpha=32,
        target_modules="all-linear",
        init_lora_weights=False,
        task_type="CAUSAL_LM",
    )
    return Persona(
        get_peft_model(base.model, config),
        base.tokenizer,
        has_adapter=True,
        max_length=base.max_length,
        sampling=SAMPLING,
    )


def measure(persona: Persona, *, rounds: int) -> dict[str, float]:
    """Median seconds of CPU work of each way; the ways take turns, so load meets all alike."""
    seconds: dict[str, list[float]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way, calls in WAYS.items():
            seconds[way].append(timed(persona, calls))
    return {way: statistics.median(values[1:]) for way, values in seconds.items()}


def generate(persona: Persona, calls: Sequence[tuple[Arm, ...]]) -> None:
    """Generates with no stop id, so that every reply has its full length."""
    from persona.backends.sampling import generate_ids
    from persona.chat import ADAPTER_NAMES
    from persona.prompt import encode_prompt

    prompt = encode_prompt(persona.tokenizer, TURNS, max_length=300)
    for arms in calls:
        with persona.as_arm("adapter" if len(arms) > 1 else arms[0]):
            generate_ids(
                persona.model,
                [prompt] * len(arms),
                stops=[persona.model.config.vocab_size],
                sampling=SAMPLING,
                seeds=range(len(arms)),
                adapters=[ADAPTER_NAMES[arm] for arm in arms] if len(arms) > 1 else None,
            )


def timed(persona: Persona, calls: Sequence[tuple[Arm, ...]]) -> float:
    """Seconds of this process's CPU time for those calls: other programs do not count."""
    started = time.process_time()
    generate(persona, calls)
    return time.process_time() - started


if __name__ == "__main__":
    main()
