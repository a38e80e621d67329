"""The Unsloth backend: trained for real on Unsloth's CPU backend, and held to its CUDA signatures.

Each test has a process of its own: Unsloth patches transformers for good.
"""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from persona.config import Config, TrainConfig, dump_config
from persona.folders import DatasetDir

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not importlib.util.find_spec("unsloth"), reason="unsloth is not installed"),
]

TRAIN = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path

data, settings, out = map(Path, sys.argv[1:4])
interrupt = int(sys.argv[4])
from persona.backends import load_backend
load_backend("unsloth")
import torch
import persona.backends.unsloth as backend
from persona.config import load_config
from persona.folders import DatasetDir
from persona.train import train

logits = []
original = backend.finish

def finish(job, recorder, tokenizer, *, step):
    with torch.no_grad():
        probe = torch.arange(5, 45).unsqueeze(0)
        logits.append(recorder.model(input_ids=probe).logits.float().flatten().tolist())
    return original(job, recorder, tokenizer, step=step)

backend.finish = finish

def progress(now):
    if now.step == interrupt:
        import signal
        signal.raise_signal(signal.SIGINT)

def run(resume):
    return train(DatasetDir(data), load_config(settings), runs=out / "runs", name="a",
                 now=datetime(2024, 5, 1, tzinfo=UTC), progress=progress, resume=resume)

try:
    done = run(False)
except KeyboardInterrupt:
    interrupt = -1
    done = run(True)
(out / "logits.json").write_text(json.dumps(logits[-1]))
print(done.root)
"""

PACKED = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path

data, settings, out = map(Path, sys.argv[1:4])
from persona.backends import load_backend
load_backend("unsloth")
import persona.backends.unsloth as backend
from persona.config import load_config
from persona.folders import DatasetDir
from persona.runs import read_metrics
from persona.train import train

rows = []
original = backend.collate_packed

def collate_packed(sequences, device):
    rows.append(len(sequences))
    return original(sequences, device)

backend.collate_packed = collate_packed

def losses(name, has_kernel):
    backend.has_varlen_kernel = lambda job: has_kernel
    run = train(DatasetDir(data), load_config(settings), runs=out / "runs", name=name,
                now=datetime(2024, 5, 1, tzinfo=UTC))
    return [line["loss"] for line in read_metrics(run) if "loss" in line]

print(json.dumps({"rows": losses("rows", False), "packed": losses("packed", True), "sizes": rows}))
"""

CONTRACT = """
import inspect, json, sys
from pathlib import Path
from persona.backends import seal_unsloth
seal_unsloth()
import persona.backends.unsloth as backend
from persona.backends import Job
from persona.bases import Base, Machine
from persona.batches import Packed
from persona.config import TrainConfig
from persona.folders import RunDir
from persona.presets import settle
from unsloth import FastLanguageModel
from unsloth.models.llama import FastLlamaModel

settings, _ = settle(TrainConfig(), turns=900, parameters=8_000_000_000, max_length=512)
job = Job(run=RunDir(Path("r")), base=Base("b", "b"), machine=Machine("cpu", "", 1, 1),
          settings=settings, quantization="nf4", steps=[[Packed([1, 2], ((1, 2),), (0,))]],
          valid=[], seed=0, micro_tokens=64, gradient_checkpointing=True,
          optimizer="adamw_8bit", threads=1,
          checkpoint=None, progress=print, note=print)
unnamed = {
    "from_pretrained": sorted(
        set(backend.load_arguments(job))
        - set(inspect.signature(FastLanguageModel.from_pretrained).parameters)),
    "get_peft_model": sorted(
        set(backend.adapter_arguments(job, ["q_proj"]))
        - set(inspect.signature(FastLlamaModel.get_peft_model).parameters)),
}
print(json.dumps(unnamed))
"""


def python(script: str, *arguments: object, cwd: Path, **extra: str) -> str:
    """The last line of standard output of a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "XDG_CACHE_HOME": str(cwd / "cache"), **extra},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.strip().splitlines()[-1]


@pytest.fixture
def settings(tmp_path: Path, tiny_base: Path) -> Path:
    train = TrainConfig(
        base=str(tiny_base), backend="unsloth", learning_rate=5e-3, epochs=2, batch_size=12
    )
    path = tmp_path / "settings.toml"
    path.write_text(dump_config(Config(train=train)), encoding="utf-8")
    return path


def test_an_adapter_trained_through_unsloth_has_the_same_logits_in_plain_peft(
    make_dataset: Callable[..., DatasetDir], settings: Path, tmp_path: Path, tiny_base: Path
) -> None:
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    here = tmp_path / "here"
    here.mkdir()
    dataset = make_dataset()
    run = Path(python(TRAIN, dataset.root, settings, tmp_path, -1, cwd=here))
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    losses = [line["loss"] for line in lines if "loss" in line]
    assert losses[-1] < losses[0]
    assert json.loads((run / "manifest.json").read_text())["versions"]["unsloth"]
    assert [path.name for path in here.iterdir() if path.name != "cache"] == []

    model = PeftModel.from_pretrained(
        AutoModelForCausalLM.from_pretrained(tiny_base), str(run / "adapter")
    ).eval()
    with torch.no_grad():
        logits = model(input_ids=torch.arange(5, 45).unsqueeze(0)).logits.flatten()
    written = torch.tensor(json.loads((tmp_path / "logits.json").read_text()))
    assert float((logits - written).abs().max()) < 1e-5

    cut = tmp_path / "cut"
    cut.mkdir()
    again = Path(python(TRAIN, dataset.root, settings, cut, 4, cwd=here))
    resumed = [json.loads(line) for line in (again / "metrics.jsonl").read_text().splitlines()]
    assert [line["loss"] for line in resumed if "loss" in line] == losses


def test_rows_without_padding_are_learned_as_each_sequence_alone(
    make_dataset: Callable[..., DatasetDir], settings: Path, tmp_path: Path
) -> None:
    found = json.loads(python(PACKED, make_dataset().root, settings, tmp_path, cwd=tmp_path))
    assert max(found["sizes"]) > 1
    assert found["packed"] == pytest.approx(found["rows"], rel=1e-3)


def test_every_setting_we_pass_is_a_named_parameter_of_the_cuda_classes(tmp_path: Path) -> None:
    unnamed = json.loads(python(CONTRACT, cwd=tmp_path, UNSLOTH_ALLOW_CPU="1"))
    assert unnamed == {"from_pretrained": [], "get_peft_model": []}
