"""Slack's workspace export: a zip or folder, one folder per channel, one file per day.

    general/2024-02-01.json: [{"type": "message", "user": "U1", "ts": "1706776200.000100",
                               "text": "hi &lt;3 <@U2>", "thread_ts": "1706776200.000100"}]

A channel is one chat, threads included, through all its days. Names come from `users.json`. Left
out: joins and other notices, deleted posts, posts of bots and apps, files without a text. UTC.
"""

import re
from collections.abc import Iterator, Mapping, Set
from posixpath import dirname
from typing import Any

import msgspec

from ingest.detect import Head
from ingest.format import (
    BOT,
    DAMAGED,
    DELETED,
    DUPLICATE,
    EMPTY,
    HIDDEN,
    SYSTEM,
    Drop,
    Format,
    ReadOptions,
    Row,
    media,
)
from ingest.json_elements import Elements, load
from ingest.source import Source
from ingest.times import from_epoch
from persona.data import Message

WRITTEN = frozenset({None, "", "bot_message", "me_message", "thread_broadcast", "file_share"})
SLACKBOT = "USLACKBOT"  # no bot by its row in users.json
LISTS = ("channels.json", "groups.json", "dms.json", "mpims.json")

_MARKUP = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


class _Profile(msgspec.Struct, gc=False):
    display_name: str | None = None
    real_name: str | None = None
    name: str | None = None


class _User(msgspec.Struct, gc=False):
    id: str = ""
    name: str | None = None
    real_name: str | None = None
    is_bot: bool | None = None
    profile: _Profile | None = None


class _Channel(msgspec.Struct, gc=False):
    id: str = ""
    name: str | None = None
    members: list[str] | None = None


class _Post(msgspec.Struct, gc=False):
    type: str | None = None
    subtype: str | None = None
    user: str | None = None
    username: str | None = None
    bot_id: str | None = None
    text: str | None = None
    ts: str | float | None = None
    hidden: bool | None = None
    files: object = None
    attachments: object = None
    blocks: object = None
    user_profile: _Profile | None = None


_POSTS = Elements(_Post)


def sniff(head: Head) -> float:
    """Posts with a `ts`, at the top of the file."""
    if not head.has("[].ts", "[].type"):
        return 0.0
    return 0.96 if {"[].text", "[].user", "[].subtype", "[].client_msg_id"} & head.keys else 0.6


def parse(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The posts of one channel, day by day."""
    users = load(source.beside("../users.json"), list[_User]) or []
    names = {user.id: name_of(user) for user in users if user.id}
    bots = {user.id for user in users if user.is_bot} | {SLACKBOT}
    channels = _channels(source)
    chat = _chat(source.folder or source.stem, channels, names)
    seen: set[tuple[str, str]] = set()
    for day in source.files:
        for post in _POSTS.rows(day):
            if post is None:
                yield Drop(DAMAGED)
                continue
            key = (str(post.ts), post.text or "")
            reason = DUPLICATE if key in seen else _reason(post, bots)
            yield Drop(reason) if reason else _row(chat, post, names, channels, options)
            seen.add(key)


def name_of(user: _User) -> str:
    """What Slack shows: the display name, else the real one."""
    profile = user.profile or _Profile()
    return (
        profile.display_name or profile.real_name or user.real_name or user.name or user.id
    ).strip()


def _channels(source: Source) -> dict[str, _Channel]:
    found: dict[str, _Channel] = {}
    for name in LISTS:
        for channel in load(source.beside(f"../{name}"), list[_Channel]) or []:
            found[channel.id] = channel
    return found


def _chat(folder: str, channels: Mapping[str, _Channel], names: Mapping[str, str]) -> str:
    direct = channels.get(folder)
    if direct is None or direct.name:
        return folder
    return ", ".join(names.get(member, member) for member in direct.members or []) or folder


def _reason(post: _Post, bots: Set[str]) -> str | None:
    """Why a post is no person's message, before its text is looked at."""
    if post.subtype == "tombstone":
        return DELETED
    if post.type != "message" or post.subtype not in WRITTEN:
        return SYSTEM
    if post.hidden:
        return HIDDEN
    # Slack stamps all that comes through its API with the app's bot_id, also where an app posts
    # with a person's token and `user` is that person (anneschuth/claude-threads, issue 526).
    # Nothing in the export tells whose words those are: they are not taken for the person's.
    is_bot = post.bot_id or post.subtype == "bot_message" or post.user in bots
    return BOT if is_bot else None


def _row(
    chat: str,
    post: _Post,
    names: Mapping[str, str],
    channels: Mapping[str, _Channel],
    options: ReadOptions,
) -> Row:
    text = plain(post.text or "", names, channels)
    message = Message(chat, _sender(post, names), _time(post.ts), text)
    if text.strip():
        return message
    return media(options, message) if post.files or post.attachments or post.blocks else Drop(EMPTY)


def _sender(post: _Post, names: Mapping[str, str]) -> str:
    if post.user and post.user in names:
        return names[post.user]
    profile = post.user_profile or _Profile()
    shown = profile.display_name or profile.real_name or profile.name
    return shown or post.username or post.user or "unknown"


def _time(stamp: str | float | None) -> Any:
    try:
        return from_epoch(float(stamp)) if stamp else None
    except ValueError:
        return None


def plain(text: str, names: Mapping[str, str], channels: Mapping[str, _Channel]) -> str:
    """Slack's markup as it is shown: '@Bo', '#general', 'https://x.org', '<' for '&lt;'."""

    def shown(found: re.Match[str]) -> str:
        kind, target, label = found[1], found[2], found[3]
        if kind == "@":
            return "@" + (names.get(target) or label or target)
        if kind == "#":
            known = channels.get(target)
            return "#" + (label or (known.name if known else None) or target)
        if kind == "!":
            return label if label else "@" + target.split("^")[0]
        return label or target.removeprefix("mailto:")

    bare = _MARKUP.sub(shown, text)
    return bare.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


FORMAT = Format(
    name="slack",
    needs="keys", sniff=sniff,
    parse=parse,
    unit=lambda source: dirname(source.inner) or source.container.title,
    companions=frozenset(
        {"users.json", "integration_logs.json", "canvases.json", "file_conversations.json",
         "huddle_transcripts.json", "lists.json", "org_users.json", *LISTS}
    ),
)  # fmt: skip
