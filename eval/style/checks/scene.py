"""Personas cut out of a message file, as a user would have them: reference, test, other people.

Everything random comes from the generator handed in; conversations are never shared between the
parts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.style.corpus import Said, frequent, is_fitted_on, split_sides, thin
from eval.style.features import Reply
from eval.style.results import Refusal
from eval.style.scorer import StyleScale, build_scale

REFERENCE_MESSAGES = 300
TEST_MESSAGES = 200
OTHER_MESSAGES = 200
MOST_MESSAGES = 2000  # of one author


@dataclass(frozen=True, slots=True)
class Scene:
    """One persona with people around."""

    name: str
    reference: tuple[Reply, ...]
    test: tuple[Reply, ...]  # sets the scale
    fresh: tuple[Reply, ...]  # more replies of the person, from other conversations
    others: dict[str, tuple[Reply, ...]]  # known to the scale
    strangers: dict[str, tuple[Reply, ...]]  # not known to it


@dataclass(frozen=True, slots=True)
class Town:
    """The authors of a file who write enough, and the names of everybody in it."""

    people: dict[str, list[Said]]
    names: tuple[str, ...]  # masked in the texts


def choose_authors(
    speakers: dict[str, list[Said]], *, messages: int, fitted: bool | None
) -> list[str]:
    """Speakers with so many messages; `fitted`: those the files may be fitted on, or the rest."""
    names = frequent(speakers, messages=messages)
    return [name for name in names if fitted is None or is_fitted_on(name) == fitted]


def settle(speakers: dict[str, list[Said]], *, messages: int, fitted: bool | None) -> Town:
    """The town of those authors, at most MOST_MESSAGES of each."""
    chosen = choose_authors(speakers, messages=messages, fitted=fitted)
    people = {name: thin(speakers[name], messages=MOST_MESSAGES) for name in chosen}
    return Town(people, tuple(speakers))


def draw_replies(said: Sequence[Said], *, messages: int, rng: np.random.Generator) -> list[Said]:
    """Whole conversations in random order up to about so many messages, in order of time."""
    order = list(dict.fromkeys(one.reply.conversation for one in said))
    sizes = dict.fromkeys(order, 0)
    for one in said:
        sizes[one.reply.conversation] += one.messages
    chosen: set[str] = set()
    left = messages
    for place in rng.permutation(len(order)):
        if left <= 0:
            break
        chosen.add(order[place])
        left -= sizes[order[place]]
    found, total = [], 0
    for one in said:
        if one.reply.conversation in chosen and total < messages:
            found.append(one)
            total += one.messages
    return found


def cut_scene(
    town: Town, name: str, *, known: int, rng: np.random.Generator, tested: int = TEST_MESSAGES
) -> Scene:
    """The persona of one author; `known` of the others are the scale's, the rest strangers.

    tested: messages of the test split.
    """
    profile_side, query_side = split_sides(town.people[name])
    test = draw_replies(query_side, messages=tested, rng=rng)
    used = {one.reply.conversation for one in test}
    rest = [one for one in query_side if one.reply.conversation not in used]
    rivals = [person for person in town.people if person != name]
    rivals = [rivals[place] for place in rng.permutation(len(rivals))]
    said = {
        person: texts(
            draw_replies(town.people[person], messages=max(OTHER_MESSAGES, tested), rng=rng)
        )
        for person in rivals
    }
    return Scene(
        name,
        texts(draw_replies(profile_side, messages=REFERENCE_MESSAGES, rng=rng)),
        texts(test),
        texts(rest),
        {person: said[person] for person in rivals[:known]},
        {person: said[person] for person in rivals[known:]},
    )


def texts(said: Sequence[Said]) -> tuple[Reply, ...]:
    """Only the replies."""
    return tuple(one.reply for one in said)


def scale_of(
    scene: Scene, town: Town, *, seed: int, replies: int | None = None
) -> StyleScale | Refusal:
    """The scale that the scene's owner would get, everybody's names masked."""
    return build_scale(
        scene.reference, scene.test, scene.others, seed=seed, replies=replies, names=town.names
    )


def at_most(replies: Sequence[Reply], count: int, rng: np.random.Generator) -> list[Reply]:
    """So many replies at random, in order."""
    picked = np.sort(rng.permutation(len(replies))[:count])
    return [replies[place] for place in picked]
