"""One thing that a person did, and what the bot made of it."""

from __future__ import annotations

import base64
import secrets
import time
from datetime import timedelta
from typing import Any

from tests.fakes.discord.model import EPHEMERAL, Channel, Message, User
from tests.fakes.discord.shown import Shown, show
from tests.fakes.discord.waiting import PATIENCE, SOON, until

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5


class Interaction:
    """A press, a command, … : the handle of tests and the memory of the server."""

    def __init__(
        self,
        world,
        kind: int,
        *,
        user: User,
        channel: Channel,
        owners: dict[str, str],
        file_limit: int,
        message: Message | None = None,
    ) -> None:
        self._world = world
        self.kind = kind
        self.user = user
        self.channel = channel
        self.owners = owners
        self.file_limit = file_limit
        self.message = message
        self.id = world.snowflake()
        secret = f"interaction:{self.id}:{secrets.token_hex(50)}"
        self.token = base64.urlsafe_b64encode(secret.encode()).decode().rstrip("=")
        self.created = world.now()
        self.sent = time.monotonic()
        self.answered: float | None = None
        self.ack_type: int | None = None
        self.response: dict[str, Any] | None = None
        self.original: Message | None = None
        self.follow_ups: list[Message] = []
        self.posted = 0
        self.dead = False

    @property
    def by_user_only(self) -> bool:
        """Whether the app is here only because its user installed it."""
        return "0" not in self.owners

    @property
    def is_alive(self) -> bool:
        life = timedelta(seconds=self._world.limits.token_life)
        return not self.dead and self._world.now() - self.created < life

    @property
    def is_late(self) -> bool:
        waited = self._world.now() - self.created
        return waited > timedelta(seconds=self._world.limits.acknowledge)

    @property
    def modal(self) -> dict[str, Any] | None:
        return self.response["data"] if self.response and self.ack_type == 9 else None

    @property
    def choices(self) -> list[dict[str, Any]] | None:
        return self.response["data"]["choices"] if self.response and self.ack_type == 8 else None

    @property
    def ephemeral(self) -> bool:
        if self.original is not None:
            return self.original.ephemeral
        data = (self.response or {}).get("data") or {}
        return bool(data.get("flags", 0) & EPHEMERAL)

    @property
    def thinking(self) -> bool:
        """Whether the person sees "thinking…"."""
        return self.original is not None and self.original.loading and not self.original.deleted

    @property
    def shown(self) -> list[Shown]:
        """The messages of this interaction, the original first; not "thinking…"."""
        every = [self.original] if self.original else []
        every += self.follow_ups
        return [show(self._world, one) for one in every if not (one.deleted or one.loading)]

    async def acknowledged(self, timeout: float = SOON) -> float:
        """The seconds from the event to the callback, once there is one."""
        await until(lambda: self.answered is not None, timeout, self._dump)
        assert self.answered
        return self.answered - self.sent

    async def shows(self, predicate=lambda shown: True, timeout: float = PATIENCE) -> Shown:
        """The first visible message of this interaction that satisfies `predicate`, once there."""
        return await until(lambda: _first(self.shown, predicate), timeout, self._dump)

    def _dump(self) -> str:
        seen = "\n".join(f"  {one}" for one in self.shown) or "  nothing"
        said = f"answered with {self.ack_type}; thinking: {self.thinking}; shown:\n{seen}"
        return f"{said}\n{self._world.dump()}"


def _first(shown: list[Shown], predicate):
    for one in shown:
        try:
            if predicate(one):
                return one
        except (AttributeError, IndexError, KeyError, StopIteration, TypeError):
            # A predicate about the first file may well meet a message without any.
            continue
    return None
