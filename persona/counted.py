"""A count with its noun, as a sentence has them."""


def counted(count: float, one: str, many: str = "") -> str:
    """'1 file', '2 replies', '1,200 messages', '0.5 epochs'. many: where no rule gives it."""
    number = f"{count:,}" if isinstance(count, int) else f"{count:g}"
    return f"{number} {one if count == 1 else many or _plural(one)}"


def _plural(noun: str) -> str:
    is_soft = noun.endswith("y") and noun[-2] not in "aeiou"
    return f"{noun[:-1]}ies" if is_soft else f"{noun}s"
