"""Text from before UTF-8: which encoding it is in."""

import pytest

from ingest.detect import decode
from ingest.legacy import legacy_encoding


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("cp874", "10:30\tมะลิ\tสวัสดีค่ะ วันนี้ไปไหนมา\n10:31\tก้อง\tกินข้าวยัง 555\n"),
        ("gb18030", "2019-07-16 18:15:05 小李\n大家好，今天天气怎么样？我们去打球吧。\n"),
        ("cp949", "[김하늘] [오전 9:00] 안녕하세요 반갑습니다 오늘 날씨가 좋네요\n"),
        ("cp932", "2024/03/01(金)\n21:24\tミア\tおはようございます、今日は暑いですね\n"),
        ("cp1252", "08:03 - José: ¿Qué tal? Mañana à demain, grüße – “ok”\n"),
        ("cp1252", "plain ASCII with one caf\xe9 in it\n"),
    ],
)
def test_encoding_is_told_by_what_it_makes_of_the_bytes(codec: str, text: str) -> None:
    data = text.encode(codec)

    assert legacy_encoding(data) == codec
    assert decode(data) == text


def test_one_bad_byte_does_not_make_a_long_text_legacy() -> None:
    data = "хорошо, grüße 😂\n".encode() * 500 + b"\xff\n"

    assert decode(data).startswith("хорошо, grüße 😂\n")
