"""The address that a provider calls back: signed by us, bound to one attempt, nothing stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.events import Called
from services.links import Signer
from services.machine import AT_PROVIDER, advance, contradicts
from services.model import Job, JobId
from services.records import Verdict

PURPOSE = "callback"
PATH = "/webhooks/"
GOOD_FOR = timedelta(hours=24)  # longer than any job is waited for


@dataclass(frozen=True, slots=True)
class Named:
    """What a token says: whose callback it is."""

    job: JobId
    attempt: int
    provider: str


class Callbacks:
    """Makes and reads these addresses.

    public_url: None where nobody reaches us; then providers are only asked.
    """

    def __init__(self, signer: Signer, public_url: str | None) -> None:
        self._signer = signer
        self._public_url = public_url.rstrip("/") if public_url else None

    def token(self, job: Job) -> str:
        """Names this attempt of the job; for its provider only."""
        began = job.picked_at or job.created_at
        return self.sign(Named(job.id, job.attempt, job.provider or ""), began + GOOD_FOR)

    def sign(self, named: Named, expires: datetime) -> str:
        """A token that says so."""
        payload = {"j": named.job, "a": str(named.attempt), "p": named.provider}
        return self._signer.sign(PURPOSE, payload, expires)

    def address(self, job: Job) -> str | None:
        """Where its provider may say that it is done; None where nobody reaches us."""
        if self._public_url is None or job.provider is None:
            return None
        return f"{self._public_url}{PATH}{path_name(job.provider)}/{self.token(job)}"

    def read(self, token: str, now: datetime) -> Named | None:
        """What this token names; None when it is altered, expired or not one of these."""
        named = self._signer.read(PURPOSE, token, now)
        if named is None:
            return None
        return Named(JobId(named["j"]), int(named["a"]), named["p"])


def path_name(provider: str) -> str:
    """A provider's name as its addresses have it."""
    return provider.replace("_", "-")


def judge(job: Job, attempt: int, event: Called, now: datetime) -> Verdict:
    """What a callback about this attempt of the job is worth as the job stands."""
    if attempt != job.attempt:
        return Verdict.LATE
    if contradicts(job, event.ref):
        return Verdict.CONTRADICTING
    if job.state not in AT_PROVIDER:
        return Verdict.LATE
    if advance(job, event, now) is job:
        return Verdict.REPEATED
    return Verdict.POKED if event.report is None else Verdict.ACCEPTED
