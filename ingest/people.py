"""Who is who: one person under several names, and which of them is the subject.

Names come from `[people]`, `--alias` and `--subject`, from the marks of the exports and from the
sides of assistant logs. Nothing is joined on a guess: names that look alike are pointed out only.
"""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from ingest.clean import fold
from persona.data import Message
from persona.errors import ConfigError, DataError


class SpeakerCount(msgspec.Struct, frozen=True):
    """A speaker and how many messages are his."""

    name: str
    messages: int


_SHOWN = 3
_ALIKE = 5

ChooseSubject = Callable[[Sequence[SpeakerCount]], str]


@dataclass(slots=True)
class Speaker:
    """What the exports say of one sender name. elsewhere: others are marked as owner beside it."""

    messages: int = 0
    is_owner: bool = False
    roles: set[Literal["person", "assistant"] | None] = field(default_factory=set)
    elsewhere: bool = False


@dataclass(slots=True)
class Speakers:
    """Every sender name met, before names are joined."""

    by_name: dict[str, Speaker] = field(default_factory=dict)

    def add(self, message: Message) -> None:
        speaker = self.by_name.get(message.sender)
        if speaker is None:
            speaker = self.by_name[message.sender] = Speaker()
        speaker.messages += 1
        speaker.roles.add(message.role)
        if message.is_subject:
            speaker.is_owner = True
        elif message.is_subject is False:
            speaker.elsewhere = True


class People:
    """The main name of every sender name. Names are matched without regard to case."""

    def __init__(self, aliases: Mapping[str, Sequence[str]]) -> None:
        """Raises ConfigError where one name is given to two people."""
        self._main: dict[str, str] = {}
        self._seen: dict[str, str] = {}
        given: dict[str, str] = {}
        for name, others in aliases.items():
            for other in others:
                if given.setdefault(fold(other), name) != name:
                    raise ConfigError(
                        f"people: '{other}' is given as '{given[fold(other)]}' and as '{name}'; "
                        "keep one of them"
                    )
            self.join(name, others)

    def main(self, name: str) -> str:
        """The name under which this sender is in the dataset."""
        known = self._seen.get(name)
        if known is None:
            known = self._main.get(fold(name)) or " ".join(name.split()) or name
            self._seen[name] = known
        return known

    def is_somebody_else(self, name: str, subject: str) -> bool:
        """Whether `name` is said to be another person than `subject`."""
        return self._main.get(fold(name), subject) != subject

    def join(self, name: str, others: Iterable[str]) -> None:
        """Counts `others`, and whoever was counted as one of them, as `name`."""
        root = self._main.setdefault(fold(name), " ".join(name.split()))
        for other in others:
            was = self._main.get(fold(other))
            self._main[fold(other)] = root
            if was is not None:
                self._main.update({key: root for key, main in self._main.items() if main == was})
        self._seen.clear()


def join_subject(
    people: People, speakers: Speakers, *, names: Sequence[str], side: str
) -> str | None:
    """The subject's main name with all his names joined, or None where nothing tells who it is.

    names: those asked for, all of one person. side: which side of an assistant log is meant.
    Raises DataError for a name that no speaker has.
    """
    if names:
        return _join_named(people, speakers, names)
    found = _owners(people, speakers, side) or _side(speakers, side)
    if not found:
        return None
    found.sort(key=lambda name: (-speakers.by_name[name].messages, name))
    people.join(people.main(found[0]), found[1:])
    return people.main(found[0])


def subject_named(name: str, people: People, speakers: Speakers) -> str:
    """The main name of the speaker called `name`. Raises DataError where there is none."""
    return _join_named(people, speakers, [name])


def _join_named(people: People, speakers: Speakers, names: Sequence[str]) -> str:
    mains = {people.main(name) for name in speakers.by_name}
    spelled = [_spelling(name, speakers) for name in names]
    for name, as_spelled in zip(names, spelled, strict=True):
        if people.main(as_spelled) not in mains:
            raise DataError(f"no speaker is called '{name}'; {_hint(name, speakers.by_name)}")
    people.join(people.main(spelled[0]), spelled)
    subject = people.main(spelled[0])
    owners = [name for name, speaker in speakers.by_name.items() if speaker.is_owner]
    if any(people.main(name) == subject for name in owners) and not _are_several(speakers, owners):
        people.join(subject, [o for o in owners if not people.is_somebody_else(o, subject)])
    return subject


