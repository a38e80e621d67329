"""A made-up language: every letter of a file replaced by another, all else left as it is.

The English word list, contractions, openers and shorthand then mean nothing, as in a log in another
language, while who wrote what stays known. No test of real scripts or grammars.
"""

import random
import re
import string

from eval.style.checks.scene import Town
from eval.style.corpus import Said
from eval.style.features import Reply

_WORD = re.compile(r"<\w+>|[A-Za-z]+")


def cipher_town(town: Town, *, seed: int) -> Town:
    """The town in the made-up language."""
    letters = list(string.ascii_lowercase)
    random.Random(seed).shuffle(letters)
    new = "".join(letters)
    table = str.maketrans(string.ascii_letters, new + new.upper())

    def change(text: str) -> str:
        return _WORD.sub(
            lambda match: (
                match.group(0) if match.group(0)[0] == "<" else match.group(0).translate(table)
            ),
            text,
        )

    people = {
        name: [
            Said(Reply(change(one.reply.text), one.reply.conversation), one.day, one.messages)
            for one in said
        ]
        for name, said in town.people.items()
    }
    return Town(people, tuple(change(name) for name in town.names))
