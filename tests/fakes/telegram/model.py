"""What the pretended Telegram consists of."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

ANONYMOUS = 1087968824  # GroupAnonymousBot, who speaks for admins that hide
GENERAL = 1  # the topic that has no thread id


@dataclass(eq=False, slots=True)
class User:
    """A person or a bot; `speaks_as`: the chat in whose name an anonymous admin writes."""

    id: int
    name: str
    language: str | None = "en"
    username: str | None = None
    forbids_voice: bool = False
    bot: bool = False
    blocked: bool = False  # this person has blocked our bot
    speaks_as: Chat | None = None


@dataclass(eq=False, slots=True)
class Chat:
    """Where messages are."""

    id: int
    kind: str  # "private", "group" or "supergroup"
    title: str = ""
    user: User | None = None
    forum: bool = False
    admins: list[User] = field(default_factory=list)
    members: list[User] = field(default_factory=list)
    topics: dict[int, str] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    bot_is_admin: bool = False
    bot_is_here: bool = True
    other_bot_spoke: bool = False  # after ours: a bare /command does not reach ours then
    allows_reactions: bool = True
    migrated_to: Chat | None = None
    connection: Connection | None = None  # a chat of two people, into which one let the bot

    @property
    def is_group(self) -> bool:
        return self.kind != "private"


@dataclass(eq=False, slots=True)
class Connection:
    """A person who let the bot into their own chats."""

    id: str
    owner: User
    at: datetime
    rights: set[str] = field(default_factory=set)
    enabled: bool = True
    chats: dict[int, Chat] = field(default_factory=dict)  # by the other person


@dataclass(eq=False, slots=True)
class File:
    """A file at Telegram; `size` is what is said about it, `cut`: sent up to there only."""

    id: str
    data: bytes
    name: str | None
    mime: str | None
    size: int | None
    kind: str = "document"
    duration: int = 0
    title: str | None = None
    performer: str | None = None
    thumbnail: bytes | None = None
    path: str = ""
    linked: datetime | None = None
    downloads: int = 0
    cut: int | None = None

    @property
    def true_size(self) -> int:
        return max(len(self.data), self.size or 0)


@dataclass(eq=False, slots=True)
class Message:
    """A message as it is now."""

    id: int
    chat: Chat
    author: User
    at: datetime
    kind: str = "text"
    text: str = ""
    entities: list[dict[str, Any]] = field(default_factory=list)
    file: File | None = None
    keyboard: list[list[dict[str, Any]]] = field(default_factory=list)
    thread: int | None = None
    reply_to: Message | None = None
    album: str | None = None
    service: dict[str, Any] = field(default_factory=dict)
    reactions: list[str] = field(default_factory=list)
    inline_id: str | None = None
    edits: int = 0
    edited: datetime | None = None
    deleted: bool = False
    update_id: int | None = None


@dataclass(eq=False, slots=True)
class Query:
    """A press on a button; `answered` is the text of the answer, "" if it had none."""

    id: str
    user: User
    data: str
    at: datetime
    message: Message | None = None
    update_id: int | None = None
    answered: str | None = None
    alert: bool = False
    answers: int = 0


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file in a request."""

    name: str
    content_type: str
    data: bytes


@dataclass(slots=True)
class Call:
    """One request as it came in; `status` is 0 until it was answered, or for ever if it was cut."""

    method: str
    params: dict[str, Any]
    files: list[FilePart]
    chat: int | None = None
    status: int = 0
    at: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong instead of an answer.

    `swallow` does the work and then cuts the connection; `reset` does no work and cuts it.
    """

    status: int = 0
    description: str | None = None
    retry_after: float = 0
    reset: bool = False
    swallow: bool = False
    wait: float = 0.0  # seconds before anything else happens
