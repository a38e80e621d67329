"""The bundled model's card says of the weights what their own files say."""

import json

from persona.tiny import MODEL_DIR
from persona.tiny.card import row, source_rows, training_text
from persona.tiny.recipe import RECIPES

CARD = (MODEL_DIR.parent / "MODEL_CARD.md").read_text(encoding="utf-8")


def test_card_tells_the_run_that_made_the_weights_and_its_mixture() -> None:
    facts = json.loads((MODEL_DIR / "training.json").read_text(encoding="utf-8"))
    assert row("training", training_text(facts)) in CARD
    assert source_rows(RECIPES[facts["recipe"]]) in CARD
