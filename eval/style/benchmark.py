"""Times the style score on made-up text: python -m eval.style.benchmark

300 reference messages, 200 replies, the bank's people as impostors and 200 half-samples; features
per second; peak memory. Times are processor seconds; set OPENBLAS_NUM_THREADS=1 to stay on one
core.
"""

import random
import resource
import sys
import time

from eval.style.features import Reply, extract
from eval.style.lexicon import ENGLISH, ENGLISH_LEXICON
from eval.style.results import Refusal
from eval.style.scorer import build_scale

REFERENCE = 300
REPLIES = 200
COUNTS = (2_000, 4_000, 8_000)


def made_up(count: int, *, seed: int) -> list[Reply]:
    """Replies of about seven words, in lower case with a smiley here and there."""
    draw = random.Random(seed)
    texts = (" ".join(draw.choices(ENGLISH, k=draw.randint(2, 12))) for _ in range(count))
    return [
        Reply(text + draw.choice(["", "", " :)", "."]), f"{seed}/{number // 5}")
        for number, text in enumerate(texts)
    ]


def main() -> None:
    """The command."""
    reference, test, replies = (
        made_up(count, seed=seed) for seed, count in enumerate((REFERENCE, 2 * REPLIES, REPLIES))
    )
    started = time.process_time()
    scale = build_scale(reference, test, {}, seed=1)
    built = time.process_time()
    scored = "refused" if isinstance(scale, Refusal) else scale.score(replies)
    ended = time.process_time()
    lines = [f"scale {built - started:.2f} s, score {ended - built:.2f} s: {scored}"]
    for count in COUNTS:
        batch = made_up(count, seed=count)
        started = time.process_time()
        extract(batch, ENGLISH_LEXICON)
        lines.append(f"{count / (time.process_time() - started):.0f} messages/s of {count}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    heavy = sorted({"torch", "scipy", "sklearn", "pandas"} & set(sys.modules)) or "none"
    lines.append(f"peak memory {memory:.0f} MiB; heavy modules imported: {heavy}")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
