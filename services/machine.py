"""The life of a job: its events and the one pure function that applies them."""

from dataclasses import replace
from datetime import datetime, timedelta

from services.events import (
    Accepted,
    Announced,
    Broke,
    Called,
    Collected,
    Confirmed,
    Copied,
    Delivered,
    Doubled,
    Event,
    Finished,
    Fitted,
    GaveUp,
    Moved,
    NotSent,
    Nudged,
    Picked,
    Posted,
    Purged,
    Received,
    Rescheduled,
    Routed,
    Sending,
    Undeliverable,
    Withdrawn,
)
from services.model import (
    Heard,
    Job,
    Kind,
    Posting,
    State,
    Track,
)
from services.problems import Again, Code, Problem, Whose

MAX_TRIES = 3  # of what we stumbled over ourselves
PROVIDER_TRIES = 4  # with one provider that fails, before another is asked
GONE_TRIES = 2  # of work whose result was gone: done once more, and paid once more
MAX_SENDS = 2  # of one message that cannot be known to have arrived: once more, never a third time
COMMON = -1  # the number of the message that has the words for a whole album
MOST_COPIES = 100  # messages of a job that are known; who asks oftener must tidy up alone
FIRST_BACKOFF = timedelta(seconds=2)
LONGEST_BACKOFF = timedelta(seconds=60)
COLLECT_WITHIN = timedelta(hours=1)  # results expire at their provider
DELIVER_WITHIN = timedelta(hours=24)  # a platform may be down for a while
CONFIRM_WITHIN = timedelta(hours=1)  # while minutes are set aside for somebody who thinks it over
NEXT_WITHIN = timedelta(hours=2)  # the next provider may be out for a while


# Facts about people, not about a provider's attempt: believed whatever attempt is under way.
WITHDRAWN = Problem(Code.WITHDRAWN)
TIMELESS = (GaveUp, Announced, Moved, Copied, Purged, Withdrawn)

BEFORE_OUTCOME = (
    State.RECEIVING,
    State.QUEUED,
    State.SUBMITTING,
    State.RUNNING,
    State.COLLECTING,
)
AT_PROVIDER = (State.SUBMITTING, State.RUNNING)


def advance(job: Job, event: Event, now: datetime) -> Job:
    """Return the job after `event`, or the very same object when the event is late or repeated."""
    changed = _apply(job, event, now)
    return job if changed is job else replace(changed, updated_at=now)


def _apply(job: Job, event: Event, now: datetime) -> Job:
    match event:
        case Broke() | GaveUp() | Rescheduled():
            return _apply_trouble(job, event, now)
        case Called():
            return _apply_called(job, event, now)
        case Nudged():
            is_waiting = job.state is State.DELIVERING and job.due_at > now
            return replace(job, due_at=now) if is_waiting else job
        case Announced() | Moved() | Copied() | Delivered() | Undeliverable() | Purged():
            return _apply_telling(job, event, now)
        case Withdrawn() if job.state in (State.DELIVERING, State.DONE):
            # What was used stays counted; there is nothing to tell, and nothing to be had.
            at = job.done_at or now
            return replace(job, state=State.DONE, outcome=WITHDRAWN, done_at=at, due_at=now)
        case Withdrawn():
            return job
        case Fitted(tracks, is_spread) if job.state is State.DELIVERING:
            is_new = (tracks, is_spread) != (job.fitted, job.is_spread)
            return replace(job, fitted=tracks, is_spread=is_spread) if is_new else job
        case Fitted():
            return job
        case Sending() | NotSent() | Posted():
            return _apply_posting(job, event) if job.state is State.DELIVERING else job
        case _:
            return _apply_work(job, event, now)


def ended_at(job: Job) -> datetime | None:
    """When it got its outcome; None: not yet."""
    return None if job.outcome is None else job.deadline_at - DELIVER_WITHIN


def contradicts(job: Job, ref: str) -> bool:
    """Whether the provider knows this job by another name than a callback has."""
    known = job.ref or (job.heard.ref if job.heard else "")
    return bool(known and ref) and not is_same(known, ref)


def is_same(one: str, other: str) -> bool:
    """Whether two names can be of one job; "task/" stands for whatever begins so."""
    return one == other or _begins(one, other) or _begins(other, one)


def _begins(one: str, other: str) -> bool:
    return one.endswith("/") and other.startswith(one)


def _apply_called(job: Job, event: Called, now: datetime) -> Job:
    """Remember what was said and ask soon; once, so that no storm of calls is one of questions."""
    if job.state not in AT_PROVIDER or contradicts(job, event.ref):
        return job
    heard = _heard(event)
    # What was trusted is not replaced by what is only a poke.
    if job.heard is not None and (heard == job.heard or event.report is None or _says(job.heard)):
        return job
    is_running = job.state is State.RUNNING
    return replace(job, heard=heard, due_at=min(job.due_at, now) if is_running else job.due_at)


