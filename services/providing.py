"""A job and its provider: choose one, hand the sound over, look after a crash, ask."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from services import cards, consent, health, routing, spaces
from services.callbacks import Callbacks
from services.collecting import Collecting
from services.consent import Consent
from services.events import (
    Accepted,
    Broke,
    Doubled,
    Event,
    Finished,
    GaveUp,
    Picked,
    Rescheduled,
    Routed,
)
from services.health import OUTAGES, Health
from services.journal import Journal
from services.meters import Meters
from services.model import Address, Heard, Job, JobId, State
from services.plans import REMOTE
from services.ports import Doubt, Messenger, Now, Order, Provider, Store
from services.problems import Again, Code, Fault, Problem, fault
from services.reporting import Reporting
from services.routing import Routes, Standing, Wait
from services.transactions import Tx

T = TypeVar("T")

log = logging.getLogger(__name__)

SUBMIT_WITHIN = timedelta(hours=6)
PAUSE = timedelta(seconds=5)  # between two questions at first
LONGEST_PAUSE = timedelta(seconds=60)
ASK_WITHIN = timedelta(seconds=20)  # then it is asked later: a step is not for waiting
CANCEL_WITHIN = timedelta(seconds=5)  # its person waits to be told that it is over
SETTLE = timedelta(seconds=3)  # until a provider lists what it took
CALL_WITHIN = timedelta(minutes=2)  # until a callback names what nobody could look up or ask for
DOUBT_WITHIN = timedelta(minutes=10)  # while a provider cannot even be asked
ADOPTED_WITHIN = timedelta(hours=1)  # for a job that only its callback named
MOST_DOUBLES = 1
MOST_LOST = 2  # submissions without an answer; then a list without them is no proof any more
SHORT_WAIT = timedelta(seconds=1)  # for a turn to submit
MOST_HANDING = 8  # submissions to one provider at once, so that there is room for other steps
MOST_LOOKED_AT = 1000  # jobs, for those that a provider's list may also speak of
GONE = Problem(Code.PROVIDER_FAILED, detail="the provider is no longer set up")


@dataclass(frozen=True, slots=True)
class Means:
    """What working with providers needs.

    usual: what holds where nobody said whether sound may leave the machine.
    """

    store: Store
    journal: Journal
    collecting: Collecting
    routes: Routes
    providers: Mapping[str, Provider]
    messengers: Mapping[str, Messenger]
    health: Health
    callbacks: Callbacks
    usual: Consent
    now: Now
    meters: Meters
    reporting: Reporting


class Providing:
    """The steps of a job between the sound and its results."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._handing: Counter[str] = Counter()  # submissions under way, by provider
        self._lost: Counter[JobId] = Counter()  # submissions of a job that nobody answered
        self._partly: dict[JobId, datetime] = {}  # since when a part of the result is missing

    def has(self, provider: str | None) -> bool:
        """Whether one was chosen that is set up here."""
        return provider in self._means.providers

    async def route(self, job: Job) -> Event:
        """Choose who does it, or wait, or say why nobody does."""
        means = self._means
        standing = await means.store.read(lambda tx: self._standing(tx, job))
        there = [name for name, one in means.providers.items() if routing.is_elsewhere(one)]
        means.meters.left_alone(there, standing.out)
        picked = routing.pick(job, means.routes, standing)
        # Where nobody else can do it, the answer itself has the question.
        is_askable = standing.has_remote and not standing.may_leave
        if is_askable and not isinstance(picked, Problem):
            await self._ask_consent(job)
        return self._chosen(job, picked)

    def _standing(self, tx: Tx, job: Job) -> Standing:
        means = self._means
        features = means.journal.allowed(tx, job.address, job.person).features
        has_remote = features is None or REMOTE in features
        is_agreed = all(consent.may_leave(tx, place, means.usual) for place in _places(job))
        out = health.out(tx, means.providers, means.now())
        return Standing(out, has_remote and is_agreed, has_remote)

    async def _ask_consent(self, job: Job) -> None:
        """With the first job of a place that somebody elsewhere could do; it is not waited for."""
        means = self._means
        if job.attempt:
            return  # it asked before
        able = routing.titles(routing.offering(job.recipe, means.routes))
        engines = routing.engines(means.routes)
        messenger = means.messengers.get(job.address.platform)
        if not able or messenger is None or not messenger.limits(job.address).asks:
            return
        usual = means.usual
        asks = await means.store.write(lambda tx: consent.is_to_ask(tx, job.address, job.id, usual))
        if asks:
            # Whoever is not told now finds it under /settings.
            with suppress(Fault):
                is_own = spaces.is_own(job.address, job.person)
                card = cards.consent_card(engines, is_own=is_own)
                await messenger.post(job.address, card, f"{job.id}.asks")

    async def submit(self, job: Job) -> Event | None:
        """Write the intent, then hand the sound over; None when it was cancelled in between."""
        means = self._means
        provider = means.providers[job.provider or ""]
        standing = await means.store.read(lambda tx: self._standing(tx, job))
        is_kept_here = routing.is_elsewhere(provider) and not standing.may_leave
        if provider.name in standing.out or is_kept_here:
            # Since it was chosen, somebody else's job found out that it is of no use, or somebody
            # said no.
            return self._chosen(job, routing.pick(job, means.routes, standing))
        wait = self._turn(provider)
        if wait > timedelta(0):
            # Not here: who waits in a step keeps others from being delivered.
            return Rescheduled(means.now() + wait)
        intent = Picked(means.now() + SUBMIT_WITHIN, provider.paid)
        self._handing[provider.name] += 1
        try:
            picked = await means.journal.record(job.id, intent, job.attempt)
            # Somebody may have cancelled in between: then nothing is spent.
            if picked is None or picked.state is not State.SUBMITTING:
                return None
            return await self._hand_over(picked, provider)
        finally:
            self._handing[provider.name] -= 1

    def _turn(self, provider: Provider) -> timedelta:
        """How long until another submission to it is worth a step."""
        if not routing.is_elsewhere(provider):
            return timedelta(0)
        wait = provider.wait()
        is_full = self._handing[provider.name] >= MOST_HANDING
        return max(wait, SHORT_WAIT) if is_full or wait > SHORT_WAIT else timedelta(0)

    def _chosen(self, job: Job, picked: Provider | Wait | Problem) -> Event:
        match picked:
            case Problem():
                return GaveUp(picked)
            case Wait(until, problem):
                late = self._means.now() >= job.deadline_at
                return GaveUp(problem) if late else Rescheduled(until)
            case provider:
                return Routed(provider.name, provider.kind, provider.title)

    async def _hand_over(self, job: Job, provider: Provider) -> Event:
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            event = await self._watched(provider, provider.submit(self._order(job)))
        except Fault as error:
            if error.problem.code is not Code.PROVIDER_UNSURE:
                self._lost.pop(job.id, None)
                raise
            # As if we had died here: the next step looks before it tries again.
            log.warning("nobody knows whether it was taken", extra={"job": job.id})
            self._lost[job.id] += 1
            return Rescheduled(self._means.now() + SETTLE)
        self._lost.pop(job.id, None)
        if isinstance(event, Finished):
            await self._note_duration(job, provider.name, clock() - began)
        return event

    async def recover(self, job: Job) -> Event | None:
        """The intent is written and the answer is not: look before trying again."""
        provider = self._means.providers.get(job.provider or "")
        if provider is None:
            return Broke(GONE)
        now, began = self._means.now(), job.picked_at or job.updated_at
        if job.heard is not None and job.heard.ref:
            return Accepted(job.heard.ref, now, now + ADOPTED_WITHIN)
        doubt = await self._means.store.read(lambda tx: _doubt(tx, job, began))
        try:
            found = await self._watched(
                provider, provider.find(self._order(job), doubt), is_question=True
            )
        except Fault as error:
            return await self._undecided(job, provider, error)
        if found is not None:
            return found
        if not routing.is_elsewhere(provider):
            return await self._hand_over(job, provider)
        if now < began + SETTLE:
            return Rescheduled(began + SETTLE)
        if now > began + DOUBT_WITHIN:
            self._lost.pop(job.id, None)
            return Broke(Problem(Code.PROVIDER_DOWN, detail="no submission came through"))
        if self._lost[job.id] >= MOST_LOST:
            # A list that never has it may be late, or wrong.
            return await self._undecided(job, provider, fault(Code.PROVIDER_UNSURE, "not listed"))
        return await self._hand_over_again(job, provider)

    async def _undecided(self, job: Job, provider: Provider, error: Fault) -> Event | None:
        """Nobody can say whether the provider has it: it may be paid twice, once and counted."""
        means, problem = self._means, error.problem
        now, began = means.now(), job.picked_at or job.updated_at
        if problem.code.again is Again.OTHER and problem.code is not Code.PROVIDER_UNSURE:
            return Broke(problem)
        is_called = means.callbacks.address(job) is not None
        patience = CALL_WITHIN if is_called else timedelta(0)
        if problem.code is not Code.PROVIDER_UNSURE:
            patience = DOUBT_WITHIN
        if now < began + patience:
            return Rescheduled(now + max(PAUSE, error.retry_after or PAUSE))
        if job.doubles >= MOST_DOUBLES:
            self._lost.pop(job.id, None)
            return Broke(Problem(Code.PROVIDER_UNSURE, detail=problem.detail))
        return await self._hand_over_again(job, provider, is_double=True)

    async def _hand_over_again(
        self, job: Job, provider: Provider, *, is_double: bool = False
    ) -> Event | None:
        """Unless somebody said no since; None when it was cancelled."""
        means = self._means
        standing = await means.store.read(lambda tx: self._standing(tx, job))
        if not standing.may_leave:
            return Broke(Problem(Code.PROVIDER_UNSURE, detail="it may no longer be sent there"))
        known = await means.journal.job(job.id)
        if known is None or (known.state, known.attempt) != (State.SUBMITTING, job.attempt):
            return None
        if is_double:
            await means.journal.record(job.id, Doubled(), job.attempt)
            means.meters.doubled(provider.name)
            about = {"job": job.id, "provider": provider.name}
            log.warning("submitted once more, perhaps paid twice", extra=about)
        return await self._hand_over(job, provider)

    async def ask(self, job: Job) -> Event | None:
        """Whether it is done; None: it was called meanwhile, so it is asked again at once."""
        means = self._means
        provider = means.providers.get(job.provider or "")
        if provider is None:
            return Broke(GONE)
        recipe = replace(job.recipe, format=job.master)
        try:
            async with asyncio.timeout(ASK_WITHIN.total_seconds()):
                asking = provider.ask({job.ref: recipe})
                news = await self._watched(provider, asking, is_question=True)
        except TimeoutError:
            return self._unanswered(job, fault(Code.PROVIDER_DOWN, "no answer in time"))
        except Fault as error:
            return self._unanswered(job, error)
        match news.get(job.ref):
            case Finished() as finished:
                return await self._whole(job, _with_heard(job, finished))
            case Broke() as broke:
                return broke
            case None if await self._was_called(job):
                return None
            case None if means.now() < job.deadline_at:
                return Rescheduled(means.now() + self._pause(job))
            case None:
                return _believed(job) or Broke(Problem(Code.PROVIDER_SILENT))

    async def _whole(self, job: Job, finished: Finished) -> Event | None:
        """What is there; for a while not, where a part is missing that only callbacks name."""
        means, now = self._means, self._means.now()
        is_whole = {result.part for result in finished.results}.issuperset(job.recipe.parts)
        is_heard = job.heard is not None and bool(job.heard.results)
        if is_whole or is_heard or means.callbacks.address(job) is None:
            self._partly.pop(job.id, None)
            return finished
        if await self._was_called(job):
            return None
        if now < min(self._partly.setdefault(job.id, now) + CALL_WITHIN, job.deadline_at):
            return Rescheduled(now + self._pause(job))
        self._partly.pop(job.id)
        return finished

    async def _was_called(self, job: Job) -> bool:
        """Whether a callback came while the question was under way, which may be older news."""
        known = await self._means.journal.job(job.id)
        return known is not None and known.heard != job.heard

    def _unanswered(self, job: Job, error: Fault) -> Event:
        """The provider cannot be asked: then its callback is believed, where one came."""
        if (believed := _believed(job)) is not None:
            return believed
        if error.problem.code.again is Again.OTHER:
            return Broke(error.problem)
        now = self._means.now()
        if now >= job.deadline_at:
            return Broke(Problem(Code.PROVIDER_SILENT, detail=error.problem.detail))
        return Rescheduled(now + max(self._pause(job), error.retry_after or PAUSE))

    def _pause(self, job: Job) -> timedelta:
        """The longer it takes, the seldomer it is asked."""
        waited = self._means.now() - (job.picked_at or job.updated_at)
        return min(max(waited / 10, PAUSE), LONGEST_PAUSE)

    async def cancel(self, job: Job) -> None:
        """Tell the provider that nobody wants it any more; best effort."""
        provider = self._means.providers.get(job.provider or "")
        if provider is not None and job.ref and isinstance(job.outcome, Problem):
            with suppress(Fault, TimeoutError):
                async with asyncio.timeout(CANCEL_WITHIN.total_seconds()):
                    await provider.cancel(job.ref)

    async def _watched(
        self, provider: Provider, doing: Awaitable[T], *, is_question: bool = False
    ) -> T:
        """Its result; how it went is noted for all jobs."""
        means = self._means
        if not routing.is_elsewhere(provider):
            return await doing
        try:
            done = await doing
        except Fault as error:
            code = error.problem.code
            means.meters.provider_fault(provider.name, code)
            # One job that cannot be asked about is no outage: submissions show those.
            if not (is_question and code in OUTAGES):
                await means.health.failed(provider.name, error.problem, error.retry_after)
            raise
        await means.health.worked(provider.name, is_question=is_question)
        return done

    async def _note_duration(self, job: Job, provider: str, seconds: float) -> None:
        """For later estimates; finished work is not lost over it."""
        assert job.clip is not None
        means, operation = self._means, job.recipe.operation.value
        ratio = seconds / max(job.recipe.span(job.clip.seconds), 0.1)
        try:
            await means.store.write(
                lambda tx: tx.put_duration(provider, operation, ratio, means.now())
            )
        except Exception:
            log.exception("duration not kept", extra={"job": job.id})

    def _order(self, job: Job) -> Order:
        assert job.clip is not None
        means = self._means
        return Order(
            job=job.id,
            attempt=job.attempt,
            clip=job.clip,
            recipe=replace(job.recipe, format=job.master),
            report=means.reporting.of(job.id),
            callback_url=means.callbacks.address(job),
            token=means.callbacks.token(job),
            url=job.source.url,
            budget=means.collecting.budget(job),
        )


