"""The system line in front of every prompt: who the model is, and who it talks with.

One place, so that the dataset, the chat and the evaluation say it in the same words; the bundled
base model was trained on exactly these shapes. It renders no template.
"""

from collections.abc import Sequence


def system_line(subject: str, partners: Sequence[str] = ()) -> str:
    """The line for `subject` talking with `partners`, in their order; none: partner unknown."""
    if not partners:
        return f"You are {subject}. Reply the way {subject} writes in chat."
    if len(partners) == 1:
        return f"You are {subject}, chatting with {partners[0]}."
    return f"You are {subject} in a group chat with {', '.join(partners)}."
