"""Turns as every chat template accepts them: from user to user in strict alternation, no control
token spelled in them, and fewer of them where not all fit.

Knows no tokenizer; what a template accepts and what its control tokens are comes in.
"""

import re
from collections.abc import Iterator, Sequence

from persona.data import Turn
from persona.errors import DataError


def alternate(turns: Sequence[Turn], *, marks: re.Pattern[str] | None) -> tuple[str, list[Turn]]:
    """The system line, and the other turns in strict alternation from user to user.

    marks: see `defuse`. Raises DataError if there is no user turn to answer.
    """
    system = "\n\n".join(turn.content.strip() for turn in turns if turn.role == "system")
    body: list[Turn] = []
    for turn in turns:
        content = defuse(turn.content.strip(), marks)
        if turn.role == "system" or not content:
            continue
        if body and body[-1].role == turn.role:
            content = f"{body.pop().content}\n\n{content}"
        body.append(Turn(turn.role, content))
    if body and body[0].role == "assistant":
        del body[0]
    if not body or body[-1].role != "user":
        raise DataError("a prompt must end with a user turn; write the dataset again")
    return defuse(system, marks), body


def with_system(system: str, body: Sequence[Turn], *, takes_system: bool) -> list[Turn]:
    """The turns led by the system line, folded into the first one where it is refused."""
    if not system:
        return list(body)
    if takes_system:
        return [Turn("system", system), *body]
    return [Turn("user", f"{system}\n\n{body[0].content}"), *body[1:]]


def shorter_and_shorter(system: str, body: Sequence[Turn]) -> Iterator[tuple[str, list[Turn]]]:
    """The prompt with fewer turns, then with less of the last turn's beginning."""
    for start, turn in enumerate(body):
        if turn.role == "user":
            yield system, list(body[start:])
    last = body[-1].content
    for length in sorted({len(last) * part // 16 for part in range(1, 16)}, reverse=True):
        yield system, [_tail(last, length)]
    yield "", [_tail(last, min(len(last) // 16, 200))]


def defuse(text: str, marks: re.Pattern[str] | None) -> str:
    """`text` with the control tokens spelled in it broken up: a chat cannot end its own turn.

    marks: the texts that a tokenizer reads as control tokens; None where it has none.
    """
    if marks is None:
        return text
    return marks.sub(lambda match: match[0][:1] + " " + match[0][1:], text)


def _tail(text: str, length: int) -> Turn:
    return Turn("user", text[len(text) - length :].strip() or "…")