def _heard(event: Called) -> Heard:
    match event.report:
        case Finished(results, _, cost):
            return Heard(event.ref, results, cost=cost)
        case Broke(problem):
            return Heard(event.ref, problem=problem)
        case None:
            # Not its name: nobody vouches for that.
            return Heard("")


def _says(heard: Heard) -> bool:
    return bool(heard.results) or heard.problem is not None


def _apply_work(
    job: Job,
    event: Received | Confirmed | Routed | Picked | Accepted | Doubled | Finished | Collected,
    now: datetime,
) -> Job:
    match event, job.state:
        case Received(), State.RECEIVING:
            return _received(job, event, now)
        case Confirmed(), State.QUEUED if job.awaits:
            return replace(job, awaits=False, due_at=now, deadline_at=now + NEXT_WITHIN)
        case Routed(), State.QUEUED if event.provider not in job.refused:
            return _routed(job, event, now)
        case Picked(deadline_at, paid), State.QUEUED if job.provider is not None:
            leaves = job.kind is Kind.WIRE and job.engine not in job.sent_to
            return replace(
                job,
                state=State.SUBMITTING,
                sent_to=(*job.sent_to, job.engine) if leaves else job.sent_to,
                deadline_at=deadline_at,
                paid=paid,
                picked_at=now,
                heard=None,
                estimate=None,
                due_at=now,
            )
        case Accepted(), State.SUBMITTING:
            return _accepted(job, event, now)
        case Doubled(), State.SUBMITTING:
            return replace(job, doubles=job.doubles + 1)
        # The callback can arrive before the answer to our own POST: accept it from SUBMITTING too.
        case Finished(results, note, cost), State.SUBMITTING | State.RUNNING:
            return replace(
                job,
                state=State.COLLECTING,
                kind=Kind.WIRE,
                results=results,
                note=note,
                cost=cost,
                due_at=now,
                deadline_at=now + COLLECT_WITHIN,
            )
        case Collected(tracks, picture), State.COLLECTING:
            return replace(_ended(job, tracks, now), picture=picture)
        case _:
            return job


def _received(job: Job, event: Received, now: datetime) -> Job:
    return replace(
        job,
        state=State.QUEUED,
        clip=event.clip,
        awaits=event.awaits,
        warning=event.warning,
        tries=0,
        due_at=now + CONFIRM_WITHIN if event.awaits else now,
    )


def _accepted(job: Job, event: Accepted, now: datetime) -> Job:
    # A callback that came first is believed as far as it speaks of the same job.
    is_heard = job.heard is not None and is_same(job.heard.ref, event.ref)
    is_known = event.ref in job.refs
    return replace(
        job,
        state=State.RUNNING,
        ref=event.ref,
        refs=job.refs if is_known else (*job.refs, event.ref),
        refs_at=job.refs_at if is_known else (*job.refs_at, job.provider or ""),
        heard=job.heard if is_heard else None,
        estimate=event.estimate,
        due_at=now if is_heard else event.next_at,
        deadline_at=event.deadline_at,
    )


def _routed(job: Job, event: Routed, now: datetime) -> Job:
    if job.provider == event.provider:
        return job
    # Who failed and is left alone since is one that could not.
    has_failed = job.tries and job.engine and job.engine not in job.passed
    return replace(
        job,
        provider=event.provider,
        engine=event.engine,
        kind=event.kind,
        tries=0,
        passed=(*job.passed, job.engine) if has_failed else job.passed,
        due_at=now,
    )


def _apply_telling(
    job: Job,
    event: Announced | Moved | Copied | Delivered | Undeliverable | Purged,
    now: datetime,
) -> Job:
    match event, job.state:
        case Announced(receipt), state if state is not State.DONE and job.card is None:
            return replace(job, card=receipt)
        # Later there is a result to show, and the new message can show it at once.
        case Moved(receipt, route), state if state in BEFORE_OUTCOME:
            is_new = (receipt, route) != (job.card, job.address.route)
            address = replace(job.address, route=route)
            return replace(job, card=receipt, address=address) if is_new else job
        case Copied(receipt), State.DELIVERING | State.DONE if receipt not in job.copies:
            return replace(job, copies=(*job.copies, receipt)[-MOST_COPIES:])
        case Delivered() | Undeliverable(), State.DELIVERING:
            return replace(job, state=State.DONE, done_at=now, due_at=now)
        case Purged(), State.DONE if not job.purged:
            return replace(job, purged=True, source=replace(job.source, url=""))
        case _:
            return job


