"""Which base model: the ladder of `--base auto`, a folder, a hub id, or the bundled one.

    resolve_base("auto", machine=find_machine()) -> Base(name, path, ...)

A Base only names a checkpoint; nothing here reads weights. What is written beside an adapter is the
name, never a local path.
"""

import hashlib
from pathlib import Path

import msgspec

from persona.errors import ModelError
from persona.tiny import MODEL_DIR

GIB = 2**30
GB = 10**9


class Machine(msgspec.Struct, frozen=True):
    """What was found to compute on; memory is what one process can get, in bytes."""

    device: str  # "cuda", "mps" or "cpu"
    name: str
    memory: int
    cores: int


class Checkpoint(msgspec.Struct, frozen=True):
    """One downloadable set of weights."""

    hub_id: str
    download: int  # bytes, about


class Rung(msgspec.Struct, frozen=True):
    """A step of the ladder: what needs that much memory, in both precisions."""

    label: str
    needs: int  # bytes of device memory for training
    devices: tuple[str, ...]
    sixteen_bit: Checkpoint  # what an adapter is merged into
    four_bit: Checkpoint  # what is trained on where bitsandbytes works
    licence: str


LADDER = (
    Rung(
        "8B",
        8 * GB,
        ("cuda",),
        Checkpoint("Qwen/Qwen3-8B", 16_400_000_000),
        Checkpoint("unsloth/Qwen3-8B-unsloth-bnb-4bit", 7_000_000_000),
        "Apache-2.0",
    ),
    Rung(
        "4B",
        6 * GB,
        ("cuda",),
        Checkpoint("Qwen/Qwen3-4B-Instruct-2507", 8_100_000_000),
        Checkpoint("unsloth/Qwen3-4B-Instruct-2507-unsloth-bnb-4bit", 3_600_000_000),
        "Apache-2.0",
    ),
    Rung(
        "1.7B",
        4 * GB,
        ("cuda", "mps"),
        Checkpoint("Qwen/Qwen3-1.7B", 4_100_000_000),
        Checkpoint("unsloth/Qwen3-1.7B-unsloth-bnb-4bit", 1_900_000_000),
        "Apache-2.0",
    ),
)
HUB_SECONDS = 5.0

MPS_NEEDS = 12 * GB
"""Unified memory from which an Apple GPU trains the 1.7B rung in 16 bit."""


class Base(msgspec.Struct, frozen=True):
    """A base model: `name` is what is written down, `path` is what is loaded."""

    name: str
    path: str
    licence: str = "see the model's own page"
    download: int = 0  # bytes, about; 0 where nothing is downloaded
    merge_into: str | None = None  # the 16-bit checkpoint, where this one is 4-bit

    @property
    def is_four_bit(self) -> bool:
        """Whether the checkpoint itself is quantised."""
        return self.merge_into is not None


TINY = Base("tiny", str(MODEL_DIR), licence="Apache-2.0")


def find_machine() -> Machine:
    """The fastest device here and its memory. Imports torch."""
    import torch

    from persona.memory import available_memory, cpu_name, usable_cores

    if torch.cuda.is_available():
        properties = torch.cuda.get_device_properties(0)
        return Machine("cuda", properties.name, properties.total_memory, usable_cores())
    if torch.backends.mps.is_available():
        return Machine("mps", "Apple GPU", available_memory(), usable_cores())
    return Machine("cpu", cpu_name(), available_memory(), usable_cores())


def resolve_base(name: str, *, machine: Machine) -> Base:
    """The base called `name`: 'auto', 'tiny', a folder, or a hub id.

    Raises ModelError if the bundled model is not there, or `name` is neither a folder nor a hub id.
    """
    if name == "auto":
        return climb_down(machine)
    if name == "tiny":
        return _bundled()
    if Path(name).is_dir():
        return _folder(Path(name))
    if name.count("/") == 1 and not name.startswith((".", "/", "~")):
        return _known(name) or Base(name, name)
    raise ModelError(f"{name}: no such folder, and not a hub id (owner/model); see --base")


def climb_down(machine: Machine) -> Base:
    """The largest rung whose memory is there and whose weights can be had; else the bundled one."""
    if machine.device == "cpu":
        return _bundled()
    for rung in LADDER:
        base = _fitting(rung, machine)
        if base is not None and is_within_reach(base.path):
            return base
    return _bundled()


def is_within_reach(hub_id: str) -> bool:
    """Whether the checkpoint is in the local cache or the hub answers for it, within seconds."""
    from httpx import HTTPError
    from huggingface_hub import model_info

    if is_cached(hub_id):
        return True
    try:
        model_info(hub_id, timeout=HUB_SECONDS)
    except (HTTPError, OSError):
        return False
    return True


def require_reach(base: Base) -> None:
    """Raises ModelError where the base is no folder, not cached, and no hub answers for it."""
    if not (Path(base.path).is_dir() or is_within_reach(base.path)):
        raise ModelError(out_of_reach(base))


def out_of_reach(base: Base) -> str:
    """The message of the ModelError."""
    return (
        f"{base.name}: not in the local cache, and the hub is out of reach or has no such model; "
        "check the name and the connection, or use --base tiny or a local folder"
    )


def is_cached(hub_id: str) -> bool:
    """Whether the checkpoint was fetched before."""
    from huggingface_hub import try_to_load_from_cache

    return isinstance(try_to_load_from_cache(hub_id, "config.json"), str)


def _fitting(rung: Rung, machine: Machine) -> Base | None:
    if machine.device not in rung.devices:
        return None
    if machine.device == "mps":
        return _sixteen(rung) if machine.memory >= MPS_NEEDS else None
    # A card sold as 8 GB reports a little less.
    if machine.memory < 0.95 * rung.needs:
        return None
    checkpoint = rung.four_bit
    return Base(
        checkpoint.hub_id,
        checkpoint.hub_id,
        rung.licence,
        checkpoint.download,
        rung.sixteen_bit.hub_id,
    )


def _sixteen(rung: Rung) -> Base:
    checkpoint = rung.sixteen_bit
    return Base(checkpoint.hub_id, checkpoint.hub_id, rung.licence, checkpoint.download)


def _known(name: str) -> Base | None:
    for rung in LADDER:
        if name == rung.sixteen_bit.hub_id:
            return _sixteen(rung)
        if name == rung.four_bit.hub_id:
            return Base(name, name, rung.licence, rung.four_bit.download, rung.sixteen_bit.hub_id)
    return None


def _bundled() -> Base:
    if not (MODEL_DIR / "config.json").is_file():
        raise ModelError(
            f"{MODEL_DIR}: the bundled base model is not in this clone; "
            "fetch the whole repository again or choose another --base"
        )
    return TINY


def _folder(path: Path) -> Base:
    config = path / "config.json"
    if not config.is_file():
        hint = "an adapter, not a base model" if (path / "adapter_config.json").is_file() else ""
        raise ModelError(
            f"{path}: {hint or 'no config.json in it, so not a transformers model folder'}; "
            "give the folder of a causal chat model"
        )
    digest = hashlib.sha256(config.read_bytes()).hexdigest()[:12]
    return Base(f"{path.resolve().name}@{digest}", str(path.resolve()))
