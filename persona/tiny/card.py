"""Writes MODEL_CARD.md: what is measured comes from `evaluate`, what is said stands here."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from persona.tiny.recipe import POSITIONS, RECIPES, VOCABULARY, Recipe

if TYPE_CHECKING:
    from persona.tiny.evaluate import Reply, SourceLoss

SOURCES = {
    "small_talk": ("written for this project", "Apache-2.0"),
    "everyday": ("composed from openers and replies written for this project", "Apache-2.0"),
    "self_dialogue": ("jfainberg/self_dialogue_corpus", "BSD-3-Clause"),
    "synthetic_persona_chat": (
        "google-research-datasets/Synthetic-Persona-Chat",
        "CC-BY-4.0",
    ),
    "topical_chat": ("alexa/Topical-Chat", "CDLA-Sharing-1.0"),
    "chatterbot_corpus": ("gunthercox/chatterbot-corpus", "BSD-3-Clause"),
    "personality_chat": ("ntulsi/BotBuilder-PersonalityChat", "MIT"),
    "taskmaster4": ("google-research-datasets/Taskmaster (TM-4)", "CC-BY-4.0"),
}

CARD = """\
# The bundled base model

A small Llama chat model for short everyday talk, part of this repository so that everything runs
offline on any CPU. Persona adapters are trained on top of it when no larger model can be had
(`--base tiny`).

| | |
|---|---|
| parameters | {parameters:,} (input and output embedding shared) |
| shape | {layers} layers, {hidden} wide, vocabulary {vocabulary:,} (byte-level BPE) |
| context | {positions:,} positions; trained on dialogues of up to {longest:,} tokens |
| files | bfloat16 safetensors, {megabytes:.1f} MB with the tokenizer |
| training | {training} |
| speed | a reply of 30 tokens in 0.33 s, loading in 0.3 s, on one core of a Xeon |
| licence | Apache-2.0; the data's own licences and credits: `NOTICE` beside this file |

Turns are `<|system|>`, `<|user|>` or `<|assistant|>`, the text, `<|end|>`; padding is `<|pad|>`.
Several messages in a row are one turn with blank lines between them; in group chats the partners'
messages open with `Name: `. Two in five dialogues had one of the persona's system lines in front,
two in five were put into lower case, and some open with `(start of conversation)`.

## Data

Each text was re-formatted, cleaned, filtered and shuffled. Both sides were learned; which side is
the assistant, the case and the system line were drawn anew on each pass. What was written for this
project was met some thirty times, the open corpora eight to twenty-seven times. Shares of the
tokens, at the constant rate and while it fell:

| corpus | source | licence | constant rate | falling rate |
|---|---|---|---|---|
{sources}

Credits: Synthetic-Persona-Chat and Taskmaster-4, Google Research, CC BY 4.0. Topical-Chat, Amazon
Alexa, CDLA-Sharing-1.0 (cdla.dev/sharing-1-0), a changed part. self_dialogue_corpus, BSD-3-Clause,
"Copyright (c) 2017, All rights reserved."; chatterbot-corpus, BSD-3-Clause, "Copyright (c) 2017,
Gunther Cox All rights reserved." BotBuilder-PersonalityChat, MIT, "Copyright (c) Microsoft
Corporation. All rights reserved." The full notices: `NOTICE`.

**Not in it:** the chat logs this project measures on, the Ubuntu IRC logs (ubuntu_irc, and the
two-party runs cut from them) and the DDNet IRC logs (ddnet_irc). No private chat is in it.

## Held-out dialogue

Three of a hundred conversations of each source were never trained on; loss over text and turn
ends, both speakers, no system line. These weights are the best, all in all, of four runs (dropout
0.1; 0.2; 0.2 with more small talk; 0.3 for 59 M tokens), chosen on these very dialogues, so the
figures flatter them a little.

| source | dialogues | nats per token ↓ | bits per character ↓ |
|---|---|---|---|
{losses}

## Transcript

Twenty openers, sampled once at temperature 0.7 with seed 0, at most 60 new tokens. None of them
opens a dialogue written for this project; six stand somewhere in the public corpora.
**{ended} of {prompts} replies end by themselves{on_topic}**

Read that count with care. {known} of the {prompts} replies stand word for word, case and
punctuation aside, in the training dialogues: the model repeats more than it invents. And the
situations in `dialogues/` were written with the topics of these openers in view, and added to after
looking at transcripts of earlier weights. It shows what the model was tuned for, not how it does on
talk in general; the held-out openings below show that better.

| prompt | reply | {judged_column}
|---|---|{judged_rule}
{replies}

Ten openings of held-out everyday dialogues, the first ten in the order of a hash, sampled the same
way. Fewer than half of the replies make sense:

| prompt | reply |
|---|---|
{samples}

{persona}## What it cannot do

It knows no facts, no dates and no arithmetic, keeps no thread for more than a few turns, and
answers only in English. It makes up people and plans. It does not know that it is a program and
should not be asked for advice of any kind. It was not trained to refuse anything; some of its
sources hold mild strong language. It is a base for learning how somebody writes, not an assistant.

