"""The numbers of the training run, in one place: shape, mixture of corpora, rates and schedule."""

HIDDEN, LAYERS, HEADS, INTERMEDIATE = 256, 8, 4, 704
"""Widths are multiples of 64, the block of 4-bit quantisation; heads are 64 wide."""

VOCABULARY = 4096
POSITIONS = 1024

CONSTANT_SHARES = {
    "small_talk": 0.44,
    "everyday": 0.14,
    "self_dialogue": 0.18,
    "synthetic_persona_chat": 0.14,
    "topical_chat": 0.03,
    "chatterbot_corpus": 0.04,
    "personality_chat": 0.02,
    "taskmaster4": 0.01,
}
"""Share of each corpus in the tokens at the constant rate."""

DECAY_SHARES = {
    "small_talk": 0.55,
    "everyday": 0.20,
    "self_dialogue": 0.07,
    "synthetic_persona_chat": 0.10,
    "topical_chat": 0.01,
    "chatterbot_corpus": 0.04,
    "personality_chat": 0.02,
    "taskmaster4": 0.01,
}
"""The same in the decay: what comes last stays best, and everyday talk is what the model is for."""

LENGTHS = (256, 256, 256, 512)
"""Tokens of a row, in turn from step to step: most dialogues are short, some need the long rows."""

STEP_TOKENS = 4096
"""Tokens of an optimizer step."""

PASS_TOKENS = {"cpu": 1024, "cuda": 4096}
"""Tokens of a forward pass; on a CPU what stays in the cache of one core."""

MATRIX_RATE, VECTOR_RATE = 2e-3, 3e-3
"""Learning rates of Muon (scaled as Moonlight does, arXiv 2502.16982) and AdamW."""

MATRIX_WEIGHT_DECAY = 0.1
WARM_UP_STEPS = 60

DECAY_SHARE = 0.4
"""Share of the minutes in which the rate falls."""

LAST_RATE = 0.02
"""Where it ends, as a share of the constant rate."""