def _places(job: Job) -> Iterator[Address]:
    """Those that are asked whether the sound may leave: where it is worked on, and its home."""
    yield job.address
    if job.source.home:
        yield replace(job.address, space=job.source.home)


def _doubt(tx: Tx, job: Job, began: datetime) -> Doubt:
    """What our other jobs say about a list of the provider's."""
    known = {one.id: one for one in (*tx.jobs(limit=MOST_LOOKED_AT), *tx.open_jobs(MOST_LOOKED_AT))}
    others = [one for one in known.values() if one.id != job.id]
    # Also what earlier attempts of this job were.
    claimed = {ref for one in (job, *others) for ref in one.refs}
    nameless = [one for one in others if _met(one, job.provider) and _may_have_more(one)]
    is_alone = all(abs(one.picked_at - began) > DOUBT_WITHIN for one in nameless if one.picked_at)
    return Doubt(began, claimed, is_alone)


def _may_have_more(job: Job) -> bool:
    """Whether it was handed over oftener than it got a name: nobody knows what became of that."""
    return len(job.refs) <= job.attempt + job.doubles


def _met(job: Job, provider: str | None) -> bool:
    """Whether the job was handed to this provider at some time."""
    return provider is not None and provider in (job.provider, *job.refused)


def _believed(job: Job) -> Event | None:
    """What its callback said, where that can be believed."""
    heard = job.heard
    if heard is None:
        return None
    if heard.problem is not None:
        return Broke(heard.problem)
    return Finished(heard.results, cost=heard.cost) if heard.results else None


def _with_heard(job: Job, finished: Finished) -> Finished:
    """The provider's own word, and what only its callback named."""
    heard = job.heard or Heard("")
    named = {result.part for result in finished.results}
    more = tuple(result for result in heard.results if result.part not in named)
    cost = finished.cost or heard.cost
    return replace(finished, results=(*finished.results, *more), cost=cost)
