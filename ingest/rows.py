"""Sessions to the rows of a dataset, with the fate of every message.

Which rows there are is decided here, what is in them in `ingest.examples`, where they go in
`ingest.split`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from ingest.examples import Place, place
from ingest.fates import Fates
from ingest.lines import Session
from ingest.others import others
from ingest.split import REPEATED, Split, split
from persona.config import Config


@dataclass(frozen=True, slots=True)
class Rows:
    """The subject's replies by split, the partners' replies, and the accounts of the messages.

    used: messages by what they are used for. dropped: messages by reason. dropped_rows: the
    subject's replies for which there is no row, by reason.
    """

    splits: Split
    others: list[Place]
    used: dict[str, int]
    dropped: dict[str, int]
    dropped_rows: dict[str, int]


def choose_rows(spoken: Sequence[Session], *, subject: str, config: Config) -> Rows:
    """The rows for `subject`. Raises DataError if there are too few to learn from or to judge."""
    fates = Fates(spoken)
    places: list[Place] = []
    dropped: dict[str, int] = {}
    for session in spoken:
        for index, burst in enumerate(session.bursts):
            if burst.sender != subject:
                continue
            at = place(session, index, limits=config.ingest)
            if isinstance(at, Place):
                places.append(at)
            else:
                fates.drop(session, index, reason=at)
                dropped[at] = dropped.get(at, 0) + 1
    splits, repeated = split(places, seed=config.seed)
    for at in repeated:
        fates.drop(at.session, at.index, reason=REPEATED)
        dropped[REPEATED] = dropped.get(REPEATED, 0) + 1
    rest = others(spoken, subject=subject, limits=config.ingest)
    for at in chain.from_iterable(splits.values()):
        fates.use(at)
    for at in rest:
        fates.use_for_others(at)
    used, lost = fates.count()
    return Rows(splits, rest, used, lost, dropped)
