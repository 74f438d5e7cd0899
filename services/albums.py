"""Answers the jobs of an album at once: one message with the words, and the tracks together.

The first job speaks for all, when each has an outcome. The others wait until it is done; what was
not told with the others by then is told by itself, as any job is.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import islice

from services import album_cards, cards
from services.delivery import GONE, Delivery, Means, grouped
from services.events import Delivered, Event, Fitted, Nudged, Rescheduled, Undeliverable
from services.journal import together
from services.limits import Limits
from services.machine import COMMON, DELIVER_WITHIN, posting
from services.model import Job, JobId, State
from services.ports import Messenger, Store
from services.problems import Code, Fault, Problem
from services.showing import Card, Tone

PART = 1  # the number of the message that is a job's part of an album
WAIT = timedelta(seconds=30)  # until somebody looks who was not nudged


def waits(job: Job, jobs: Sequence[Job]) -> bool:
    """Whether it is too early to tell of this job: the first waits for all, all for the first."""
    if job.id == job.lead:
        return any(one.outcome is None for one in jobs)
    return any(one.id == job.lead and one.state is not State.DONE for one in jobs)


def parts(jobs: Sequence[Job], room: float) -> list[Job]:
    """Those whose result can be one file of an album."""
    return [job for job in jobs if (file := album_cards.only_file(job)) and file.bytes <= room]


def are_told_together(jobs: Sequence[Job], room: float) -> bool:
    """Whether one message tells of all these jobs, the first of which is to tell.

    What was begun in one way is brought to its end in that way.
    """
    begun = {known.n for known in jobs[0].postings}
    if COMMON in begun or 0 in begun:
        return COMMON in begun
    is_in_vain = len(jobs) > 1 and not any(job.tracks for job in jobs)
    return len(parts(jobs, room)) > 1 or is_in_vain


def groups(jobs: Sequence[Job], limits: Limits) -> Iterator[tuple[Job, ...]]:
    """The jobs whose parts are still to send, as the messages take them."""
    left = [one for one in parts(jobs, limits.bytes) if posting(one, PART).receipt is None]
    tracks, owners = [one.shown[0] for one in left], iter(left)
    for group in grouped(tracks, limits, is_alone=jobs[0].is_spread):
        yield tuple(islice(owners, len(group)))


def ends(
    jobs: Sequence[Job], end: Delivered | Undeliverable
) -> Iterator[tuple[JobId, Delivered | Undeliverable]]:
    """What has come to its end when the first of these jobs comes to this one."""
    lead, *mates = jobs
    is_said = posting(lead, COMMON).receipt is not None
    # Who may send no file there need not try it once for each.
    refused = end if isinstance(end, Undeliverable) and end.problem.code in GONE else None
    yield lead.id, end
    for mate in mates:
        part = posting(mate, PART)
        if part.receipt is not None or (is_said and not mate.tracks):
            yield mate.id, Delivered()
        # Nobody knows whether it arrived: by itself, it would be sent once too often.
        elif part.sends:
            yield mate.id, Undeliverable(Problem(Code.CHAT_UNSURE))
        elif is_said and refused is not None and album_cards.only_file(mate):
            yield mate.id, refused


def may_be_split(error: Fault, group: Sequence[Job]) -> bool:
    """Whether another form may be taken where this one was refused."""
    if error.problem.code is Code.FILE_REFUSED:
        return True
    # A place may refuse several files at once for a reason that it has against none of them.
    return error.problem.code is Code.CHAT_FORBIDDEN and len(group) > 1


class Albums:
    """Delivers jobs, those of an album at once. The store decides what was told and what not."""

    def __init__(self, store: Store, means: Means, delivery: Delivery) -> None:
        self._store = store
        self._journal = means.journal
        self._messengers = means.messengers
        self._now = means.now
        self._delivery = delivery

    async def is_early(self, job: Job) -> bool:
        """Whether this job is put off, because others are still to come."""
        if not job.album:
            return False
        jobs = await self._jobs(job)
        if not waits(job, jobs):
            return False
        await self._nudge_lead(job, jobs)
        await self._journal.record(job.id, Rescheduled(self._now() + WAIT, telling=True))
        if waits(job, await self._jobs(job)):
            return True
        # They came before it could be nudged.
        await self._journal.record(job.id, Nudged())
        return False

    async def _nudge_lead(self, job: Job, jobs: Sequence[Job]) -> None:
        """The last to end wakes the first; once, for it may be waiting for its chat by now."""
        is_new = job.due_at <= job.deadline_at - DELIVER_WITHIN
        if is_new and all(one.outcome is not None for one in jobs):
            await self._journal.record(job.lead, Nudged())

    async def deliver(self, job: Job) -> Event | None:
        """Tell the person; None: that was done with another job. Raises `Fault` as Delivery does.

        Only for a job that is not early.
        """
        messenger = self._messengers.get(job.address.platform)
        if not job.album or messenger is None:
            return await self._delivery.deliver(job)
        jobs = await self._jobs(job)
        now = next((one for one in jobs if one.id == job.id), None)
        if now is None or now.state is not State.DELIVERING:
            return None
        if now.id != now.lead:
            return await self._delivery.deliver(now)
        end = await self._tell_of_all(jobs, messenger)
        await self._end(now, end)
        return end

    async def _end(self, lead: Job, end: Delivered | Undeliverable) -> None:
        jobs = await self._jobs(lead)
        ended = list(ends(jobs, end))
        await self._journal.record_all(ended)
        for job in jobs[1:]:
            await self._journal.record(job.id, Nudged())

    async def _tell_of_all(
        self, jobs: Sequence[Job], messenger: Messenger
    ) -> Delivered | Undeliverable:
        lead, limits = jobs[0], messenger.limits(jobs[0].address)
        jobs = [await self._fitted(job, limits.bytes) for job in jobs]
        if not are_told_together(jobs, limits.bytes):
            return await self._delivery.deliver(jobs[0])
        try:
            await self._say(jobs, messenger, limits)
            is_sent = False
            while not is_sent:
                is_sent = await self._send_parts(lead, messenger, limits)
        except Fault as error:
            return await self._give_up(lead, messenger, error)
        # What of its own goes into no album is told like that of the others.
        lead, *_ = jobs = await self._jobs(lead)
        is_told = not lead.tracks or lead in parts(jobs, limits.bytes)
        return Delivered() if is_told else await self._delivery.deliver(lead)

    async def _give_up(self, lead: Job, messenger: Messenger, error: Fault) -> Undeliverable:
        """The words must not promise an album that cannot come."""
        end = await self._delivery.give_up(lead, messenger, error)
        lead, *mates = await self._jobs(lead)
        words = posting(lead, COMMON).receipt
        is_there = any(posting(one, PART).receipt for one in (lead, *mates))
        if words is not None and not is_there and end.problem.code in GONE:
            told = cards.problem_card(Problem(Code.CHAT_FORBIDDEN), lead.id)
            with suppress(Fault):
                await messenger.edit(lead.address, words, told)
        return end

    async def _fitted(self, job: Job, room: float) -> Job:
        # What cannot be made to fit must not hold up the others.
        with suppress(Fault):
            return await self._delivery.fit(job, room)
        return job

    async def _say(self, jobs: Sequence[Job], messenger: Messenger, limits: Limits) -> None:
        lead = jobs[0]
        if posting(lead, COMMON).receipt is not None:
            # We may have died between the answer and this.
            await self._delivery.take_back(lead, messenger, COMMON)
            return
        until, copies = self._delivery.kept_until(*jobs), limits.keeps_copies
        words = album_cards.album(jobs, kept_until=until, leaves_copies=copies)
        await self._delivery.tell(lead, messenger, COMMON, words)

    async def _send_parts(self, lead: Job, messenger: Messenger, limits: Limits) -> bool:
        """Send what is left; False where it was refused, and is to be sent in another form."""
        jobs = await self._jobs(lead)
        for group in groups(jobs, limits):
            card = _card(group)
            try:
                await self._delivery.send(group, messenger, PART, card)
            except Fault as error:
                if not may_be_split(error, group):
                    raise
                await self._step_down(jobs[0], group, card)
                return False
        return True

    async def _step_down(self, lead: Job, group: Sequence[Job], card: Card) -> None:
        if len(group) > 1:
            await self._journal.record(lead.id, Fitted(lead.shown, is_spread=True))
        else:
            await self._delivery.step_down(group[0], card)

    async def _jobs(self, job: Job) -> list[Job]:
        return await self._store.read(lambda tx: together(tx, job))


def _card(group: Sequence[Job]) -> Card:
    """A message with one track of each job, and no words."""
    tracks = tuple(job.shown[0] for job in group)
    owners = tuple(job.id for job in group)
    return Card((), Tone.DONE, owners[0], clip=group[0].clip, tracks=tracks, jobs=owners)
