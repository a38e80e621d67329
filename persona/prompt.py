"""Turns to token ids: the only place that renders a chat template.

    turns --alternate--> what every template accepts --render--> text --tokenizer--> ids

Families differ: some templates refuse a system line, most demand that user and assistant take
turns, some write today's date or an empty thought. `persona.turns` folds the system line into the
first user turn where it is refused and merges neighbouring turns of one role; dates and thinking
are pinned here. The prompt and the completion are tokenised apart, as they are when a reply is
generated. No torch here.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol

import msgspec

from persona.data import Example, Turn
from persona.errors import DataError, ModelError
from persona.turns import alternate, defuse, shorter_and_shorter, with_system

IGNORED = -100
"""The label of a token that is not learned."""

PROBE = (
    Turn("system", "You write as probe-subject."),
    Turn("user", "probe-question one"),
    Turn("assistant", "probe-answer one"),
    Turn("user", "probe-question two"),
)
PROBE_REPLY = "probe-answer two"
PINNED_DATE = "01 Jan 2025"


class Tokenizer(Protocol):
    """The part of a transformers tokenizer that is used here."""

    name_or_path: str
    chat_template: str | None
    eos_token_id: int | None
    all_special_tokens: list[str]
    added_tokens_decoder: dict[int, Any]

    def __call__(self, text: str, *, add_special_tokens: bool) -> Any: ...

    def apply_chat_template(
        self,
        conversation: list[dict[str, str]],
        *,
        tokenize: bool,
        add_generation_prompt: bool,
        enable_thinking: bool,
        date_string: str,
        strftime_now: Callable[[str], str],
    ) -> Any: ...

    def decode(self, token_ids: Sequence[int], *, skip_special_tokens: bool = ...) -> Any: ...

    def __hash__(self) -> int: ...


class Encoded(msgspec.Struct, frozen=True):
    """One example as token ids; the completion is `input_ids[start:]`, turn end included."""

    conversation: str
    input_ids: list[int]
    start: int

    @property
    def labels(self) -> list[int]:
        """The ids to learn, IGNORED over the prompt."""
        return [IGNORED] * self.start + self.input_ids[self.start :]


class Dropped(StrEnum):
    """Why an example cannot be learned."""

    TOO_LONG = "reply longer than max_length"
    EMPTY = "empty reply"


class Rendering(msgspec.Struct, frozen=True):
    """How one tokenizer's template behaves, found by rendering probes."""

    takes_system: bool
    turn_end: tuple[int, ...]  # the ids that close an assistant turn; the last one stops generation
    marks: re.Pattern[str] | None  # the texts that the tokenizer reads as control tokens


def encode_example(tokenizer: Tokenizer, example: Example, *, max_length: int) -> Encoded | Dropped:
    """The example as ids of at most `max_length`, or why it cannot be.

    The oldest turns are dropped until it fits; the completion is never cut.
    Raises ModelError if the base has no chat template.
    """
    rendering = rendering_of(tokenizer)
    reply = defuse(example.reply.strip(), rendering.marks)
    if not reply:
        return Dropped.EMPTY
    completion = [*_ids(tokenizer, reply), *rendering.turn_end]
    prompt = _fit(tokenizer, example.prompt, budget=max_length - len(completion))
    if prompt is None:
        return Dropped.TOO_LONG
    return Encoded(example.conversation, prompt + completion, len(prompt))


def encode_prompt(tokenizer: Tokenizer, turns: Sequence[Turn], *, max_length: int) -> list[int]:
    """The ids after which the assistant's reply begins, at most `max_length` of them.

    The oldest turns are dropped until they fit; then the last one loses its beginning.
    Raises DataError if there is no user turn to answer.
    """
    prompt = _fit(tokenizer, turns, budget=max_length)
    if prompt is None:
        raise DataError(f"nothing of the conversation fits into {max_length} tokens; raise it")
    return prompt


def encode_beginning(tokenizer: Tokenizer, text: str) -> list[int]:
    """The ids of a reply's beginning, to stand behind a prompt so that the model goes on."""
    return _ids(tokenizer, defuse(text, rendering_of(tokenizer).marks))


