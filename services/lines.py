"""Who is next: every space has a line of its own, and the place in it is a job's priority.

Its own line, not everybody's: so a busy space takes turns with a quiet one. Of a long line only
its beginning is let in; the rest is neither fetched nor opened much sooner than it is worked off.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from services.model import Job, State
from services.plans import Plans
from services.transactions import Tx

DELIVERING = 0  # the work is done, and nothing of this takes long
FIRST = 10  # of the rest, whatever tier pays for it
STARTING = 100
# In equal places finishing before starting: what is nearly done holds files and attention.
STAGES = (State.COLLECTING, State.RUNNING, State.SUBMITTING, State.QUEUED, State.RECEIVING)
AT_ONCE = 32  # jobs of one space that are let in
HELD = timedelta(hours=1)  # then the rest goes ahead, should nobody have let it in


def priority(tx: Tx, job: Job, plans: Plans, now: datetime) -> int:
    """Lower is sooner: by the place in the line of the job's space, then by state."""
    if job.state not in STAGES:
        return DELIVERING
    kept = tx.space(job.address.platform, job.address.space)
    plan = plans.of(job.address.platform, job.address.space, kept, now)
    place = max(FIRST, STARTING + tx.ahead_in_space(job) - plan.priority)
    return place * len(STAGES) + STAGES.index(job.state)


def joined(tx: Tx, job: Job) -> Job:
    """A new job as it joins its line: held back where that is long already."""
    if tx.ahead_in_space(job) < AT_ONCE or not _is_full(tx, job, job.created_at):
        return job
    return replace(job, due_at=job.created_at + HELD)


def moved_up(tx: Tx, ended: Job, plans: Plans, now: datetime) -> list[tuple[Job, int]]:
    """Who stands further ahead because this one has ended: jobs and what is their priority now."""
    found = []
    held = tx.next_held(ended.address, HELD)
    if held is not None and not _is_full(tx, ended, now):
        found.append(replace(held, due_at=now))
    # Who was tenth for long would else wait for whoever is first elsewhere, again and again.
    waiting = tx.next_waiting(ended.address)
    found += [] if waiting is None else [waiting]
    return [(job, priority(tx, job, plans, now)) for job in found]


def _is_full(tx: Tx, job: Job, now: datetime) -> bool:
    return tx.let_in(job.address, HELD, now) >= AT_ONCE
