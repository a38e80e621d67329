"""The card that travels with an adapter."""

from pathlib import Path
from typing import Any

from persona.card import add_evaluation, card, write_card

MANIFEST: dict[str, Any] = {
    "subject": "Ann",
    "base": "tiny",
    "licence": "Apache-2.0",
    "data_sha256": "abc123",
    "template_sha256": "def456",
    "examples": 1234,
    "settings": {"lora_r": 16, "lora_alpha": 32, "learning_rate": 2e-3},
    "steps": 90,
    "planned_steps": 100,
    "best_step": 80,
    "best_valid_loss": 2.5,
    "tokens": 60_000,
    "trained_tokens": 9_000,
    "seconds": 61.0,
    "device": "cpu",
    "backend": "hf",
    "seed": 0,
    "versions": {"torch": "2.13.0"},
    "consent": False,
}
DATA = {
    "messages": {"read": 3000, "used": {"replies": 1200, "contexts": 900}},
    "redacted": {"<email>": 3},
}


def test_the_card_says_that_it_is_an_imitation_first_of_all() -> None:
    assert "This is an AI imitation, not the person." in card(MANIFEST, DATA).split("##")[0]


def test_the_card_tells_where_the_data_comes_from() -> None:
    text = card(MANIFEST, DATA)
    assert "abc123" in text
    assert "3,000 messages were read, 2,100 used; 3 private things" in text


def test_consent_is_stated_only_where_it_was_given() -> None:
    assert "No consent of Ann was stated" in card(MANIFEST, DATA)
    assert "stated that Ann agreed" in card({**MANIFEST, "consent": True}, DATA)


def test_the_card_names_base_licence_versions_and_loss() -> None:
    text = card(MANIFEST, DATA)
    for part in ("base_model: tiny", "Apache-2.0", "torch 2.13.0", "2.5000 nats per token"):
        assert part in text


def test_the_evaluation_s_table_takes_its_place_in_the_card_once(tmp_path: Path) -> None:
    write_card(tmp_path, MANIFEST, DATA)
    for score in ("31", "64"):
        add_evaluation(tmp_path, f"| arm | score |\n|---|---|\n| adapter | {score} |")
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "| adapter | 64 |" in text.split("## Evaluation")[1].split("## Limits")[0]
    assert "31" not in text
    assert "Not yet evaluated" not in text
    assert text.startswith(card(MANIFEST, DATA).split("Not yet evaluated")[0])
    assert text.endswith(card(MANIFEST, DATA).split("## Limits")[1])


def test_the_card_carries_the_hash_of_the_rendering() -> None:
    assert "def456" in card(MANIFEST, DATA)
