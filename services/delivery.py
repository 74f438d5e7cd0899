"""Tells the chat: plan the messages of an answer, then post or edit them one by one."""

import itertools
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services import cards
from services.events import Delivered, Fitted, NotSent, Posted, Sending, Undeliverable
from services.journal import Journal
from services.limits import Limits
from services.machine import COMMON, MAX_SENDS, posting
from services.model import Address, Job, Receipt, Shape, Track, Way
from services.ports import Messenger, Now
from services.problems import ELSEWHERE, Code, Fault, Problem, fault
from services.recipes import Format
from services.showing import Action, Card, Text
from services.shrinking import Shrinking

log = logging.getLogger(__name__)

GONE = (Code.CHAT_GONE, Code.CHAT_FORBIDDEN, Code.CANNOT_WRITE)


class SentEnough(Fault):
    """Nobody knows whether a message arrived, and it was sent often enough."""


Linker = Callable[[Job, Track, datetime], str]  # the address of a track, good until then


def plan(card: Card, limits: Limits, job: Job) -> Iterator[tuple[int, Card]]:
    """The messages that are still to tell, each with its number; 0 is the one with the words.

    Tracks go as many to a message as it takes; a voice message stands by itself.
    """
    told = {known.n for known in job.postings if known.receipt is not None}
    there = {track for known in job.postings if known.n in told for track in known.tracks}
    left = [one for one in card.tracks if one.way is Way.FILE and one.id not in there]
    # An album has no room for a voice message.
    voice = voice_of(card) if limits.voice or limits.bare_albums else None
    groups = list(grouped(left, limits, is_alone=voice is not None or job.is_spread))
    is_round = card.clip is not None and card.clip.shape is Shape.VIDEO_NOTE
    is_spoken = voice is not None and limits.voice
    is_bare = is_spoken or limits.bare or (limits.bare_albums and (len(left) > 1 or is_round))
    if 0 not in told:
        first = groups.pop(0) if groups and not is_bare else ()
        yield 0, replace(card, tracks=first)
    numbers = (n for n in itertools.count(1) if n not in told)
    for n, tracks in zip(numbers, groups, strict=False):
        is_voice = is_spoken and tracks == (voice,)
        yield n, Card((), card.tone, card.job, clip=card.clip, tracks=tracks, is_voice=is_voice)


def voice_of(card: Card) -> Track | None:
    """The track that is due as a voice message: one came, and this can be one.

    Of several, which have no names there, nobody could tell which is which; but the first of two
    formats is the same as the file beside it.
    """
    was_voice = card.clip is not None and card.clip.shape is Shape.VOICE
    if not was_voice or not card.tracks:
        return None
    first, *others = card.tracks
    is_one = all(one.wanted and one.part == first.part for one in others)
    is_own = first.format == Format.OGG and first.wanted in ("", Format.OGG) and not first.piece
    return first if is_one and is_own and first.way is Way.FILE else None


def grouped(
    tracks: Sequence[Track], limits: Limits, *, is_alone: bool
) -> Iterator[tuple[Track, ...]]:
    """The tracks by the messages that take them, in their order."""
    room = 1 if is_alone else limits.files_per_message
    group: list[Track] = []
    for track in tracks:
        total = sum(one.bytes for one in group) + track.bytes
        if group and (len(group) == room or total > limits.message_bytes):
            yield tuple(group)
            group = []
        group.append(track)
    if group:
        yield tuple(group)


@dataclass(frozen=True, slots=True)
class Means:
    """What delivering works with.

    link: None where people cannot reach our own server.
    """

    journal: Journal
    messengers: Mapping[str, Messenger]
    shrinking: Shrinking
    link: Linker | None
    retention: timedelta
    now: Now


