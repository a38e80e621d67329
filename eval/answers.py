"""Replies with what is known about them: the conversation, the context, the real reply there."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.held_out import HeldOut, last_turns
from eval.metrics.embedding import Embed
from eval.metrics.likelihood import Costs
from eval.metrics.relevance import context_match
from eval.significance import Array
from eval.style.features import Reply
from persona.data import Example, Turn, Utterance

BASELINE_REPLIES = 300


@dataclass(frozen=True, slots=True)
class Answers:
    """Replies of one arm; prompts and real (the person's own replies there) where known.

    read: what some of the replies cost the base, where there is one.
    """

    texts: Sequence[str]
    conversations: Sequence[str]
    prompts: Sequence[Sequence[Turn]] | None = None
    real: Sequence[str] | None = None
    read: Costs | None = None

    @property
    def replies(self) -> list[Reply]:
        """As the style score takes them."""
        pairs = zip(self.texts, self.conversations, strict=True)
        return [Reply(text, conversation) for text, conversation in pairs]


def from_examples(rows: Sequence[Example]) -> Answers:
    """The real replies to some contexts."""
    return Answers(
        texts=[row.reply for row in rows],
        conversations=[row.conversation for row in rows],
        prompts=[row.prompt for row in rows],
        real=[row.reply for row in rows],
    )


def from_utterances(rows: Sequence[Utterance]) -> Answers:
    """Real replies kept for judging, with the contexts they answered."""
    return Answers(
        texts=[row.text for row in rows],
        conversations=[row.conversation for row in rows],
        prompts=[row.prompt for row in rows],
    )


def own_held_out(held: HeldOut, ceiling: Sequence[Example]) -> Answers:
    """The person's replies neither trained on nor in the person arm: reference and ceiling."""
    a, b = from_utterances(held.reference[-BASELINE_REPLIES:]), from_examples(ceiling)
    return Answers(
        texts=[*a.texts, *b.texts],
        conversations=[*a.conversations, *b.conversations],
        prompts=[*(a.prompts or ()), *(b.prompts or ())],
    )


def match(answers: Answers, embed: Embed) -> Array:
    """How much closer each reply is to its own context than to the others', x 100."""
    if not answers.texts:
        return np.zeros(0)
    contexts = [last_turns(prompt) for prompt in answers.prompts or ()]
    return context_match(embed(answers.texts), embed(contexts), conversations=answers.conversations)
