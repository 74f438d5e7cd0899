"""A chat whose truth lies outside the process: an append-only file that survives kill -9."""

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path

from services.limits import Limits
from services.model import Receipt
from services.problems import Code, fault
from services.showing import Tone


def nothing(point: str) -> None:
    """No trap is set."""


class FileChat:
    """Port Messenger over one log file; `lines` and `messages` read it from any process.

    silent: a chat without living messages, so that every answer is sent and none is edited in.
    """

    def __init__(
        self, path: Path, trap: Callable[[str], None] = nothing, silent: bool = False
    ) -> None:
        self.room = Limits(seconds_between_edits=0.05)
        self.until = None  # when its messages can no longer be edited
        self.refuses = lambda card: False  # whether it says that a card's files are too large
        self.said = asyncio.Event()  # set with every change, by those who wait cleared
        self._path = path
        self._trap = trap
        self._silent = silent

    def limits(self, address):
        return self.room

    def edits_until(self, address, receipt):
        return self.until

    async def post(self, address, card, key):
        if self._silent and card.tone is Tone.WORKING:
            raise fault(Code.CHAT_FORBIDDEN)
        self._trap("before post")
        self._check(card)
        self._log("post", key, card, address)
        self._trap("after post")
        return Receipt(key)

    async def edit(self, address, receipt, card):
        self._trap("before edit")
        self._check(card)
        self._log("edit", receipt, card, address)
        self._trap("after edit")
        return receipt

    def _check(self, card):
        if card.tracks and self.refuses(card):
            raise fault(Code.FILE_REFUSED)

    async def delete(self, address, receipt):
        self._log("delete", receipt, None)

    def standing(self, address):
        """Nothing of it is anybody's own."""
        return address

    def split(self, receipt, count):
        return tuple(f"{receipt}/{n}" for n in range(count))

    async def open(self, source):
        try:
            yield Path(source.ref).read_bytes()
        except OSError:
            raise fault(Code.FILE_GONE, name=source.name) from None

    def _log(self, what, receipt, card, address=None):
        line = {
            "what": what,
            "message": receipt,
            "chat": address.chat if address else None,
            "job": card.job if card else None,
            "tone": card.tone if card else None,
            "parts": [track.id for track in card.tracks] if card else [],
            "names": [track.name for track in card.tracks] if card else [],
            "bytes": [track.bytes for track in card.tracks] if card else [],
            "links": [link.url for link in card.links] if card else [],
            "lines": [line.key for line in card.lines] if card else [],
            "voice": bool(card and card.is_voice),
        }
        with self._path.open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
            log.flush()
            os.fsync(log.fileno())
        self.said.set()

    def lines(self) -> list[dict]:
        """Everything that ever happened in this chat."""
        if not self._path.exists():
            return []
        return [json.loads(line) for line in self._path.read_text("utf-8").splitlines()]

    def messages(self) -> dict[str, dict]:
        """What a person sees now: the last state of each message."""
        return {line["message"]: line for line in self.lines()}
