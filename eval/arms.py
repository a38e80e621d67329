"""The ways of answering that are compared: base, prompt, retrieval, adapter and a hosted model.

All get the same contexts and seeds. `prompt` adds to the system line a description of how the
person writes, made from the train split alone; `retrieval` puts real exchanges of the train split
that resemble the context in front of it; `adapter` gets the context as it was trained on;
`endpoint`, a hosted model, is told what `prompt` is told.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from eval.engine import Weights
from eval.metrics.form import (
    bubble_count,
    case_class,
    emoji_class,
    ending_class,
    opener,
    shares,
    word_count,
)
from eval.metrics.words import EMOJI, words
from persona.data import Example, Turn, split_bubbles

EXCHANGES = 4
EXCHANGE_CHARACTERS = 240
QUOTED = 5
QUOTED_CHARACTERS = 80

Prompt = tuple[Turn, ...]

WEIGHTS: dict[str, Weights] = {
    "base": "base",
    "prompt": "base",
    "retrieval": "base",
    "adapter": "adapter",
}


def prompts_of(arm: str, contexts: Sequence[Example], *, train: Sequence[Example]) -> list[Prompt]:
    """What an arm is given for each context."""
    if arm in ("prompt", "endpoint"):
        description = describe([row.reply for row in train])
        return [with_description(row.prompt, description) for row in contexts]
    if arm == "retrieval":
        retrieve = index_exchanges(train)
        return [with_exchanges(row.prompt, retrieve(row.prompt)) for row in contexts]
    return [row.prompt for row in contexts]


def with_description(prompt: Prompt, description: str) -> Prompt:
    """The prompt with the description behind its system line."""
    system, *rest = prompt if prompt[0].role == "system" else (Turn("system", ""), *prompt)
    return (Turn("system", f"{system.content}\n{description}".strip()), *rest)


def with_exchanges(prompt: Prompt, exchanges: Iterable[Example]) -> Prompt:
    """The prompt with real exchanges between its system line and its turns."""
    turns = [
        turn
        for row in exchanges
        for turn in (Turn("user", _cut(row.prompt[-1].content)), Turn("assistant", _cut(row.reply)))
    ]
    head = 1 if prompt[0].role == "system" else 0
    return (*prompt[:head], *turns, *prompt[head:])


def describe(replies: Sequence[str]) -> str:
    """How somebody writes, in a few sentences that a language model can follow."""
    if not replies:
        return ""
    lengths = [word_count(text) for text in replies]
    bursts = float(np.mean([bubble_count(text) > 1 for text in replies]))
    emoji = 1 - shares([emoji_class(text) for text in replies]).get("none", 0.0)
    lines = [
        f"Write short chat messages: typically {np.median(lengths):.0f} words, "
        f"rarely more than {np.quantile(lengths, 0.95):.0f}.",
        _most("Case", shares([case_class(text) for text in replies])),
        _most("Ends with", shares([ending_class(text) for text in replies])),
        f"Sends several messages in a row {bursts:.0%} of the time, a blank line between them.",
        f"Uses emoji in {emoji:.0%} of replies"
        + _listed(": ", _top(mark for text in replies for mark in EMOJI.findall(text))),
        "Often begins with" + _listed(" ", _top(filter(None, map(opener, replies)))),
        "Examples:" + "".join(f"\n- {text}" for text in _typical(replies)),
    ]
    return "\n".join(lines)


def _most(name: str, found: dict[str, float]) -> str:
    parts = [f"{label} {share:.0%}" for label, share in list(found.items())[:3] if share >= 0.05]
    return f"{name}: {', '.join(parts)}."


def _top(items: Iterable[str]) -> list[str]:
    return [item for item, count in Counter(items).most_common(6) if count > 1]


def _listed(lead: str, items: Sequence[str]) -> str:
    return f"{lead}{', '.join(items)}." if items else "."


def _typical(replies: Sequence[str]) -> list[str]:
    """Messages of middling length, spread over the whole time."""
    bubbles = [bubble for text in replies for bubble in split_bubbles(text)]
    fitting = [
        text for text in bubbles if 15 <= len(text) <= QUOTED_CHARACTERS and "\n" not in text
    ]
    step = max(1, len(fitting) // QUOTED)
    return fitting[step // 2 :: step][:QUOTED]


def index_exchanges(train: Sequence[Example]) -> Callable[[Prompt], list[Example]]:
    """A search over what the person was answering: BM25 (Robertson, Zaragoza 2009) on last turn."""
    documents = [words(row.prompt[-1].content) for row in train]
    mean_length = max(1.0, sum(map(len, documents)) / max(1, len(documents)))
    postings: dict[str, list[tuple[int, float]]] = {}
    for number, document in enumerate(documents):
        for word, times in Counter(document).items():
            weight = times * 2.2 / (times + 1.2 * (0.25 + 0.75 * len(document) / mean_length))
            postings.setdefault(word, []).append((number, weight))

    def retrieve(prompt: Prompt) -> list[Example]:
        scores: dict[int, float] = {}
        for word in set(words(prompt[-1].content)):
            found = postings.get(word, [])
            rarity = math.log(1 + (len(documents) - len(found) + 0.5) / (len(found) + 0.5))
            for number, weight in found:
                scores[number] = scores.get(number, 0.0) + rarity * weight
        best = sorted(scores, key=lambda number: (-scores[number], number))[:EXCHANGES]
        return [train[number] for number in reversed(best)]  # the nearest stands last

    return retrieve


def _cut(text: str) -> str:
    return (
        text if len(text) <= EXCHANGE_CHARACTERS else text[:EXCHANGE_CHARACTERS].rsplit(" ", 1)[0]
    )
