"""Replies from anywhere laid beside the contexts they answer, where their rows tell.

Nothing is guessed: if one row cannot be placed, none is, and what needs contexts is not measured.
"""

from collections import Counter
from collections.abc import Sequence

from eval.answers import Answers
from eval.given import GivenReply
from persona.data import Example


def match_contexts(rows: Sequence[GivenReply], contexts: Sequence[Example]) -> Answers:
    """The replies as answers to the contexts.

    A row tells by its prompt, or by its conversation when that has as many rows as contexts: then
    they answer these in order. A row without a conversation counts as one of its own.
    """
    texts = [row.text for row in rows]
    names = [
        f"reply {number}" if row.conversation is None else str(row.conversation)
        for number, row in enumerate(rows, start=1)
    ]
    found = _placed(rows, names, contexts)
    if found is None:
        return Answers(texts, names)
    return Answers(
        texts,
        [context.conversation for context in found],
        prompts=[context.prompt for context in found],
        real=[context.reply for context in found],
    )


def _placed(
    rows: Sequence[GivenReply], names: Sequence[str], contexts: Sequence[Example]
) -> list[Example] | None:
    """The context of each row, None as soon as one has none."""
    by_prompt = {context.prompt: context for context in contexts}
    queues: dict[str, list[Example]] = {}
    for each in contexts:
        queues.setdefault(each.conversation, []).append(each)
    sizes = {name: len(queue) for name, queue in queues.items()}
    counts = Counter(names)
    found = []
    for row, name in zip(rows, names, strict=True):
        context: Example | None = by_prompt.get(row.prompt) if row.prompt else None
        if row.prompt is None and counts[name] == sizes.get(name):
            context = queues[name].pop(0)
        if context is None:
            return None
        found.append(context)
    return found
