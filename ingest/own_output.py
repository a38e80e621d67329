"""What the toolkit itself wrote, among the files of a folder or an archive: it is no log."""

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Mapping

from ingest.source import Unreadable
from persona.recognition import what_we_wrote

MAX_NAMED = 5


def folders_of_ours(members: Iterable[str]) -> dict[str, str]:
    """Which folders of an archive hold what the toolkit wrote, and what; '' is the archive itself.

    Of folders inside each other only the outermost is named.
    """
    leaves: defaultdict[str, set[str]] = defaultdict(set)
    folders: defaultdict[str, set[str]] = defaultdict(set)
    for member in members:
        folder, leaf = posixpath.split(member)
        is_new = folder not in leaves
        leaves[folder].add(leaf)
        while folder and is_new:
            folder, name = posixpath.split(folder)
            is_new = folder not in folders
            folders[folder].add(name)
    ours: dict[str, str] = {}
    for folder in sorted({*leaves, *folders}):
        kind = what_we_wrote(folders[folder], leaves[folder])
        if kind and not is_in(ours, folder):
            ours[folder] = kind
    return ours


def is_in(ours: Mapping[str, str], member: str) -> bool:
    """Whether a member of an archive lies in one of these folders."""
    while member and ours:
        member = posixpath.dirname(member)
        if member in ours:
            return True
    return False


def left_out(path: str, ours: Mapping[str, str]) -> Unreadable:
    """What is said of the folders of ours at `path`, by their paths as shown."""
    named = ", ".join(f"{folder} ({kind})" for folder, kind in [*ours.items()][:MAX_NAMED])
    more = f" and {len(ours) - MAX_NAMED} more" if len(ours) > MAX_NAMED else ""
    reason = f"what persona wrote itself is not read as a log: {named}{more}"
    return Unreadable(path, reason, is_fault=False)
