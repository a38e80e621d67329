"""The bundled base model: a small Llama chat model that runs offline on any CPU.

`MODEL_DIR` holds the weights, tokenizer and chat template as plain transformers files. The modules
beside this one made them (`train`) and measure them (`evaluate`); nothing here imports torch.
"""

from pathlib import Path

MODEL_DIR: Path = Path(__file__).parent / "model"
