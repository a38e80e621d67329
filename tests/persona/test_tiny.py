"""The bundled model's files and the pure parts of the script that made it; no weights are run."""

import json
import random
import re
import subprocess
import sys
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from persona.data import OPENER
from persona.tiny import MODEL_DIR

FOLDER = MODEL_DIR.parent
SITUATIONS = sorted((FOLDER / "dialogues").glob("*situations.txt"))
SMALL_TALK = sorted((FOLDER / "dialogues").glob("*.jsonl.zst"))


def words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


def test_model_folder_holds_the_standard_files() -> None:
    names = {path.name for path in MODEL_DIR.iterdir()}
    assert names >= {
        "config.json",
        "generation_config.json",
        "model.safetensors",
        "tokenizer.json",
        "tokenizer_config.json",
        "chat_template.jinja",
    }


def test_whole_folder_is_at_most_25_megabytes() -> None:
    files = [path for path in FOLDER.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert sum(path.stat().st_size for path in files) <= 25e6


def test_every_matrix_side_is_a_multiple_of_64() -> None:
    with (MODEL_DIR / "model.safetensors").open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    tensors = [entry for name, entry in header.items() if name != "__metadata__"]
    assert {entry["dtype"] for entry in tensors} == {"BF16"}
    assert all(side % 64 == 0 for entry in tensors for side in entry["shape"])


def test_turn_end_is_a_stop_id_and_not_the_pad() -> None:
    config = json.loads((MODEL_DIR / "config.json").read_text())
    generation = json.loads((MODEL_DIR / "generation_config.json").read_text())
    assert config["eos_token_id"] in generation["eos_token_id"]
    assert generation["pad_token_id"] not in generation["eos_token_id"]
    assert config["max_position_embeddings"] >= 512


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, persona.tiny; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_template_renders_a_prompt_as_a_prefix_of_the_whole_dialogue() -> None:
    tokenizer = pytest.importorskip("transformers").AutoTokenizer.from_pretrained(MODEL_DIR)
    prompt = [
        {"role": "system", "content": "You are Sam, chatting with Mia."},
        {"role": "user", "content": " hey \n\nyou there? "},
    ]
    reply = {"role": "assistant", "content": "yes\n\nwhat's up 😂"}
    before = tokenizer.apply_chat_template(prompt, tokenize=False, add_generation_prompt=True)
    whole = tokenizer.apply_chat_template([*prompt, reply], tokenize=False)
    assert whole == before + reply["content"] + "<|end|>"
    assert " hey \n\nyou there? " in whole
    apart = tokenizer(before).input_ids + tokenizer(reply["content"] + "<|end|>").input_ids
    assert apart == tokenizer(whole).input_ids


def test_encoder_gives_the_ids_of_the_rendered_template() -> None:
    pytest.importorskip("torch")
    from persona.tiny.packing import Encoder
    from persona.tiny.tokenizer import load_tokenizer

    tokenizer = load_tokenizer(MODEL_DIR)
    messages = [{"role": "user", "content": "hi\n\nsam"}, {"role": "assistant", "content": "yo"}]
    rendered = tokenizer.apply_chat_template(messages, tokenize=False)
    ids = Encoder(tokenizer).encode(messages, max_length=512)
    assert ids == tokenizer(rendered).input_ids
    assert len(Encoder(tokenizer).encode(messages, max_length=len(ids) - 1)) < len(ids)


def test_packed_documents_do_not_see_each_other() -> None:
    pytest.importorskip("torch")
    from persona.tiny.packing import batch_rows, document_mask

    batch = batch_rows([[[5, 6], [7, 8, 9]]], length=6)
    assert batch.position_ids.tolist() == [[0, 1, 0, 1, 2, 0]]
    assert batch.labels.tolist() == [[6, -100, 8, 9, -100, -100]]
    mask = document_mask(batch.document)[0, 0]
    assert mask[3].tolist() == [False, False, True, True, False, False]


def test_chunked_loss_and_its_gradients_are_those_of_cross_entropy() -> None:
    torch = pytest.importorskip("torch")
    from persona.tiny.loss import next_token_loss

    generator = torch.Generator().manual_seed(0)
    hidden = torch.randn(700, 8, generator=generator, requires_grad=True)
    weight = torch.randn(32, 8, generator=generator, requires_grad=True)
    labels = torch.randint(0, 32, (700,), generator=generator)
    labels[::5] = -100
    plain = torch.nn.functional.cross_entropy(hidden @ weight.T, labels)
    ours = next_token_loss(hidden, weight, labels)
    assert torch.allclose(ours, plain, atol=1e-5)
    for mine, theirs in zip(
        torch.autograd.grad(ours, [hidden, weight]),
        torch.autograd.grad(plain, [hidden, weight]),
        strict=True,
    ):
        assert torch.allclose(mine, theirs, atol=1e-6)


def test_burst_is_one_turn_with_blank_lines_between_its_messages() -> None:
    from persona.tiny.data import merge_bursts

    turns = [("a", "hi"), ("a", "you\n\nthere?"), ("b", "yes")]
    assert merge_bursts(turns) == (("a", "hi\n\nyou\nthere?"), ("b", "yes"))


def test_left_out_corpora_and_placeholder_names_are_not_read() -> None:
    from persona.tiny.data import parse_dialogue

    turns = [{"role": "a", "text": "hi"}, {"role": "b", "text": "yo"}]
    line = {"corpus": "schema_guided", "conversation": "1", "turns": turns}
    assert parse_dialogue(json.dumps(line)) is None
    line["corpus"] = "irc2_ubuntu_irc_ccby"
    assert parse_dialogue(json.dumps(line)) is None
    line["corpus"] = "small_talk"
    assert parse_dialogue(json.dumps(line)) is not None


def test_casual_writing_keeps_the_names_of_a_group_chat() -> None:
    from persona.tiny.variation import casual

    assert casual("Ana: I'm in.\n\nBen: Me too...", tagged=True) == "Ana: i'm in\n\nBen: me too..."


def test_swapped_dialogue_opens_with_the_opener_or_the_other_side() -> None:
    from persona.tiny.data import Dialogue
    from persona.tiny.variation import vary

    turns = tuple((side, f"text {number}") for number, side in enumerate("abab"))
    dialogue = Dialogue("small_talk", "1", turns, ())
    seen = {json.dumps(vary(dialogue, random.Random(seed))) for seed in range(60)}
    views = [[m for m in json.loads(view) if m["role"] != "system"] for view in seen]
    assert all(view[0]["role"] == "user" for view in views)
    assert {view[0]["content"] for view in views} == {"text 0", "text 1", OPENER}


def test_situations_are_none_of_the_transcript_prompts_nor_nearly_so() -> None:
    pytest.importorskip("transformers")
    from persona.tiny.evaluate import PROMPTS
    from persona.tiny.situations import compose, read_situations

    composed = [dialogue for path in SITUATIONS for dialogue in compose(read_situations(path))]
    users = {turn for _, turns in composed for turn in turns[::2]}
    spoken = {text: words(text) for text in users}
    for prompt in PROMPTS:
        theirs = words(prompt)
        matcher = SequenceMatcher(b=" ".join(theirs))
        for text, mine in spoken.items():
            matcher.set_seq1(" ".join(mine))
            alike = matcher.quick_ratio() >= 0.75 and matcher.ratio() >= 0.75  # the first is faster
            shared = len(set(mine) & set(theirs)) / max(len(set(mine) | set(theirs)), 1)
            assert not alike, (text, prompt)
            assert shared < 0.65, (text, prompt)


def test_no_small_talk_opens_with_a_transcript_prompt_nor_nearly_so() -> None:
    pytest.importorskip("transformers")
    from persona.tiny.data import read_file
    from persona.tiny.evaluate import PROMPTS

    prompts = [set(words(prompt)) for prompt in PROMPTS]
    dialogues = [dialogue for path in SMALL_TALK for dialogue in read_file(path)]
    openers = [set(words(dialogue.turns[0][1])) for dialogue in dialogues]
    assert len(openers) > 10_000
    for mine in openers:
        for theirs in prompts:
            assert len(mine & theirs) < 0.65 * len(mine | theirs) or not mine, (mine, theirs)


def test_damaged_situation_line_is_named(tmp_path: Path) -> None:
    from persona.errors import DataError
    from persona.tiny.situations import read_situations

    path = tmp_path / "situations.txt"
    path.write_text("[hello]\n> Hi\nHi yourself\n")
    with pytest.raises(DataError, match=r"situations\.txt:3"):
        read_situations(path)


def test_rate_warms_up_stays_and_falls_to_its_last_share() -> None:
    pytest.importorskip("torch")
    from persona.tiny.checkpoint import Progress, rate
    from persona.tiny.recipe import LAST_RATE, WARM_UP_STEPS

    assert rate(Progress(), total_seconds=100) == 1 / WARM_UP_STEPS
    assert rate(Progress(step=10**4, seconds=60), total_seconds=100) == 1
    half = Progress(step=10**4, seconds=80, decay_from=60)
    assert rate(half, total_seconds=100) == 0.5
    assert rate(Progress(seconds=100, decay_from=60), total_seconds=100) == LAST_RATE


def test_every_recipe_shares_out_all_tokens_and_has_sides_of_64() -> None:
    from persona.tiny.recipe import RECIPES

    for recipe in RECIPES.values():
        assert sum(recipe.constant.values()) == pytest.approx(1)
        assert sum(recipe.decay.values()) == pytest.approx(1)
        assert recipe.constant.keys() == recipe.decay.keys()
        assert recipe.hidden % 64 == recipe.intermediate % 64 == 0


def test_decay_changes_the_mixture_of_the_batches() -> None:
    pytest.importorskip("torch")
    from dataclasses import replace

    from persona.tiny.data import Dialogue
    from persona.tiny.packing import Batches, Encoder
    from persona.tiny.recipe import RECIPES
    from persona.tiny.tokenizer import load_tokenizer

    dialogues = [Dialogue(name, name, (("a", name), ("b", name)), ()) for name in ("cat", "dog")]
    shares = {"constant": {"cat": 1.0}, "decay": {"dog": 1.0}}
    one_row = {"lengths": (64,), "step_tokens": 64, "pass_tokens": 64}
    recipe = replace(RECIPES["laptop"], **shares, **one_row)
    tokenizer = load_tokenizer(MODEL_DIR)
    batches = Batches(dialogues, Encoder(tokenizer), recipe, seed=0)
    stream = iter(batches)

    def texts() -> str:
        return tokenizer.decode([int(i) for batch in next(stream) for i in batch.input_ids[0]])

    assert "cat" in texts()
    batches.begin_decay()
    assert "dog" in [texts() for _ in range(20)][-1]


def test_new_shares_hold_from_when_they_begin_and_make_up_for_nothing() -> None:
    pytest.importorskip("torch")
    from persona.tiny.data import Dialogue
    from persona.tiny.packing import Encoder, Mixture
    from persona.tiny.tokenizer import load_tokenizer

    dialogues = [Dialogue(name, name, (("a", name), ("b", name)), ()) for name in ("cat", "dog")]
    mixture = Mixture(dialogues, Encoder(load_tokenizer(MODEL_DIR)), max_length=64, seed=0)
    only_cats, both = {"cat": 1.0, "dog": 0.0}, {"cat": 0.5, "dog": 0.5}
    for _ in range(50):
        mixture.draw(only_cats)
    for _ in range(50):
        mixture.draw(both)
    assert mixture.drawn["cat"] == pytest.approx(mixture.drawn["dog"], rel=0.2)


def test_dropout_acts_in_training_only() -> None:
    torch = pytest.importorskip("torch")
    from dataclasses import replace

    from persona.tiny.network import add_dropout, build_model
    from persona.tiny.recipe import RECIPES
    from persona.tiny.tokenizer import load_tokenizer

    recipe = replace(RECIPES["laptop"], hidden=64, layers=1, intermediate=64)
    model = build_model(load_tokenizer(MODEL_DIR), recipe).eval()
    ids = torch.tensor([[5, 6, 7]])
    before = model(ids).logits
    add_dropout(model, 0.5)
    assert torch.equal(model(ids).logits, before)
    assert not torch.equal(model.train()(ids).logits, before)
