"""What is counted for the operator: fixed labels only, never an id."""

from collections.abc import Collection, Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from services.events import Event, Finished
from services.model import Job
from services.problems import Code, Problem
from services.records import Verdict

SECONDS = (0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000)


class Meters:
    """Counters of one process in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._about_providers()
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
        self._webhooks = Counter(
            "undertone_webhooks",
            "Callbacks of providers, by what became of them",
            ["provider", "verdict"],
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

    def _about_providers(self) -> None:
        self._provider_faults = Counter(
            "undertone_provider_faults",
            "Calls to providers that did not succeed, by problem",
            ["provider", "problem"],
            registry=self._registry,
        )
        self._doubles = Counter(
            "undertone_paid_doubles",
            "Submissions made though an earlier one may have been taken, and paid",
            ["provider"],
            registry=self._registry,
        )
        self._costs = Counter(
            "undertone_provider_cost",
            "What providers charged for finished jobs, in their own unit",
            ["provider", "unit"],
            registry=self._registry,
        )
        self._accounts = Gauge(
            "undertone_provider_account",
            "What providers say of our accounts: minutes used, remaining, …",
            ["provider", "field"],
            registry=self._registry,
        )
        self._provider_up = Gauge(
            "undertone_provider_up",
            "Whether a provider gets jobs: 0 while it is left alone",
            ["provider"],
            registry=self._registry,
        )

    def moved(self, job: Job, event: Event) -> None:
        """An observer of the journal."""
        operation = job.recipe.operation.value
        if isinstance(event, Finished) and job.cost is not None and job.provider:
            unit = job.cost.unit.value
            self._costs.labels(job.provider, unit).inc(max(float(job.cost.amount), 0.0))
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

    def provider_fault(self, provider: str, code: Code) -> None:
        """A call to a provider did not succeed."""
        self._provider_faults.labels(provider, code.value).inc()

    def doubled(self, provider: str) -> None:
        """Something was submitted that may have been taken before."""
        self._doubles.labels(provider).inc()

    def account(self, provider: str, values: Mapping[str, float | str]) -> None:
        """What the provider says of our account; words are left out."""
        for name, value in values.items():
            if isinstance(value, float | int):
                self._accounts.labels(provider, name).set(value)

    def left_alone(self, providers: Iterable[str], out: Collection[str]) -> None:
        """Which of the providers get no jobs now."""
        for provider in providers:
            self._provider_up.labels(provider).set(provider not in out)

    def called(self, provider: str, verdict: Verdict) -> None:
        """A callback came to a provider that is open."""
        self._webhooks.labels(provider, verdict.value).inc()

    def text(self) -> bytes:
        """Prometheus text."""
        return bytes(generate_latest(self._registry))