def stop_ids(tokenizer: Tokenizer) -> list[int]:
    """The ids at which a reply is over."""
    ids = {rendering_of(tokenizer).turn_end[-1]}
    if tokenizer.eos_token_id is not None:
        ids.add(tokenizer.eos_token_id)
    return sorted(ids)


def template_hash(tokenizer: Tokenizer) -> str:
    """A SHA-256 of a rendered probe: changes with template, tokenizer and our own rendering."""
    rendering = rendering_of(tokenizer)
    ids = encode_prompt(tokenizer, PROBE, max_length=10_000)
    ids += [*_ids(tokenizer, PROBE_REPLY), *rendering.turn_end]
    return hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()


def rendering_of(tokenizer: Tokenizer) -> Rendering:
    """How the tokenizer's template behaves. Raises ModelError if it has none or it is unusable."""
    if not tokenizer.chat_template:
        raise ModelError(
            f"{tokenizer.name_or_path}: has no chat template, so it is not a chat model; "
            "choose its instruct or chat version with --base"
        )
    return _probe(tokenizer, str(tokenizer.chat_template))


@lru_cache(maxsize=8)
def _probe(tokenizer: Tokenizer, _template: str) -> Rendering:
    marks = _control_texts(tokenizer)
    return Rendering(
        takes_system=_takes_system(tokenizer),
        turn_end=_turn_end(tokenizer),
        marks=re.compile("|".join(re.escape(mark) for mark in marks)) if marks else None,
    )


def _control_texts(tokenizer: Tokenizer) -> list[str]:
    added = {str(token) for token in tokenizer.added_tokens_decoder.values()}
    return sorted(added | set(tokenizer.all_special_tokens), key=len, reverse=True)


def _takes_system(tokenizer: Tokenizer) -> bool:
    """Whether a system line is accepted and shows up in what is rendered."""
    from jinja2.exceptions import TemplateError

    try:
        text = _render(tokenizer, PROBE[:2], generate=True)
    except TemplateError:
        return False
    return PROBE[0].content in text


def _turn_end(tokenizer: Tokenizer) -> tuple[int, ...]:
    """The ids that follow a reply, up to and including the first control token."""
    from jinja2.exceptions import TemplateError

    try:
        text = _render(tokenizer, [PROBE[1], Turn("assistant", PROBE_REPLY)], generate=False)
    except TemplateError as error:
        raise ModelError(f"the base's chat template cannot render a chat: {error}") from None
    before, found, tail = text.rpartition(PROBE_REPLY)
    if not found or PROBE[1].content not in before:
        raise ModelError("the base's chat template leaves out turns; choose another base")
    controls = set(tokenizer.added_tokens_decoder)
    ids: list[int] = []
    for token in _ids(tokenizer, tail):
        ids.append(token)
        if token in controls:
            return tuple(ids)
    if tokenizer.eos_token_id is None:
        raise ModelError("the base's chat template has no turn end and its tokenizer no EOS token")
    return (tokenizer.eos_token_id,)


def _fit(tokenizer: Tokenizer, turns: Sequence[Turn], *, budget: int) -> list[int] | None:
    """The ids of as many of the newest turns as fit into `budget`; None where nothing does."""
    rendering = rendering_of(tokenizer)
    system, body = alternate(turns, marks=rendering.marks)
    best = None
    options = list(shorter_and_shorter(system, body))
    low, high = 0, len(options)
    middle = 0  # most prompts fit whole, so that is tried first
    while low < high:
        folded = with_system(*options[middle], takes_system=rendering.takes_system)
        ids = _ids(tokenizer, _render(tokenizer, folded, generate=True))
        if len(ids) <= budget:
            best, high = ids, middle
        else:
            low = middle + 1
        middle = (low + high) // 2
    return best


def _render(tokenizer: Tokenizer, turns: Sequence[Turn], *, generate: bool) -> str:
    text = tokenizer.apply_chat_template(
        [{"role": turn.role, "content": turn.content} for turn in turns],
        tokenize=False,
        add_generation_prompt=generate,
        enable_thinking=False,
        date_string=PINNED_DATE,
        strftime_now=lambda _format: PINNED_DATE,
    )
    return str(text)


def _ids(tokenizer: Tokenizer, text: str) -> list[int]:
    return list(tokenizer(text, add_special_tokens=False)["input_ids"])
