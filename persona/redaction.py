"""The patterns of private things in chat text, and the placeholders that stand for them.

Used when a dataset is built and when replies are judged for leaks. Mail addresses, links, phone
and card numbers, IBANs, IP addresses and secrets are found by shape and, where there is one, by
their check sum. People's names are not: they have no shape (`ingest.redact` knows the speakers).
"""

import ipaddress
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

KINDS = ("secret", "url", "email", "iban", "card", "ip", "phone")
"""What is looked for; the first kind that claims a stretch of text keeps it."""


class Finding(NamedTuple):
    """A private thing: `text[start:end]` is one of `KINDS`."""

    kind: str
    start: int
    end: int


def placeholder(kind: str) -> str:
    """What stands in the place of a `kind`, such as `<email>`."""
    return f"<{kind}>"


PLACEHOLDERS = frozenset(placeholder(kind) for kind in KINDS)

_SPACE = r"[ \t\u00a0\u202f]"
_TOP_LEVEL = r"com|org|net|edu|gov|io|dev|app|info|biz|eu|de|fr|nl|ch|at|pl|es|uk|ca|au|jp|br|ru|cn"
# A message without any of these holds nothing private: the one search most messages pay for.
_MAYBE = re.compile(rf"[@\d]|://|www\.|\.(?:{_TOP_LEVEL})\b|[^\s]{{20}}|PRIVATE KEY", re.IGNORECASE)

_PATTERNS = {
    "secret": re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
        r"|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]+"
        r"|\b(?:sk|pk|rk)[-_][\w-]{16,}"
        r"|\bgithub_pat_\w{20,}|\bgh[pousr]_\w{20,}|\bglpat-[\w-]{16,}|\bnpm_\w{30,}"
        r"|\bxox[abeoprs]-[\w-]{10,}|\bhf_[A-Za-z0-9]{20,}|\bAIza[\w-]{30,}"
        r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bSG\.[\w-]{16,}\.[\w-]{16,}"
        r"|(?i:\b(?:password|passwd|passphrase|passwort|api[_-]?key|secret|token)\b['\"]?[ \t]*"
        r"(?:[:=]|is\b)[ \t]*['\"]?)(?=[^\s'\"]*[\d!#$%^&*])(?P<value>[^\s'\"<>]{6,})"
        r"|(?i:\bbearer[ \t]+)(?P<bearer>[\w.~+/-]{16,}=*)"
        r"|(?<![\w+=/-])(?P<token>[A-Za-z0-9+_=-]{20,})(?![\w+=/-])",
        re.DOTALL,
    ),
    "url": re.compile(
        r"(?:\b[a-z][a-z0-9+.-]{1,14}://|\bwww\.)[^\s<>\"]+"
        rf"|(?<![\w@.-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:{_TOP_LEVEL})\b(?![\w@-])"
        r"(?:[/?#:][^\s<>\"]*)?",
        re.IGNORECASE,
    ),
    "email": re.compile(r"[\w.!#$%&*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)*\.\w{2,}"),
    "iban": re.compile(
        rf"(?<!\w)[A-Z]{{2}}\d{{2}}(?:{_SPACE}?[A-Z0-9]{{4}}){{2,7}}(?:{_SPACE}?[A-Z0-9]{{1,3}})?(?!\w)",
        re.IGNORECASE,
    ),
    "card": re.compile(rf"(?<![\w+])\d(?:[-]|{_SPACE})?(?:\d(?:[-]|{_SPACE})?){{11,17}}\d(?!\w)"),
    "ip": re.compile(
        r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\w)"
        r"|(?<![\w:])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:])",
        re.IGNORECASE,
    ),
    "phone": re.compile(
        rf"(?<![\w.,:/+-])(?:\+|\(\+?)?\d(?:(?:{_SPACE}|[().\-/]){{0,3}}\d){{6,14}}(?!\w|[.,:/-]\d)"
    ),
}


def find(text: str) -> list[Finding]:
    """The private things in `text`, in order, none overlapping another."""
    if not _MAYBE.search(text):
        return []
    found: list[Finding] = []
    for kind in KINDS:
        for start, end in _spans(kind, text):
            if not any(start < other.end and other.start < end for other in found):
                found.append(Finding(kind, start, end))
    return sorted(found, key=lambda finding: finding.start)


