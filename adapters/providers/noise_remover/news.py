"""What a job of theirs means to us: pure."""

from datetime import datetime, timedelta
from decimal import Decimal

from adapters.wire import noise_remover as wire
from services.events import Accepted, Broke, Finished
from services.model import Cost, Result, Unit
from services.ports import Order
from services.recipes import CLEAN

METADATA = "undertone"  # under this name our token goes there and comes back

FIRST_LOOK = timedelta(seconds=60)  # where they do not say when they expect to be done
MARGIN = timedelta(seconds=5)
SOONEST, LATEST = timedelta(seconds=5), timedelta(minutes=10)
PATIENCE = timedelta(minutes=10)
LONGEST_ESTIMATE = timedelta(hours=4)


def report(job: wire.Job) -> Finished | Broke | None:
    """Its end; None while it goes on, or when nothing can be fetched yet."""
    match job.status:
        case wire.Status.COMPLETED if job.download_url:
            return Finished((Result(CLEAN, url=job.download_url),), cost=cost(job))
        case wire.Status.FAILED:
            return Broke(wire.job_problem(job))
        case _:
            return None


def cost(job: wire.Job) -> Cost | None:
    """What they charge: their own figure, else the length (AMB-19)."""
    if job.minutes_used is not None:
        return Cost(Decimal(str(job.minutes_used)), Unit.MINUTES)
    return None if job.file_duration is None else minutes(job.file_duration)


def minutes(seconds: float) -> Cost:
    """They charge exact minutes, to two places (NR-J-04)."""
    return Cost(round(Decimal(str(seconds)) / 60, 2), Unit.MINUTES)


def token(job: wire.Job) -> str:
    """The token of ours that it carries; empty where it has none."""
    given = (job.metadata or {}).get(METADATA)
    return given if isinstance(given, str) else ""


def accepted(job: wire.Job, order: Order, now: datetime) -> Accepted:
    """That they have it, when to ask first, and when waiting ends."""
    estimate = _estimate(job)
    wait = FIRST_LOOK if estimate is None else min(max(estimate + MARGIN, SOONEST), LATEST)
    clip = order.clip
    patience = max(PATIENCE, 3 * (estimate or timedelta(0)), timedelta(seconds=clip.seconds))
    seconds = max(order.recipe.span(clip.seconds), 0.0)
    return Accepted(job.ref, now + wait, now + patience, minutes(seconds))


def _estimate(job: wire.Job) -> timedelta | None:
    """How long it takes by their words, both times by their clock, which may differ from ours."""
    if job.created_at is None or job.estimated_completion is None:
        return None
    estimate = job.estimated_completion - job.created_at
    return min(estimate, LONGEST_ESTIMATE) if estimate >= timedelta(0) else None
