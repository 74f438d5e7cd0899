"""Asks those who saw a recording to remove it, as far as they can."""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import zip_longest

from services.model import Job
from services.ports import Now, Provider
from services.problems import Code, Fault

log = logging.getLogger(__name__)

WITHIN = timedelta(seconds=5)
AT_ONCE = 8
KEPT_THERE = timedelta(days=1)  # nobody who can remove something keeps it for longer


@dataclass(frozen=True, slots=True)
class Erased:
    """Where a recording is removed, and where that is not possible, by their titles.

    unsure: who was handed it and never said what it is called there. is_left: somebody
    could not be asked, and may be later.
    """

    there: frozenset[str] = frozenset()
    nowhere: frozenset[str] = frozenset()
    unsure: frozenset[str] = frozenset()
    is_left: bool = False

    def with_(self, other: "Erased") -> "Erased":
        """Both together; what was removed once was removed."""
        there = self.there | other.there
        nowhere = (self.nowhere | other.nowhere) - there
        unsure = self.unsure | other.unsure
        return Erased(there, nowhere, unsure, self.is_left or other.is_left)


class Erasing:
    """Removes jobs at their providers."""

    def __init__(self, providers: Mapping[str, Provider], now: Now) -> None:
        self._providers = providers
        self._now = now
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def erase(self, job: Job) -> Erased:
        """Remove everything of the job that somebody elsewhere may have; a repeat is harmless."""
        seen = frozenset((*job.source.sent_to, *job.sent_to))
        if job.done_at is not None and self._now() - job.done_at > KEPT_THERE:
            return Erased(nowhere=seen - self._forgetful())
        there, is_left = set[str](), False
        for provider, ref in self._names(job):
            is_gone = await self._remove(provider, ref)
            is_left = is_left or not is_gone
            there.add(provider.title)
        # Cancelled before it had a name there: nobody can be told which one to remove.
        unsure = (seen & self._forgetful()) - there
        return Erased(frozenset(there), seen - there - unsure, unsure, is_left)

    async def erase_all(self, jobs: Iterable[Job]) -> dict[str, Erased]:
        """The same for several at once, by their ids."""
        wanted = list(jobs)
        erased = await asyncio.gather(*(self.erase(job) for job in wanted))
        return {job.id: one for job, one in zip(wanted, erased, strict=True)}

    def _forgetful(self) -> frozenset[str]:
        return frozenset(one.title for one in self._providers.values() if one.forgets)

    def _names(self, job: Job) -> Iterator[tuple[Provider, str]]:
        """What the job is called at those who can forget it."""
        for ref, at in zip_longest(job.refs, job.refs_at[: len(job.refs)]):
            provider = self._providers.get(at or job.provider or "")
            if provider is not None and provider.forgets:
                yield provider, ref

    async def _remove(self, provider: Provider, ref: str) -> bool:
        try:
            async with self._slots, asyncio.timeout(WITHIN.total_seconds()):
                await provider.cancel(ref)
        except Fault as error:
            if error.problem.code is Code.RESULT_GONE:
                return True
            log.info("not removed there yet", extra={"provider": provider.name})
            return False
        except TimeoutError:
            log.info("not removed there in time", extra={"provider": provider.name})
            return False
        return True
