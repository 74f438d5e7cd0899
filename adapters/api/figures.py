"""How long jobs will take, as far as earlier ones tell, and what they cost."""

from statistics import median

from services import quotas
from services.model import Address, Job
from services.recipes import Operation
from services.transactions import Tx

LATEST = 20  # jobs that are looked at
PROVIDER = "local"  # who does most of what programs ask for
UNKNOWN = 0.2  # seconds of work for one of sound, before anything was learned
BESIDES = 3.0  # seconds to bring it in and to give it back
LONGEST = 3600.0


class Figures:
    """Of the jobs of one answer: what they have in common is asked once."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._paces: dict[Operation, float] = {}
        self._scopes: dict[str, str] = {}  # by space

    def seconds(self, job: Job) -> float | None:
        """From asking to being told, those before it included; None: nobody knows its length."""
        length = job.clip.seconds if job.clip else job.source.seconds
        if length is None:
            return None
        own = self._pace(job.recipe.operation) * job.recipe.span(length)
        return min(BESIDES + own * max(1, self._tx.place(job)), LONGEST)

    def minutes_used(self, job: Job) -> float:
        """What was settled for it, exactly."""
        scope = self._scope(job.address)
        settled = [line for line in self._tx.lines(job.id) if line.kind == "settle"]
        # A grant's own scope begins with that of its pot.
        own = [line for line in settled if line.scope.partition("+")[0] == scope]
        return round(sum(line.milliseconds for line in own) / quotas.MINUTE, 2)

    def _pace(self, operation: Operation) -> float:
        """Seconds of work for one of sound."""
        if operation not in self._paces:
            known = self._tx.durations(PROVIDER, operation.value, LATEST)
            self._paces[operation] = median(known) if known else UNKNOWN
        return self._paces[operation]

    def _scope(self, address: Address) -> str:
        if address.space not in self._scopes:
            self._scopes[address.space] = quotas.space_scope(self._tx, address)
        return self._scopes[address.space]