class Delivery:
    """Delivers a job's outcome; every message once, as far as the platform can know."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def deliver(self, job: Job) -> Delivered | Undeliverable:
        """Tell the person. Raises `Fault` when the platform does not answer; then repeat it."""
        messenger = self._means.messengers.get(job.address.platform)
        if messenger is None:
            return Undeliverable(Problem(Code.CHAT_GONE, detail="the platform is switched off"))
        try:
            # We may have died between the answer and this.
            await self.take_back(job, messenger, 0)
            refused: Card | None = await self._tell_all(job, messenger)
            while refused is not None:
                job = await self.step_down(job, refused)
                refused = await self._tell_all(job, messenger)
        except Fault as error:
            return await self.give_up(job, messenger, error)
        return Delivered()

    async def give_up(self, job: Job, messenger: Messenger, error: Fault) -> Undeliverable:
        """At least the message that still promises a result tells where it is.

        Raises `error` again where another try may go better.
        """
        problem = error.problem
        if problem.code not in GONE and not isinstance(error, SentEnough):
            raise error
        log.warning(
            "result not shown",
            extra={"job": job.id, "problem": str(problem.code), "detail": problem.detail},
        )
        job = await self._means.journal.job(job.id) or job
        is_unsure = problem.code is Code.CHAT_UNSURE
        told = Problem(Code.CHAT_UNSURE if is_unsure else Code.CHAT_FORBIDDEN)
        card = cards.problem_card(told, job.id)
        there, words = _living(job, 0), posting(job, 0).receipt
        is_empty_promise = words is not None and problem.code is Code.CHAT_FORBIDDEN
        is_empty_promise &= not any(known.tracks for known in job.postings)
        with suppress(Fault):
            if is_empty_promise and words is not None:
                show = Action(Text("action-show"), cards.SHOW, {"job": job.id})
                await messenger.edit(job.address, words, replace(card, actions=(show,)))
            elif there is not None and not posting(job, 0).receipt:
                await messenger.edit(job.address, there, card)
            elif not is_unsure and problem.code is not Code.CHAT_GONE and not _is_told(job):
                # Words may be allowed where files are not.
                await messenger.post(job.address, card, f"{job.id}.told")
        return Undeliverable(problem)

    async def cards_for(self, job: Job, address: Address) -> tuple[Card, ...]:
        """The result once more, for a person who asks for it at this address."""
        messenger = self._means.messengers[address.platform]
        limits = messenger.limits(address)
        shown: list[Track] = []
        for one in job.tracks:
            shown += await self._fitting(job, one, limits.bytes)
        job = replace(job, fitted=tuple(shown), postings=())
        card = self._card(job, self.kept_until(job), limits)
        return tuple(message for _, message in plan(card, limits, job))

    async def _fitting(self, job: Job, track: Track, room: float) -> tuple[Track, ...]:
        """The track as it fits: whole, as it was delivered, or made smaller still."""
        if track.bytes <= room:
            return (track,)
        there = tuple(one for one in job.fitted if one.whole == track.whole)
        if there and all(one.way is Way.FILE and one.bytes <= room for one in there):
            return there
        return await self._means.shrinking.fit(job, track, room)

    async def _tell_all(self, job: Job, messenger: Messenger) -> Card | None:
        """Tell what is left to tell; the message that was too large, if one was."""
        limits = messenger.limits(job.address)
        job = await self.fit(job, limits.bytes)
        card = self._card(job, self.kept_until(job), limits)
        for n, message in plan(card, limits, job):
            try:
                await self.tell(job, messenger, n, message)
            except Fault as error:
                if error.problem.code is Code.FILE_REFUSED:
                    return message
                raise
        return None

    def kept_until(self, *jobs: Job) -> datetime:
        """How long the files are kept of what is told now: all of them, so the first decides."""
        return min(self._kept_until(job) for job in jobs)

    def _kept_until(self, job: Job) -> datetime:
        usual, own = self._means.retention, job.keep_hours
        keep = usual if own is None else min(usual, timedelta(hours=own))
        return (job.done_at or self._means.now()) + keep

    def _card(self, job: Job, until: datetime, limits: Limits) -> Card:
        links, copies = self._links(job, until), limits.keeps_copies
        return cards.card(
            job,
            kept_until=until,
            links=links,
            room=limits.bytes,
            leaves_copies=copies,
            others=limits.others,
        )

    def _links(self, job: Job, until: datetime) -> dict[str, str]:
        link = self._means.link
        linked = [track for track in job.shown if track.way is Way.LINK]
        return {track.id: link(job, track, until) for track in linked} if link else {}

    async def fit(self, job: Job, room: float) -> Job:
        """The job with tracks that go into this chat."""
        large = [one for one in job.shown if one.way is Way.FILE and one.bytes > room]
        for track in large:
            # Pieces of one part are replaced together.
            if track not in job.shown:
                continue
            job = await self._replace(job, track, await self._means.shrinking.fit(job, track, room))
        return job

    async def step_down(self, job: Job, refused: Card) -> Job:
        """The place takes less than it said: the next rung of the ladder."""
        if not refused.tracks:
            raise fault(Code.CHAT_FORBIDDEN, "a message without sound was too large")
        if len(refused.tracks) > 1:
            return await self._record(job, Fitted(job.shown, is_spread=True))
        (track,) = refused.tracks
        smaller = await self._means.shrinking.fit(job, track, track.bytes / 2)
        return await self._replace(job, track, smaller)

    async def _replace(self, job: Job, track: Track, smaller: tuple[Track, ...]) -> Job:
        # A part that was cut already is cut anew as a whole.
        gone = [
            one for one in job.shown if one == track or (track.piece and one.whole == track.whole)
        ]
        at = job.shown.index(gone[0])
        rest = [one for one in job.shown if one not in gone]
        fitted = (*rest[:at], *smaller, *rest[at:])
        return await self._record(job, Fitted(fitted, job.is_spread))

    async def _record(self, job: Job, event: Fitted) -> Job:
        return await self._means.journal.record(job.id, event) or job

    async def tell(self, job: Job, messenger: Messenger, n: int, card: Card) -> None:
        """Show message `n`: in the place of the living one where it can, else as a new one."""
        there = _living(job, n)
        # An edit of the living message may be repeated unseen; a send may not.
        now = await self._edited(job, there, messenger, card) if there is not None else None
        if now is not None:
            sent = tuple(track.id for track in card.tracks)
            await self._means.journal.record(job.id, Posted(n, now, sent, living=there))
            return
        await self.send([job], messenger, n, card)
        if there is not None:
            await self.take_back(await self._means.journal.job(job.id) or job, messenger, n)

    async def send(self, jobs: Sequence[Job], messenger: Messenger, n: int, card: Card) -> None:
        """Post message `n`, noted before and after; of several jobs, each has one of its tracks."""
        record, first = self._means.journal.record_all, jobs[0]
        sends = {job.id: posting(job, n).sends for job in jobs}
        may_repeat = messenger.limits(first.address).repeats
        if max(sends.values()) >= MAX_SENDS and not may_repeat:
            detail = f"message {n} was sent {max(sends.values())} times"
            raise SentEnough(Problem(Code.CHAT_UNSURE, detail=detail))
        await record([(job, Sending(n)) for job in sends])
        try:
            receipt = await messenger.post(first.address, card, _key(first, n))
        except Exception as error:
            # It did not arrive, which is known; only what cannot be known counts.
            if not (isinstance(error, Fault) and error.problem.code is Code.CHAT_UNSURE):
                await record([(job, NotSent(n, count + 1)) for job, count in sends.items()])
            raise
        tracks = tuple(track.id for track in card.tracks)
        if len(jobs) == 1:
            await record([(first.id, Posted(n, receipt, tracks))])
            return
        parts = zip(sends, messenger.split(receipt, len(jobs)), tracks, strict=True)
        await record([(job, Posted(n, part, (track,))) for job, part, track in parts])

    async def _edited(
        self, job: Job, there: Receipt, messenger: Messenger, card: Card
    ) -> Receipt | None:
        """The living message, which now shows `card`; None when its time is over."""
        until = messenger.edits_until(job.address, there)
        if until is not None and self._means.now() >= until:
            return None
        try:
            return await messenger.edit(job.address, there, card)
        except Fault as error:
            # A new message may find a way where an edit does not.
            if error.problem.code not in ELSEWHERE:
                raise
            return None

    async def take_back(self, job: Job, messenger: Messenger, n: int) -> None:
        """What still promises a result goes, where the answer is another message; if it can."""
        there, receipt = _living(job, n), posting(job, n).receipt
        if there is not None and receipt is not None and there != receipt:
            with suppress(Fault):
                await messenger.delete(job.address, there)


def _is_told(job: Job) -> bool:
    return any(known.receipt is not None for known in job.postings)


def _key(job: Job, n: int) -> str:
    """What no other message is sent with; the living one has the job's own name."""
    is_free = n == 0 and posting(job, COMMON).receipt is None
    return job.id if is_free else f"{job.id}.{n}"


def _living(job: Job, n: int) -> Receipt | None:
    """The message whose place message `n` takes, if there is one.

    The words for a whole album may have taken it already.
    """
    is_free = n == COMMON or (n == 0 and posting(job, COMMON).receipt is None)
    return job.card if is_free else None