def _spelling(name: str, speakers: Speakers) -> str:
    """`name` as the exports spell it most often; as given where they do not have it."""
    same = [other for other in speakers.by_name if fold(other) == fold(name)]
    return max(same, key=lambda other: (speakers.by_name[other].messages, other), default=name)


def _owners(people: People, speakers: Speakers, side: str) -> list[str]:
    """The names under which the exports mark their owner; none where they are several people."""
    if side == "assistant" and any("assistant" in s.roles for s in speakers.by_name.values()):
        return []
    owners = [name for name, speaker in speakers.by_name.items() if speaker.is_owner]
    is_one = len({people.main(name) for name in owners}) == 1
    return owners if is_one or not _are_several(speakers, owners) else []


def _are_several(speakers: Speakers, owners: Sequence[str]) -> bool:
    """Whether an owner of one export speaks in another that marks somebody else as its owner."""
    return len(owners) > 1 and any(speakers.by_name[name].elsewhere for name in owners)


def _side(speakers: Speakers, side: str) -> list[str]:
    """The names on the side of the subject where every log is an assistant's."""
    by_name = speakers.by_name
    if side == "person" and any(None in speaker.roles for speaker in by_name.values()):
        return []
    return [name for name, speaker in by_name.items() if side in speaker.roles]


def ask_subject(counts: Sequence[SpeakerCount], choose: ChooseSubject | None) -> str:
    """The speaker chosen at the terminal. Raises DataError with the list where there is none."""
    if choose:
        return choose(counts)
    shown = ", ".join(f"{speaker.name} ({speaker.messages})" for speaker in counts[:12])
    more = f" and {len(counts) - 12} more" if len(counts) > 12 else ""
    raise DataError(
        f"whom to imitate is not marked in these exports; say --subject NAME; "
        f"speakers and their messages: {shown}{more}"
    )


def unknown_names(
    aliases: Mapping[str, Sequence[str]], speakers: Speakers, *, required: Sequence[str]
) -> Iterator[str]:
    """A sentence where [people] has names that nobody bears: a log need not hold everybody.

    Raises DataError where one of them is `required`: it was given for these logs.
    """
    known = {fold(name) for name in speakers.by_name}
    for name in required:
        if fold(name) not in known:
            raise DataError(
                f"--alias: no speaker is called '{name}'; {_hint(name, speakers.by_name)}"
            )
    named = dict.fromkeys(name for main, others in aliases.items() for name in others or (main,))
    missing = [name for name in named if fold(name) not in known]
    if missing:
        nears = [(name, look_alikes(name, speakers.by_name)) for name in missing[:_SHOWN]]
        shown = [
            f"'{name}'" + (f" (did you mean {_one_of(near)}?)" if near else "")
            for name, near in nears
        ]
        more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
        yield f"in [people], but nobody's name in these logs: {', '.join(shown)}{more}"


def _hint(name: str, known: Iterable[str]) -> str:
    if near := look_alikes(name, known):
        return f"did you mean {_one_of(near)}?"
    return f"speakers: {', '.join(sorted(known)[:12])}"


def look_alikes(name: str, known: Iterable[str], *, least: float = 0.6) -> list[str]:
    """Those of `known` that look like `name`, whole or in a word, most alike first; five at most.

    least: how alike, from 0 to 1.
    """
    by_word: dict[str, list[str]] = {}
    for other in known:
        whole = fold(other)
        for word in {whole, *whole.split(), *whole.replace("_", " ").split()}:
            by_word.setdefault(word, []).append(other)
    near = difflib.get_close_matches(fold(name), by_word, n=_ALIKE, cutoff=least)
    return [*dict.fromkeys(other for word in near for other in sorted(by_word[word]))][:_ALIKE]


def _one_of(names: Sequence[str]) -> str:
    """'A', 'B' or 'C'."""
    *others, last = [f"'{name}'" for name in names]
    return f"{', '.join(others)} or {last}" if others else last
