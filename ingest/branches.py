"""The branch of a conversation that was shown last, where answers were asked for again.

An assistant's log is a tree: each message names the one before it, and an edited question or a
second answer stands beside the first. Which messages are shown at all is for the readers to say.
"""

from collections.abc import Callable, Mapping


def path_to(leaf: str | None, parents: Mapping[str, str | None]) -> list[str]:
    """The nodes from the first one to `leaf`, in order. parents: node to the node before it."""
    path: dict[str, None] = {}
    at = leaf
    while at is not None and at in parents and at not in path:
        path[at] = None
        at = parents[at]
    return list(reversed(path))


def newest_leaf(parents: Mapping[str, str | None], *, since: Callable[[str], float]) -> str | None:
    """The node behind which nothing follows, the newest if there are several. since: its time."""
    inner = set(parents.values())
    leaves = [node for node in parents if node not in inner]
    return max(leaves or parents, key=since, default=None)
