"""The core of the persona kit: what flows, what is trained, what answers."""

import os
from logging import ERROR, getLogger

# On a busy machine, threads that wait for each other by spinning make a training step 5 times
# dearer. Read when torch loads OpenMP, so it is set before anything can import torch.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

# TRL tells its makers of every trainer it makes. Read when the hub's library is imported.
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

# It warns of an optional package on every CPU, as soon as PEFT or transformers imports it.
getLogger("bitsandbytes").setLevel(ERROR)

__version__ = "0.1.0"
