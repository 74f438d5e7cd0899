"""How long a job will take, as far as earlier ones tell, and what it cost."""

from statistics import median

from services import quotas
from services.model import Job
from services.transactions import Tx

LATEST = 20  # jobs that are looked at
PROVIDER = "local"  # who does most of what programs ask for
UNKNOWN = 0.2  # seconds of work for one of sound, before anything was learned
BESIDES = 3.0  # seconds to bring it in and to give it back
LONGEST = 3600.0


def seconds(tx: Tx, job: Job) -> float | None:
    """From asking to being told, those before it included; None where its length is not known."""
    length = job.clip.seconds if job.clip else job.source.seconds
    if length is None:
        return None
    known = tx.durations(PROVIDER, job.recipe.operation.value, LATEST)
    ratio = median(known) if known else UNKNOWN
    own = ratio * job.recipe.span(length)
    return min(BESIDES + own * max(1, tx.place(job)), LONGEST)


def minutes_used(tx: Tx, job: Job) -> float:
    """What was settled for it, exactly."""
    scope = quotas.space_scope(tx, job.address)
    settled = [line for line in tx.lines(job.id) if line.kind == "settle"]
    # A grant's own scope begins with that of its pot.
    own = [line for line in settled if line.scope.partition("+")[0] == scope]
    return round(sum(line.milliseconds for line in own) / quotas.MINUTE, 2)
