"""What is counted for the operator: fixed labels only, never an id."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from services.machine import Event
from services.model import Job
from services.problems import Code, Problem

SECONDS = (0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000)


class Meters:
    """Counters of one process in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._jobs = Counter(
            "undertone_jobs",
            "Jobs that got an outcome",
            ["operation", "outcome"],
            registry=self._registry,
        )
        self._sound = Counter(
            "undertone_sound_seconds",
            "Seconds of sound in jobs with tracks",
            ["operation"],
            registry=self._registry,
        )
        self._faults = Counter(
            "undertone_step_faults",
            "Steps that did not succeed, by problem",
            ["problem"],
            registry=self._registry,
        )
        self._parts = Gauge(
            "undertone_part_up",
            "Whether a part can be used: database, storage, platforms",
            ["part"],
            registry=self._registry,
        )
        self._life = Histogram(
            "undertone_job_seconds",
            "From asking to being told",
            ["operation"],
            buckets=SECONDS,
            registry=self._registry,
        )

    def moved(self, job: Job, event: Event) -> None:
        """An observer of the journal."""
        operation = job.recipe.operation.value
        if job.done_at is None or job.done_at != job.updated_at or job.purged:
            return
        is_problem = isinstance(job.outcome, Problem)
        outcome = job.outcome.code.value if isinstance(job.outcome, Problem) else "tracks"
        self._jobs.labels(operation, outcome).inc()
        self._life.labels(operation).observe((job.done_at - job.created_at).total_seconds())
        if job.clip is not None and not is_problem:
            self._sound.labels(operation).inc(job.recipe.span(job.clip.seconds))

    def part(self, name: str, *, is_up: bool) -> None:
        """Whether a part that this process needs can be used now."""
        self._parts.labels(name).set(is_up)

    def fault(self, code: Code) -> None:
        """A step did not succeed."""
        self._faults.labels(code.value).inc()

    def text(self) -> bytes:
        """Prometheus text."""
        return bytes(generate_latest(self._registry))
