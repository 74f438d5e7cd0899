"""What the pretended Discord consists of."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.fakes.discord.waiting import SOON

ADMINISTRATOR = 1 << 3
VIEW = 1 << 10
SEND = 1 << 11
ATTACH = 1 << 15
READ_HISTORY = 1 << 16
CREATE_THREADS = 1 << 35
SEND_IN_THREADS = 1 << 38
SEND_VOICE = 1 << 46
ALL = ((1 << 53) - 1) & ~ADMINISTRATOR

MEMBERS = 1 << 1
PRESENCES = 1 << 8
GUILD_MESSAGES = 1 << 9
DIRECT_MESSAGES = 1 << 12
MESSAGE_CONTENT = 1 << 15
PRIVILEGED = MEMBERS | PRESENCES | MESSAGE_CONTENT

EPHEMERAL = 1 << 6
LOADING = 1 << 7
VOICE_MESSAGE = 1 << 13
COMPONENTS_V2 = 1 << 15

KINDS = {"text": 0, "dm": 1, "voice": 2, "group": 3, "news": 5, "thread": 11, "forum": 15}


@dataclass(eq=False, slots=True)
class Guild:
    """A server; `present`: the bot is a member."""

    id: int
    boost_tier: int = 0
    locale: str = "en-US"
    present: bool = True
    name: str = "Guild"


@dataclass(eq=False, slots=True)
class User:
    """A person or the bot; `mutual`: there is a guild with both the person and the bot."""

    id: int
    name: str
    dms_open: bool = True
    mutual: bool = True
    bot: bool = False


@dataclass(eq=False, slots=True)
class Channel:
    """Where messages are; `permissions` are those of the bot."""

    id: int
    kind: str
    guild: Guild | None = None
    parent: Channel | None = None
    permissions: int = ALL
    name: str = "channel"
    recipient: User | None = None
    locked: bool = False
    deleted: bool = False
    messages: list[Message] = field(default_factory=list)

    @property
    def is_private(self) -> bool:
        return self.guild is None


@dataclass(eq=False, slots=True)
class Upload:
    """A file at Discord; `size` is what Discord says about it, `cut`: sent up to there only."""

    id: int
    name: str
    data: bytes
    content_type: str | None
    size: int
    description: str | None = None
    duration: float | None = None
    waveform: str | None = None
    ephemeral: bool = False
    downloads: int = 0
    cut: int | None = None
    gone: bool = False


@dataclass(eq=False, slots=True)
class Message:
    """A message as it is now."""

    id: int
    channel: Channel
    author: User
    at: datetime
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    uploads: list[Upload] = field(default_factory=list)
    flags: int = 0
    pinged: list[int] = field(default_factory=list)
    pings_everyone: bool = False
    reference: int | None = None
    nonce: str | None = None
    edited: datetime | None = None
    edits: int = 0
    deleted: bool = False
    interaction: Any = None

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        return bool(self.flags & LOADING)


@dataclass(slots=True)
class Call:
    """One request as it came in; `status` is 0 until it was answered, or for ever if it was cut."""

    at: float
    method: str
    path: str
    json: Any
    file_names: list[str]
    file_sizes: list[int]
    route: str
    status: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong instead of an answer.

    `swallow` does the work and then cuts the connection; `reset` does no work and cuts it.
    """

    status: int = 0
    code: int = 0
    message: str = "Fault"
    retry_after: float = 0.0
    everywhere: bool = False  # a 429 of the global limit
    reset: bool = False
    swallow: bool = False
    wait: float = 0.0  # seconds before anything else happens


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file in a request."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Ask:
    """A request, read."""

    at: dict[str, str]
    query: dict[str, str]
    json: Any
    files: dict[int, FilePart]
    size: int


class Hold:
    """Requests that match wait until this is released."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.waiting = 0
        self._released = asyncio.Event()
        self._reached = asyncio.Event()

    def release(self) -> None:
        """Let them all through, now and later."""
        self._released.set()

    async def reached(self, timeout: float = SOON) -> None:
        """Return once a request waits."""
        await asyncio.wait_for(self._reached.wait(), timeout)

    async def wait(self) -> None:
        self.waiting += 1
        self._reached.set()
        try:
            await self._released.wait()
        finally:
            self.waiting -= 1

    def __enter__(self) -> Hold:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
