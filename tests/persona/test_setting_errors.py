"""A setting that does not fit is told in words, with what it may be."""

from typing import Any

import pytest

from persona.config import parse_config
from persona.errors import ConfigError


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"train": {"backend": "foo"}}, "train.backend: 'foo' is none of auto, hf, unsloth"),
        ({"eval": {"arms": ["x"]}}, "'x' is none of adapter, base, prompt, retrieval"),
        ({"train": {"lora_r": "x"}}, "train.lora_r: should be a whole number, not a text"),
        ({"train": {"epochs": -1}}, "train.epochs: should be a number above 0.0"),
        ({"ingest": {"gap_minutes": 0}}, "should be a whole number of at least 1"),
        ({"people": {"A": 3}}, "should be a list, not a whole number"),
    ],
)
def test_a_setting_that_does_not_fit_is_told_in_words(table: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_config(table, source="persona.toml")

    assert told in str(caught.value)
