"""Which of the encodings from before UTF-8 a text is in: Thai, Chinese, Korean, Japanese, Western.

A guess by what each encoding makes of the bytes; only for text that is not valid UTF-8.
"""

import re
from collections.abc import Callable

_DOUBLE = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_RUN = re.compile(rb"[\x80-\xff]+")
_THAI = re.compile(r"[\u0e01-\u0e5b]")
_LOOSE_MARK = re.compile(r"(?<![\u0e01-\u0e5b])[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]")
_HANGUL = re.compile("[가-힣]")
_KANA = re.compile("[ぁ-ヿ]")
_HANZI = re.compile("[一-鿿]")
MOSTLY = 0.85


def legacy_encoding(data: bytes) -> str:
    """The codec that `data` is most likely in, cp1252 where nothing speaks for another."""
    runs = _RUN.findall(data)
    letters = sum(map(len, runs))
    if not runs or letters < 2.5 * len(runs):
        return "cp1252"
    for codec, fits in _TESTS.items():
        text = data.decode(codec, errors="replace")
        if text.count("\ufffd") <= letters * 0.02 and fits(text, data):
            return codec
    return "cp1252"


def _is_thai(text: str, data: bytes) -> bool:
    """Thai letters, one byte each; where two bytes make a letter, hardly a run is odd."""
    runs = _RUN.findall(data)
    if sum(len(run) % 2 for run in runs) < 0.15 * len(runs):
        return False
    thai = len(_THAI.findall(text))
    foreign = sum(1 for letter in text if ord(letter) > 0x7F) - thai
    return thai > 10 * foreign and len(_LOOSE_MARK.findall(text)) * 50 <= thai


def _is_korean(text: str, data: bytes) -> bool:
    """Hangul, whose first bytes are B0 to C8; Chinese text uses those up to F7 as well."""
    pairs = _DOUBLE.findall(data)
    early = sum(1 for pair in pairs if 0xB0 <= pair[0] <= 0xC8 or pair[0] in (0xA1, 0xA4))
    return early > MOSTLY * len(pairs) and len(_HANGUL.findall(text)) * 2 > len(pairs)


def _is_japanese(text: str, data: bytes) -> bool:
    kana, hanzi = len(_KANA.findall(text)), len(_HANZI.findall(text))
    return kana > 0.2 * (kana + hanzi) and kana > 3


def _is_chinese(text: str, data: bytes) -> bool:
    return len(_HANZI.findall(text)) * 2 > len(_DOUBLE.findall(data))


_TESTS: dict[str, Callable[[str, bytes], bool]] = {
    "cp874": _is_thai,
    "cp932": _is_japanese,
    "cp949": _is_korean,
    "gb18030": _is_chinese,
}
