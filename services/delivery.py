"""Tells the chat: plan the messages of an answer, then post or edit them one by one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from services import cards
from services.journal import Journal
from services.limits import Limits
from services.machine import (
    MAX_SENDS,
    Delivered,
    NotSent,
    Posted,
    Sending,
    Undeliverable,
    posting,
)
from services.model import Card, Job
from services.ports import Messenger, Now
from services.problems import Code, Fault, Problem

GONE = (Code.CHAT_GONE, Code.CHAT_FORBIDDEN, Code.CANNOT_WRITE)


def plan(card: Card, limits: Limits) -> tuple[Card, ...]:
    """The messages of an answer: the card, with no more tracks than one message takes."""
    room = limits.files_per_message
    first = replace(card, tracks=card.tracks[:room])
    starts = range(room, len(card.tracks), room)
    rest = [
        replace(card, tracks=card.tracks[at : at + room], picture=None, alt=None, actions=())
        for at in starts
    ]
    return (first, *rest)


class Delivery:
    """Delivers a job's outcome; every message once, as far as the platform can know."""

    def __init__(
        self,
        journal: Journal,
        messengers: Mapping[str, Messenger],
        retention: timedelta,
        now: Now,
    ) -> None:
        self._journal = journal
        self._messengers = messengers
        self._retention = retention
        self._now = now

    async def deliver(self, job: Job) -> Delivered | Undeliverable:
        """Tell the person. Raises `Fault` when the platform does not answer; then repeat it."""
        messenger = self._messengers.get(job.address.platform)
        if messenger is None:
            return Undeliverable(Problem(Code.CHAT_GONE, detail="the platform is switched off"))
        card = cards.card(job, kept_until=self._now() + self._retention)
        try:
            for n, message in enumerate(plan(card, messenger.limits)):
                await self._tell(job, messenger, n, message)
        except Fault as error:
            if error.problem.code not in GONE:
                raise
            return Undeliverable(error.problem)
        return Delivered()

    async def _tell(self, job: Job, messenger: Messenger, n: int, card: Card) -> None:
        known = posting(job, n)
        if known.receipt is not None:
            return
        # An edit of the living message may be repeated unseen; a send may not.
        if n == 0 and job.card is not None:
            await messenger.edit(job.address, job.card, card)
            await self._journal.record(job.id, Posted(n, job.card))
            return
        if known.sends >= MAX_SENDS:
            raise Fault(Problem(Code.CHAT_GONE, detail=f"message {n} was sent {known.sends} times"))
        await self._journal.record(job.id, Sending(n))
        try:
            receipt = await messenger.post(job.address, card, f"{job.id}.{n}" if n else job.id)
        except Fault:
            # It did not arrive, which is known; only what cannot be known counts.
            await self._journal.record(job.id, NotSent(n, known.sends + 1))
            raise
        await self._journal.record(job.id, Posted(n, receipt))
