"""The line under a chat's name that says what the bot is at: in private, while something is."""

import asyncio
from contextlib import suppress

from telegram.constants import ChatAction

from adapters.telegram.connection import Connection
from adapters.telegram.faults import translated
from adapters.telegram.place import place_of
from services.journal import together
from services.model import Address, Job, JobId, State
from services.ports import Store
from services.problems import Fault
from services.transactions import Tx

EVERY = 4.5  # seconds: a hint lasts five
LONGEST = 20 * 60 / EVERY
SENDING = (State.COLLECTING, State.DELIVERING)


class Hints:
    """Goes on until the jobs of a chat are done. Groups allow too few calls for that."""

    def __init__(self, connection: Connection, store: Store) -> None:
        self._connection = connection
        self._store = store
        self._jobs: dict[tuple[str, str], set[JobId]] = {}  # by chat and topic

    async def give(self, address: Address, job_id: JobId) -> None:
        """Say so until it is done; whatever goes wrong, it is only a hint."""
        place = place_of(address)
        if place.is_group:
            return
        where = (address.chat, place.thread)
        if where in self._jobs:
            # One hint says it for all of them.
            self._jobs[where].add(job_id)
            return
        self._jobs[where] = {job_id}
        try:
            with suppress(Fault):
                await self._go_on(address, self._jobs[where])
        finally:
            del self._jobs[where]

    async def _go_on(self, address: Address, jobs: set[JobId]) -> None:
        for _ in range(int(LONGEST)):
            found = await self._store.read(lambda tx: _open(tx, jobs))
            jobs.intersection_update(job.id for job in found)
            if not jobs:
                return
            is_sending = all(job.state in SENDING for job in found)
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


def _open(tx: Tx, jobs: set[JobId]) -> list[Job]:
    """Those of these that are not done, and what they wait for."""
    found = [tx.job(one) for one in sorted(jobs)]
    all_of_them = [mate for job in found if job is not None for mate in together(tx, job)]
    return [job for job in all_of_them if job.state is not State.DONE]
