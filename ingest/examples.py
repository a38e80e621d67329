"""Sessions to examples: for every reply, the turns before it within a budget.

It knows no tokenizer and no chat template: the budget is in turns and characters, and
`persona.prompt` may shorten further. A reply is never cut.
"""

import re
from collections.abc import Sequence

import msgspec

from ingest.lines import Burst, Session
from persona.config import IngestConfig
from persona.data import OPENER, Example, Turn, Utterance, split_bubbles
from persona.redaction import is_only_placeholders
from persona.repeats import COPIED
from persona.system_line import system_line

TOO_LONG = "reply longer than max_reply_characters"
NO_ROOM = "message answered is longer than max_characters"
ONLY_PLACEHOLDERS = "reply is only a placeholder"
IN_PROMPT = "reply stands word for word in its prompt"


class Place(msgspec.Struct, frozen=True, gc=False):
    """A reply in its session, and the first burst of the context that fits."""

    session: Session
    index: int
    start: int

    @property
    def reply(self) -> Burst:
        return self.session.bursts[self.index]

    @property
    def context(self) -> list[Burst]:
        return self.session.bursts[self.start : self.index]


def place(session: Session, index: int, *, limits: IngestConfig) -> Place | str:
    """Where the example of this burst begins, or why there can be none."""
    reply = session.bursts[index]
    if len(reply.text) > limits.max_reply_characters:
        return TOO_LONG
    if is_only_placeholders(reply.text):
        return ONLY_PLACEHOLDERS
    start, room = index, limits.max_characters
    for earlier in range(index - 1, max(index - limits.max_turns, 0) - 1, -1):
        room -= len(session.bursts[earlier].text)
        if room < 0:
            break
        start = earlier
    if start == index and index > 0:
        return NO_ROOM
    if start > 0 and session.bursts[start].sender == reply.sender:
        start += 1  # a prompt begins with what others say
    found = Place(session, index, start)
    return IN_PROMPT if _is_in_prompt(found) else found


def prompt(at: Place) -> tuple[Turn, ...]:
    """System line, then user and assistant in turn; the last is what is answered."""
    speaker = at.reply.sender
    partners = sorted({burst.sender for burst in at.context} - {speaker})
    turns = [Turn("system", system_line(speaker, partners))]
    if at.start == 0 and at.session.bursts[0].sender == speaker:
        turns.append(Turn("user", OPENER))
    said: list[str] = []
    for burst in at.context:
        if burst.sender == speaker:
            turns += [*_user_turn(said), Turn("assistant", burst.text)]
            said = []
        else:
            tag = f"{burst.sender}: " if len(partners) > 1 else ""
            said.append(tag + burst.text)
    return (*turns, *_user_turn(said))


def example(at: Place) -> Example:
    """The row of train.jsonl, valid.jsonl or test.jsonl."""
    reply = at.reply
    answer = (Turn("assistant", reply.text),)
    session = at.session
    return Example(session.conversation, session.chat, reply.sent_at, prompt(at), answer)


def utterance(at: Place) -> Utterance:
    """The row of reference.jsonl or others.jsonl."""
    reply = at.reply
    return Utterance(at.session.conversation, reply.sender, reply.sent_at, reply.text, prompt(at))


def _user_turn(said: Sequence[str]) -> list[Turn]:
    return [Turn("user", "\n\n".join(said))] if said else []


def _is_in_prompt(at: Place) -> bool:
    bubbles = [at.reply.text] if at.session.verbatim else split_bubbles(at.reply.text)
    long = [_plain(bubble) for bubble in bubbles if len(bubble) > COPIED]
    if len(at.reply.text) > COPIED:
        long.append(_plain(at.reply.text))
    if not long:
        return False
    before = _plain("\n".join(turn.content for turn in prompt(at)))
    return any(text in before for text in long)


_SPACE = re.compile(r"\s+")


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip().casefold()
