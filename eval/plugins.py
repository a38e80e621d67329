"""Style embeddings from elsewhere, on request: a second opinion beside the style score.

    persona eval --plugin styledistance

They need the `eval` extra and a hub that answers, or a folder. What they say is shown only where
they pass the self-test on this very log (`eval.plugin_scale`).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval.metrics.embedding import Embed
from persona.errors import MissingExtraError, ModelError


@dataclass(frozen=True, slots=True)
class Known:
    """Where a plug-in lies, under which licence, and whether it runs code of its own."""

    hub_id: str
    licence: str
    runs_code: bool = False


PLUGINS = {
    # Patel et al. 2025: content-independent style, English.
    "styledistance": Known("StyleDistance/styledistance", "MIT"),
    # Qiu et al. 2025: the same for nine languages.
    "mstyledistance": Known("StyleDistance/mstyledistance", "MIT"),
    # Rivera-Soto et al. 2021: authorship of Reddit comments.
    "luar": Known("gabrielloiseau/LUAR-MUD-sentence-transformers", "Apache-2.0", runs_code=True),
}


def name_of_plugin(asked: str) -> str:
    """What a plug-in is called in reports: its name, or the last part of its folder's."""
    return asked if asked in PLUGINS else Path(asked).resolve().name


def load_plugin(name: str, *, remote_code: bool) -> Embed:
    """The embedding called `name`: one of PLUGINS, or a folder of a sentence-transformers model.

    Raises ModelError if it is unknown, cannot be had or would run code that was not allowed.
    """
    known = PLUGINS.get(name)
    if known is None and not Path(name).is_dir():
        raise ModelError(f"--plugin {name}: no such folder; known: {', '.join(PLUGINS)}")
    if known and known.runs_code and not remote_code:
        raise ModelError(
            f"--plugin {name}: {known.hub_id} runs code of its own; allow that with --remote-code"
        )
    return _load(known.hub_id if known else name, is_folder=known is None, remote_code=remote_code)


def _load(where: str, *, is_folder: bool, remote_code: bool) -> Embed:
    try:
        from sentence_transformers import SentenceTransformer

        from persona.bases import is_within_reach
    except ImportError:
        raise MissingExtraError("eval", command="eval --plugin") from None
    if not is_folder and not is_within_reach(where):
        raise ModelError(
            f"{where}: the Hugging Face hub does not answer and it was not fetched before; "
            "leave out --plugin, or give the folder of a copy"
        )
    try:
        model = SentenceTransformer(where, device="cpu", trust_remote_code=remote_code)
    except (OSError, ValueError, ImportError, RuntimeError):
        raise ModelError(
            f"{where}: cannot be loaded as a sentence-transformers model; fetch it again"
        ) from None
    return lambda texts: np.asarray(
        model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False), np.float64
    )
