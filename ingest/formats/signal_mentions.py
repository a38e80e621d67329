"""Who is mentioned in a Signal text: each U+FFFC in it stands for one person."""

from collections.abc import Iterable

SLOT = "\ufffc"


def with_mentions(text: str, names: Iterable[str | None]) -> str:
    """`text` with '@Name' for each mention in turn; one without a name keeps its place."""
    first, *rest = text.split(SLOT)
    known = iter(names)
    return first + "".join(
        (f"@{name}" if (name := next(known, None)) else SLOT) + part for part in rest
    )