def redact(text: str) -> str:
    """`text` with every private thing replaced by its placeholder; twice gives the same as once."""
    return redact_counted(text)[0]


def redact_counted(text: str) -> tuple[str, Counter[str]]:
    """`redact(text)`, and how many of each kind were replaced."""
    counts: Counter[str] = Counter()
    # A placeholder is a new word border, beside which more may show: until nothing is found.
    while found := find(text):
        pieces, last = [], 0
        for kind, start, end in found:
            counts[kind] += 1
            pieces += [text[last:start], placeholder(kind)]
            last = end
        text = "".join([*pieces, text[last:]])
    return text, counts


def is_only_placeholders(text: str) -> bool:
    """Whether nothing but placeholders and white space is in `text`."""
    words = text.split()
    return bool(words) and all(word in PLACEHOLDERS for word in words)


def _spans(kind: str, text: str) -> Iterator[tuple[int, int]]:
    check = _CHECKS.get(kind)
    for match in _PATTERNS[kind].finditer(text):
        if kind == "secret":
            span = _secret_span(match)
            if span:
                yield span
        elif kind == "url":
            yield match.start(), match.start() + len(match.group().rstrip(".,;:!?)]}'*_"))
        elif check is None or check(match.group()):
            yield match.span()


def _secret_span(match: re.Match[str]) -> tuple[int, int] | None:
    for group in ("value", "bearer"):
        if match[group]:
            return match.span(group)
    token = match["token"]
    return match.span() if token is None or _is_random(token) else None


_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_HEX = re.compile(r"[0-9a-f]{32,}|[0-9A-F]{32,}")


def _is_random(token: str) -> bool:
    """Whether a long token looks drawn rather than named: high entropy, classes that alternate.

    A key of letters and digits changes between capitals, small letters and digits at every second
    character; a name in code does at most at its words.
    """
    if _UUID.fullmatch(token) or sum(character.isdigit() for character in token) < 3:
        return False
    if _HEX.fullmatch(token):
        return True
    classes = [(character.isdigit(), character.isupper()) for character in token]
    changes = sum(a != b for a, b in pairwise(classes)) / (len(token) - 1)
    return changes >= 0.3 and _entropy(token) >= 3.5


def _entropy(token: str) -> float:
    """Shannon entropy of the characters, in bits each."""
    size = len(token)
    return -sum(n / size * math.log2(n / size) for n in Counter(token).values())


def _is_iban(text: str) -> bool:
    code = "".join(text.split()).upper()
    digits = "".join(str(int(character, 36)) for character in code[4:] + code[:4])
    return int(digits) % 97 == 1


def _is_card(text: str) -> bool:
    digits = [int(character) for character in text if character.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return digits[0] in (3, 4, 5, 6) and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _is_ip(text: str) -> bool:
    if ":" in text and "::" not in text and text.count(":") != 7:
        return False  # a time of day
    try:
        return not ipaddress.ip_address(text).is_unspecified
    except ValueError:
        return False


_DATE = re.compile(
    r"(?:\d{1,2}[-./]\d{1,2}[-./](?:\d{2}){1,2}|\d{4}[-./]\d{1,2}[-./]\d{1,2})(?!\d)"
)
_YEARS = re.compile(r"(?:19|20)\d\d[ -/]{1,3}(?:19|20)\d\d")


def _is_phone(text: str) -> bool:
    """A number that is dialled: 7 to 15 digits in one run, or grouped as numbers are."""
    digits = [character for character in text if character.isdigit()]
    if _DATE.match(text) or _YEARS.fullmatch(text):
        return False
    if text[0] in "+(" or text.startswith("0"):
        return len(digits) >= 8 or text[0] in "+("
    groups = re.findall(r"\d+", text)
    if len(groups) == 1:
        return len(digits) >= 9
    return len(digits) >= 9 and max(map(len, groups)) <= 8 and min(map(len, groups)) >= 2


_CHECKS: dict[str, Callable[[str], bool]] = {
    "iban": _is_iban,
    "card": _is_card,
    "ip": _is_ip,
    "phone": _is_phone,
}
