"""Their list of our jobs: what is new, and which one is ours."""

from collections.abc import AsyncIterator, Collection
from contextlib import suppress
from datetime import timedelta

from adapters.providers.calling import Answer, retry_after
from adapters.providers.noise_remover import news
from adapters.providers.pacing import Paced
from adapters.providers.polling import News
from adapters.wire import noise_remover as wire
from services.events import Broke, Finished
from services.ports import Doubt, Now
from services.problems import Code, Fault, Problem, fault

MOST_PAGES = 10
MOST_CANDIDATES = 20
# Said of one job these are news of it, not of the question.
OF_THE_JOB = (Code.RESULT_GONE, Code.PROVIDER_FAILED, Code.PROVIDER_TOO_LONG)
CLOCKS_DIFFER = timedelta(minutes=5)


class NoList(Fault):
    """They answered, and in none of the ways in which a list may come (AMB-13)."""


class Jobs:
    """Asks about jobs. Every question raises a `Fault` when it gets no answer."""

    def __init__(self, api: Paced, now: Now) -> None:
        self._api = api
        self._now = now

    async def one(self, ref: str) -> wire.Job:
        """One job. Raises `Fault` with `RESULT_GONE` when they do not know it."""
        answer = await self._api.ask("GET", _path(ref))
        if answer.status != 200 or not isinstance(answer.body, dict):
            raise refused(answer, self._now)
        return wire.Job.model_validate(answer.body)

    async def delete(self, ref: str) -> None:
        """Remove a job, which is all that stops it; one that is not there is no error (AMB-14)."""
        answer = await self._api.ask("DELETE", _path(ref))
        if not 200 <= answer.status < 300 and answer.status != 404:
            raise refused(answer, self._now)

    async def usage(self) -> wire.Usage:
        """How the account stands."""
        answer = await self._api.ask("GET", "/usage")
        if answer.status != 200 or not isinstance(answer.body, dict):
            raise refused(answer, self._now)
        return wire.Usage.model_validate(answer.body)

    async def look(self, refs: Collection[str]) -> News:
        """What is new of these: from the list, and singly for what it does not tell."""
        missing, alone, found = set(refs), set[str](), dict[str, Finished | Broke]()
        with suppress(NoList):
            async for page in self._pages():
                for entry in page:
                    if entry.ref not in missing:
                        continue
                    missing.discard(entry.ref)
                    said = news.report(entry)
                    if said is not None:
                        found[entry.ref] = said
                    elif entry.status is wire.Status.COMPLETED:
                        alone.add(entry.ref)  # the list may leave out the link
                if not missing:
                    break
        return {**found, **await self._singly(missing | alone, may_raise=not found)}

    async def _singly(self, refs: Collection[str], *, may_raise: bool) -> News:
        found, trouble = dict[str, Finished | Broke](), None
        for ref in sorted(refs):
            try:
                said = news.report(await self.one(ref))
            except Fault as error:
                is_news = error.problem.code in OF_THE_JOB
                said, trouble = (Broke(error.problem), trouble) if is_news else (None, error)
            if said is not None:
                found[ref] = said
        # News of some is not lost over others, which are asked for again anyway.
        if trouble is not None and may_raise and not found:
            raise trouble
        return found

    async def ours(self, token: str, doubt: Doubt) -> wire.Job | None:
        """The job that carries this token; None: surely not there.

        Raises `Fault` with `PROVIDER_UNSURE` when neither the list nor its entries settle it.
        """
        since, unmarked = doubt.since - CLOCKS_DIFFER, list[str]()
        async for page in self._pages():
            for entry in page:
                if token and news.token(entry) == token:
                    return entry
                is_late = (entry.created_at or since) >= since
                is_open = is_late and entry.ref not in doubt.claimed
                if is_open and (entry.metadata is None or not token):
                    unmarked.append(entry.ref)
            oldest = page[-1].created_at if page else None
            if not page or (oldest is not None and oldest < since):
                return await self._among(unmarked, token)
        raise fault(Code.PROVIDER_UNSURE, "the list does not end")

    async def _among(self, refs: Collection[str], token: str) -> wire.Job | None:
        is_settled = not refs or (bool(token) and len(refs) <= MOST_CANDIDATES)
        for ref in list(refs)[:MOST_CANDIDATES]:
            try:
                job = await self.one(ref)
            except Fault as error:
                if error.problem.code is Code.RESULT_GONE:
                    continue
                raise
            if token and news.token(job) == token:
                return job
            is_settled = is_settled and job.metadata is not None
        if is_settled:
            return None
        raise fault(Code.PROVIDER_UNSURE, "jobs without metadata")

    async def _pages(self) -> AsyncIterator[tuple[wire.Job, ...]]:
        """The list, newest first; an empty page is its end, too many pages have none."""
        seen = set[str]()
        offset = 0
        for _ in range(MOST_PAGES):
            params = {"limit": str(wire.MOST_LISTED), "offset": str(offset)}
            answer = await self._api.ask("GET", "/jobs", params)
            entries = wire.listed(answer.body) if answer.status == 200 else None
            if entries is None:
                raise _no_list(answer, self._now)
            offset += len(entries)
            # New jobs push others to the next page, and some servers know no offset.
            fresh = tuple(one for one in entries if one.ref and one.ref not in seen)
            seen.update(one.ref for one in fresh)
            yield fresh
            if not fresh:
                return


def _no_list(answer: Answer, now: Now) -> Fault:
    """Jobs can still be asked for one by one where only the list is none."""
    error = refused(answer, now)
    is_read = answer.status == 200 and answer.body is not None
    if is_read or error.problem.code in OF_THE_JOB:
        return NoList(Problem(Code.PROVIDER_UNSURE, detail=error.problem.detail))
    return error


def refused(answer: Answer, now: Now) -> Fault:
    """A question that got no usable answer."""
    problem = wire.question_problem(answer.status, answer.body, answer.text)
    return Fault(problem, retry_after(answer.headers, now()))


def _path(ref: str) -> str:
    if not wire.ID.fullmatch(ref):
        raise fault(Code.RESULT_GONE, "no name of theirs")
    return f"/job/{ref}"
