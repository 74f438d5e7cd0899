"""Commands that came without a recording: they work on the next one that their person sends."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from adapters.telegram.place import PLATFORM
from services import spaces
from services.commands.typed import Typed
from services.model import Person
from services.ports import Now, Store
from services.transactions import Tx

NEXT = "next"  # in the person's own space, so that it is forgotten with them
PATIENCE = timedelta(minutes=15)


class Waiting:
    """Remembers one command of each person in each chat."""

    def __init__(self, store: Store, now: Now) -> None:
        self._store = store
        self._now = now

    async def put(self, person: Person, chat: str, wanted: Typed) -> None:
        """From now on, the next recording is for this."""
        until = (self._now() + PATIENCE).isoformat()
        kept = {"command": wanted.command, "options": dict(wanted.options), "until": until}
        await self._store.write(lambda tx: self._change(tx, person, chat, kept))

    async def take(self, person: Person, chat: str) -> Typed | None:
        """What the recording that just came is for; None: nothing was said."""
        found = await self._store.read(lambda tx: _all(tx, person).get(chat))
        if found is None or datetime.fromisoformat(found["until"]) < self._now():
            return None
        return Typed(found["command"], found["options"])

    async def done(self, person: Person, chat: str) -> None:
        """It was for that; the next one is not."""
        await self._store.write(lambda tx: self._change(tx, person, chat, None))

    def _change(self, tx: Tx, person: Person, chat: str, kept: Mapping[str, Any] | None) -> None:
        known = {
            one: about
            for one, about in _all(tx, person).items()
            if one != chat and datetime.fromisoformat(about["until"]) >= self._now()
        }
        if kept is not None:
            known[chat] = kept
        if known or _all(tx, person):
            spaces.change(tx, PLATFORM, spaces.own(person), NEXT, known or None)


def _all(tx: Tx, person: Person) -> Mapping[str, Any]:
    found: Mapping[str, Any] = tx.space(PLATFORM, spaces.own(person)).get(NEXT, {})
    return found
