"""What counts as private in a message, and that nothing else does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona.redaction import (
    PLACEHOLDERS,
    find,
    is_only_placeholders,
    placeholder,
    redact,
    redact_counted,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("write to jo.doe+x@mail.example.org pls", "write to <email> pls"),
        ("call me: +44 7700 900123!", "call me: <phone>!"),
        ("(555) 123-4567 or 555-123-4567", "<phone> or <phone>"),
        ("0151 23456789", "<phone>"),
        ("look https://ex.org/p?id=7.", "look <url>."),
        ("www.example.com, and example.com/a", "<url>, and <url>"),
        ("192.168.0.17 or fe80::1ff:fe23:4567:890a", "<ip> or <ip>"),
        ("DE89 3704 0044 0532 0130 00 is mine", "<iban> is mine"),
        ("4111 1111 1111 1111", "<card>"),
        ("my password is hunter2!", "my password is <secret>"),
        ("key sk-ant-api03-abcdefghijklmnop1234", "key <secret>"),
        ("ghp_abcdefghijklmnopqrstuvwx0123456789", "<secret>"),
        ("AKIAIOSFODNN7EXAMPLE ok", "<secret> ok"),
        ("tok aB3xK9mQ2pL7vR4tY8wZ1c end", "tok <secret> end"),
        ("d41d8cd98f00b204e9800998ecf8427e", "<secret>"),
    ],
)
def test_private_things_become_placeholders(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "at 7 or 19:30, 2024-05-12, 12.05.2024 or 01-02-2024",
        "1,000,000 times and 3.14159265",
        "2019-2021 was long",
        "hahahahahahahahahahahahahaha",
        "test_reply_after_six_hours_starts_a_new_conversation",
        "nooooooooooooooooooooooooo!!!!!!!!!!!!!!!!!",
        "I got 120 points, 3 x 45 min",
        "v2.10.3 is out",
        "see you at 12:30:45",
        "token of love",
        "550e8400-e29b-41d4-a716-446655440000",
        "fine.no really...ok",
    ],
)
def test_ordinary_chat_is_left_alone(text: str) -> None:
    assert redact(text) == text


def test_a_finding_names_its_kind_and_place() -> None:
    text = "mail a@b.org now"
    (finding,) = find(text)
    assert (finding.kind, text[finding.start : finding.end]) == ("email", "a@b.org")


def test_a_link_with_an_address_inside_is_one_link() -> None:
    assert redact_counted("https://x.org/?to=a@b.org") == ("<url>", {"url": 1})


def test_only_placeholders_is_told_from_text() -> None:
    assert is_only_placeholders("<url>\n\n<url>")
    assert not is_only_placeholders("see <url>")
    assert not is_only_placeholders("")


_PRIVATE = (
    "a@b.org", "+49 151 234567", "https://x.org/a", "10.0.0.1", "555-123-4567",
    "4111111111111111", "password: hunter22",
)  # fmt: skip
_PIECES = st.sampled_from(
    [*_PRIVATE, "lol", "7", " ", "\n", "-", ".", "=", "@", "<", *PLACEHOLDERS]
)


@settings(max_examples=300)
@given(st.one_of(st.text(), st.lists(_PIECES, max_size=12).map("".join)))
def test_redaction_is_idempotent(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


def test_every_kind_has_its_placeholder() -> None:
    assert placeholder("email") in PLACEHOLDERS
