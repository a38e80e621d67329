"""Damage to files as disks, downloads, editors and hostile people do it, reproducible by seed."""

import random
from collections.abc import Callable

LONG_RUN = 200_000
SPLICES = (
    b"\0", b"\r\n", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe2\x80\x8e", b"\xed\xa0\xbd", b"\\u",
    b'"', b"{", b"}", b"[", b"]", b"<", b">", b"&#55357;", b",", b":", b"null", b"1e999", b"-1",
    b"99999999999999999999", b"13/13/2019, 25:61 - A: ", b"[", b"<!ENTITY a 'b'>",
)  # fmt: skip


def damaged(data: bytes, rng: random.Random) -> bytes:
    """`data` after one to three kinds of damage."""
    for _ in range(rng.randint(1, 3)):
        data = rng.choice(KINDS)(data, rng)
    return data


def _range(data: bytes, rng: random.Random) -> tuple[int, int]:
    start = rng.randint(0, len(data))
    return start, min(len(data), start + rng.choice((1, 2, 16, 200, 5000)))


def cut(data: bytes, rng: random.Random) -> bytes:
    """The end is missing, or the beginning."""
    place = rng.randint(0, len(data))
    return data[:place] if rng.random() < 0.7 else data[place:]


def zeros(data: bytes, rng: random.Random) -> bytes:
    """A stretch is zeros."""
    start, end = _range(data, rng)
    return data[:start] + bytes(end - start) + data[end:]


def noise(data: bytes, rng: random.Random) -> bytes:
    """A stretch is noise."""
    start, end = _range(data, rng)
    return data[:start] + rng.randbytes(end - start) + data[end:]


def flips(data: bytes, rng: random.Random) -> bytes:
    """Some bytes are others."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 20) if changed else 0):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def gap(data: bytes, rng: random.Random) -> bytes:
    """A stretch is missing."""
    start, end = _range(data, rng)
    return data[:start] + data[end:]


def echo(data: bytes, rng: random.Random) -> bytes:
    """A stretch is there many times."""
    start, end = _range(data, rng)
    return data[:end] + data[start:end] * rng.choice((1, 3, 50)) + data[end:]


def splice(data: bytes, rng: random.Random) -> bytes:
    """Something that means much to a parser stands where it should not."""
    place = rng.randint(0, len(data))
    return data[:place] + rng.choice(SPLICES) * rng.choice((1, 1, 2, 1000)) + data[place:]


def run(data: bytes, rng: random.Random) -> bytes:
    """One character goes on for very long."""
    place = rng.randint(0, len(data))
    return (
        data[:place] + rng.choice((b"x", b" ", b"\n", b"[", b"(", b"9")) * LONG_RUN + data[place:]
    )


def shuffled(data: bytes, rng: random.Random) -> bytes:
    """The lines are in another order."""
    lines = data.splitlines(keepends=True)
    rng.shuffle(lines)
    return b"".join(lines)


def one_line(data: bytes, rng: random.Random) -> bytes:
    """The line breaks are gone."""
    return data.replace(b"\n", rng.choice((b"", b" ", b"\r")))


def recoded(data: bytes, rng: random.Random) -> bytes:
    """The text is in another encoding."""
    text = data.decode("utf-8", "replace")
    return text.encode(rng.choice(("utf-16", "utf-16-be", "cp1252", "utf-32", "utf-7")), "replace")


def digits(data: bytes, rng: random.Random) -> bytes:
    """Every third number or so is another."""
    changed = (
        rng.randrange(48, 58) if 48 <= byte < 58 and rng.random() < 0.3 else byte for byte in data
    )
    return bytes(changed)


KINDS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    cut, zeros, noise, flips, gap, echo, splice, run, shuffled, one_line, recoded, digits,
)  # fmt: skip
