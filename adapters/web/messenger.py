"""Shows cards in the web chat: one kept row per message, pushed to the open pages."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

from adapters.web import plain
from adapters.web.board import Board
from services.limits import Limits
from services.model import Address, Receipt, Source
from services.ports import Now, Store
from services.problems import Code, fault
from services.records import FLEETING
from services.showing import Card, Tone
from services.transactions import Tx

NOTHING: tuple[bytes, ...] = ()
LIMITS = Limits(files_per_message=50)  # more than there are stems: one card shows them all


class WebMessenger:
    """The port `Messenger`. A receipt is the key of the message's row."""

    def __init__(self, store: Store, board: Board, now: Now) -> None:
        self._store = store
        self._board = board
        self._now = now

    def limits(self, address: Address) -> Limits:
        """Everything is streamed, so nothing is too large."""
        return LIMITS

    def edits_until(self, address: Address, receipt: Receipt) -> datetime | None:
        """Our own rows can always be changed."""
        return None

    async def post(self, address: Address, card: Card, key: str) -> Receipt:
        """Show a new message; the same `key` again replaces it."""
        key = f"{FLEETING}{key}" if card.is_fleeting else key
        await self._put(address.chat, key, card)
        return Receipt(key)

    async def edit(self, address: Address, receipt: Receipt, card: Card) -> Receipt:
        """Replace what a message shows."""
        await self._put(address.chat, receipt, card)
        return receipt

    async def delete(self, address: Address, receipt: Receipt) -> None:
        """Take a message away: an empty row stays, so that a sleeping page learns of it."""
        await self.keep(address.chat, receipt, plain.GONE)

    def standing(self, address: Address) -> Address:
        """Nothing of it is anybody's own."""
        return address

    def split(self, receipt: Receipt, count: int) -> tuple[Receipt, ...]:
        """They are one message."""
        return (receipt,) * count

    async def keep(self, chat: str, key: str, body: Mapping[str, Any]) -> None:
        """Keep a message that is plain already and tell the open pages."""
        at = self._now()
        await self._store.write(lambda tx: tx.put_message(chat, key, body, at))
        self._board.ring(chat)

    async def open(self, source: Source) -> AsyncIterator[bytes]:
        """Sound of the web chat lies in Files before anybody asks for it, or not at all."""
        for chunk in NOTHING:
            yield chunk
        raise fault(Code.FILE_GONE, name=source.name)

    async def _put(self, chat: str, key: str, card: Card) -> None:
        at = self._now()

        def change(tx: Tx) -> None:
            job = tx.job(card.job) if card.job else None
            # Said too late: the job was quicker than its first card, the last word stands.
            if job and job.outcome is not None and card.tone is Tone.WORKING:
                return
            tx.put_message(chat, key, plain.card_to_plain(card, job), at)

        await self._store.write(change)
        self._board.ring(chat)