def posting(job: Job, n: int) -> Posting:
    """What is known of message `n` of the answer."""
    return next((known for known in job.postings if known.n == n), Posting(n))


def _apply_posting(job: Job, event: Sending | NotSent | Posted) -> Job:
    known = posting(job, event.n)
    if known.receipt is not None:
        return job
    match event:
        case Sending() if known.sends < MAX_SENDS:
            return _with_posting(job, replace(known, sends=known.sends + 1))
        case NotSent(_, sends) if known.sends == sends > 0:
            return _with_posting(job, replace(known, sends=sends - 1))
        case Posted(_, receipt, tracks, living):
            told = _with_posting(job, replace(known, receipt=receipt, tracks=tracks))
            is_living = living is not None and living == job.card
            return replace(told, card=receipt) if is_living else told
        case _:
            return job


def _with_posting(job: Job, changed: Posting) -> Job:
    others = tuple(known for known in job.postings if known.n != changed.n)
    return replace(job, postings=tuple(sorted((*others, changed), key=lambda known: known.n)))


def _apply_trouble(job: Job, event: Broke | GaveUp | Rescheduled, now: datetime) -> Job:
    match event:
        case GaveUp(problem) if job.state in BEFORE_OUTCOME:
            return _ended(job, problem, now)
        case Broke(problem, retry_after) if job.state is State.RECEIVING:
            return _not_received(job, problem, retry_after, now)
        case Broke(problem, retry_after) if job.state in (*AT_PROVIDER, State.COLLECTING):
            return _broken(job, problem, retry_after, now)
        # A question repeated at once would be a storm, so only a later time counts.
        case Rescheduled(at, telling, _) if at > job.due_at:
            is_meant = job.state is State.DELIVERING if telling else job.state in BEFORE_OUTCOME
            return replace(job, due_at=at) if is_meant else job
        case _:
            return job


def _ended(job: Job, outcome: tuple[Track, ...] | Problem, now: datetime) -> Job:
    return replace(
        job,
        state=State.DELIVERING,
        kind=Kind.WIRE,
        outcome=outcome,
        due_at=now,
        deadline_at=now + DELIVER_WITHIN,
    )


def _not_received(job: Job, problem: Problem, retry_after: timedelta | None, now: datetime) -> Job:
    tries = job.tries + 1
    if problem.code.again is not Again.SAME or tries >= most_tries(problem.code):
        return _ended(job, problem, now)
    pause = _pause(job, tries, retry_after)
    return replace(job, attempt=job.attempt + 1, tries=tries, due_at=now + pause)


def _broken(job: Job, problem: Problem, retry_after: timedelta | None, now: datetime) -> Job:
    if problem.code.again is Again.NO:
        return _ended(job, problem, now)
    attempt, tries = job.attempt + 1, job.tries + 1
    moves_on = problem.code.again is Again.OTHER or tries >= most_tries(problem.code)
    refused = (*job.refused, job.provider) if moves_on and job.provider else job.refused
    passed = (*job.passed, job.engine) if moves_on and job.engine else job.passed
    pause = timedelta(0) if moves_on else _pause(job, tries, retry_after)
    return replace(
        job,
        state=State.QUEUED,
        kind=Kind.WIRE if moves_on else job.kind,
        attempt=attempt,
        tries=tries,
        refused=refused,
        passed=passed,
        provider=None if moves_on else job.provider,
        paid=False,
        last=problem,
        heard=None,
        estimate=None,
        cost=None,
        ref="",
        results=(),
        due_at=now + pause,
        # That of the one who failed may be over, and is nothing to the next.
        deadline_at=now + NEXT_WITHIN if moves_on else job.deadline_at,
    )


def most_tries(code: Code) -> int:
    """How often this may happen with one provider before another is asked."""
    if code is Code.RESULT_GONE:
        return GONE_TRIES
    return PROVIDER_TRIES if code.whose is Whose.PROVIDER else MAX_TRIES


def _pause(job: Job, tries: int, retry_after: timedelta | None) -> timedelta:
    """Of each job another length, so that what failed together does not come back together."""
    share = int(job.id[-2:], 16) / 0xFF
    return max(retry_after or timedelta(0), backoff(tries) / 2) + backoff(tries) / 2 * share


def backoff(tries: int) -> timedelta:
    """The pause before try number `tries` + 1 with the same provider."""
    doubled: timedelta = FIRST_BACKOFF * 2 ** min(tries - 1, 10)
    return min(doubled, LONGEST_BACKOFF)


CANCELLED = Problem(Code.CANCELLED)