## How to make it again

    python -m persona.tiny.train --data base_dialogues.jsonl.zst persona/tiny/dialogues/* \\
        --recipe gpu --minutes 7.3 --out persona/tiny/model --work build/gpu
    persona demo --out build/demo
    python -m persona.tiny.evaluate --data base_dialogues.jsonl.zst persona/tiny/dialogues/* \\
        --card persona/tiny/MODEL_CARD.md --run build/demo/runs/*-demo

`base_dialogues.jsonl.zst` is the public corpora above, one dialogue a line in the form that
`data.py` shows.
Without a GPU: `--recipe laptop --minutes 90`, a smaller and weaker model.
"""


PERSONA = """\
## A persona on it

`persona demo` trained an adapter on the sample chats, {cpu_seconds:.0f} s of CPU time, and judged
it on {replies_judged} held-out messages. Style score: 0 is how other people score, 100 how the
person's own other messages do; ranges are 95 % intervals.

| | style score ↑ | bits per character ↓ |
|---|---|---|
{arms}

The adapter's gain over base is {gain} bits per character.{struck}

"""


def cell(text: str) -> str:
    """The text as a Markdown table cell."""
    return text.replace("|", "\\|").replace("\n\n", " ⏎ ").replace("\n", " ")


def row(*cells: object) -> str:
    """One line of a Markdown table."""
    return f"| {' | '.join(str(value) for value in cells)} |"


def reply_rows(replies: Sequence["Reply"], on_topic: Sequence[bool]) -> str:
    """The transcript's table rows, with the judgement where there is one."""
    lines = []
    for index, reply in enumerate(replies):
        text = cell(reply.text) + ("" if reply.ended else " …")
        marks = ["yes" if on_topic[index] else "no"] if on_topic else []
        lines.append(row(cell(reply.prompt), text, *marks))
    return "\n".join(lines)


def training_text(facts: dict[str, Any]) -> str:
    """The training run in a few words."""
    return (
        f"recipe `{facts['recipe']}`, {facts['step']:,} steps, {facts['tokens'] / 1e6:.1f} M "
        f"tokens, {facts['seconds'] / 60:.1f} minutes on {facts['machine']}"
    )


def source_rows(recipe: Recipe) -> str:
    """The data table's rows: each corpus, and its shares while the rate is constant and falls."""
    return "\n".join(
        row(name, *SOURCES[name], f"{share:.1%}", f"{recipe.decay[name]:.1%}")
        for name, share in recipe.constant.items()
    )


def adapter_section(run: Path) -> str:
    """What the card says of an adapter on this base, from a judged run of the demo."""
    metrics = (run / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    report = json.loads((run / "eval" / "report.json").read_text(encoding="utf-8"))
    lines = []
    for arm in ("base", "adapter", "person", "others"):
        style = report["arms"][arm]["style"]
        bits = report["arms"][arm]["likelihood"]["bits_per_character"]
        score = f"{style['score']:.0f} ({style['low']:.0f} to {style['high']:.0f})"
        lines.append(row(arm, score, "" if bits is None else f"{bits:.2f}"))
    adapter = report["arms"]["adapter"]
    struck = adapter["style"]["struck"]
    return PERSONA.format(
        cpu_seconds=sum(json.loads(line).get("cpu_seconds", 0) for line in metrics),
        replies_judged=adapter["replies"],
        arms="\n".join(lines),
        gain="{value:.2f} ({low:.2f} to {high:.2f})".format(**adapter["likelihood"]["gain"]),
        struck=f"\nIts score is struck out, though: {struck}." if struck else "",
    )


def write_card(
    path: Path,
    *,
    run: Path | None,
    folder: Path,
    parameters: int,
    losses: Sequence["SourceLoss"],
    replies: Sequence["Reply"],
    known: int,
    on_topic: Sequence[bool],
    samples: Sequence["Reply"],
) -> None:
    """Writes the model card. on_topic: one judgement per reply, or empty where nobody judged.

    run: the demo's, None before there is one. known: how many replies stand word for word in the
    training dialogues.
    """
    facts = json.loads((folder / "training.json").read_text(encoding="utf-8"))
    recipe = RECIPES[facts["recipe"]]
    judged = f"; {sum(on_topic)} are grammatical and on topic," if on_topic else "."
    text = CARD.format(
        parameters=parameters,
        layers=recipe.layers,
        hidden=recipe.hidden,
        vocabulary=VOCABULARY,
        positions=POSITIONS,
        megabytes=sum(file.stat().st_size for file in folder.iterdir()) / 1e6,
        longest=max(recipe.lengths),
        training=training_text(facts),
        sources=source_rows(recipe),
        losses="\n".join(
            row(s.source, s.dialogues, f"{s.nats_per_token:.3f}", f"{s.bits_per_character:.3f}")
            for s in losses
        ),
        known=known,
        ended=sum(reply.ended for reply in replies),
        prompts=len(replies),
        on_topic=f"{judged} judged by reading each once." if on_topic else judged,
        judged_column="on topic |" if on_topic else "",
        judged_rule="---|" if on_topic else "",
        replies=reply_rows(replies, on_topic),
        samples=reply_rows(samples, []),
        persona=adapter_section(run) if run else "",
    )
    path.write_text(text, encoding="utf-8")
