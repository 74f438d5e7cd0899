"""Who is next: every space has a line of its own, and the place in it is a job's priority.

Its own line, not everybody's: so a busy space takes turns with a quiet one. Of a long line only
its beginning is let in; the rest is neither fetched nor opened much sooner than it is worked off.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from services.model import Job, Kind, State
from services.plans import Plans
from services.transactions import Tx

SOONEST = 0
FIRST = 10  # of those that wait for this machine, whatever tier pays for it
STARTING = 100
# In equal places finishing before starting: what is nearly done holds files and attention.
STAGES = (State.COLLECTING, State.RUNNING, State.SUBMITTING, State.QUEUED, State.RECEIVING)
AT_ONCE = 8  # jobs of one space that are let in, on two cores
HELD = timedelta(hours=1)  # then the rest goes ahead, should nobody have let it in


def at_once(slots: Mapping[Kind, int]) -> int:
    """How many jobs of one space are let in: enough for all cores, and others find a slot."""
    return max(slots[Kind.SOUND] * 4, slots[Kind.WIRE] // 2)


def priority(tx: Tx, job: Job, plans: Plans, now: datetime) -> int:
    """Lower is sooner: by the place in the line of the job's space, then by state."""
    # What is done takes no time any more; what others have done, they do not keep for long.
    if job.state not in STAGES or (job.ref and job.state in (State.RUNNING, State.COLLECTING)):
        return SOONEST
    kept = tx.space(job.address.platform, job.address.space)
    plan = plans.of(job.address.platform, job.address.space, kept, now)
    place = max(FIRST, STARTING + tx.ahead_in_space(job) - plan.priority)
    return place * len(STAGES) + STAGES.index(job.state)


def joined(tx: Tx, job: Job, most: int) -> Job:
    """A job that was just added, as it joins its line: held back where that is long already."""
    others = tx.let_in(job.address, HELD, job.created_at) - 1
    if others < most or tx.ahead_in_space(job) < most:
        return job
    return replace(job, due_at=job.created_at + HELD)


def makes_room(before: Job, job: Job, now: datetime) -> bool:
    """Whether the job has ended, or waits for somebody else from now on."""
    if job.outcome is not None:
        return before.outcome is None
    is_asked_again = before.state is job.state is State.RUNNING
    return job.state in (State.QUEUED, State.RUNNING) and job.due_at > now and not is_asked_again


def moved_up(tx: Tx, gone: Job, plans: Plans, now: datetime, most: int) -> list[tuple[Job, int]]:
    """Who is let in or stands further ahead since this one made room, with the new priority."""
    room = most - tx.let_in(gone.address, HELD, now)
    held = tx.next_held(gone.address, HELD, now, room) if room > 0 else []
    found = [replace(job, due_at=now) for job in held]
    # Who was tenth for long would else wait for whoever is first elsewhere, again and again.
    waiting = tx.next_waiting(gone.address, now)
    found += [] if waiting is None else [waiting]
    return [(job, priority(tx, job, plans, now)) for job in found]
