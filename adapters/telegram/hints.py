"""The line under a chat's name that says what the bot is at: in private, while something is."""

import asyncio
from contextlib import suppress

from telegram.constants import ChatAction

from adapters.telegram.connection import Connection
from adapters.telegram.faults import translated
from adapters.telegram.place import place_of
from services.model import Address, JobId, State
from services.ports import Store
from services.problems import Fault

EVERY = 4.5  # seconds: a hint lasts five
LONGEST = 20 * 60 / EVERY
SENDING = (State.COLLECTING, State.DELIVERING)


class Hints:
    """Goes on until the job is done. Groups allow too few calls for that."""

    def __init__(self, connection: Connection, store: Store) -> None:
        self._connection = connection
        self._store = store

    async def give(self, address: Address, job_id: JobId) -> None:
        """Say so until it is done; whatever goes wrong, it is only a hint."""
        if place_of(address).is_group:
            return
        with suppress(Fault):
            for _ in range(int(LONGEST)):
                job = await self._store.read(lambda tx: tx.job(job_id))
                if job is None or job.state is State.DONE:
                    return
                is_sending = job.state in SENDING
                await self._say(
                    address, ChatAction.UPLOAD_VOICE if is_sending else ChatAction.RECORD_VOICE
                )
                await asyncio.sleep(EVERY)

    async def _say(self, address: Address, action: ChatAction) -> None:
        place = place_of(address)
        bot = await self._connection.bot()
        with translated():
            await bot.send_chat_action(
                int(address.chat),
                action,
                message_thread_id=int(place.thread) if place.thread else None,
                business_connection_id=place.business or None,
            )
