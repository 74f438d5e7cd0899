"""Tells a program that its job ended: the signed callback, tried again for a day."""

import base64
import hmac
import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from adapters.api import musicgpt_told, noise_remover_told
from adapters.api.asking import is_withdrawn
from adapters.api.figures import Figures
from adapters.api.places import Links
from adapters.wire import signatures
from services import keys
from services.desk import Desk
from services.keys import Key
from services.limits import Limits
from services.links import Signer
from services.machine import ended_at
from services.model import Address, Job, JobId, Receipt, Source
from services.ports import Fetcher, Now, Store
from services.problems import Code, Fault, Problem, fault
from services.showing import Card
from services.transactions import Tx

NOTHING: tuple[bytes, ...] = ()
# A callback that comes twice has the same webhook-id.
LIMITS = Limits(files_per_message=1_000, pictures=False, asks=False, progress=False, repeats=True)
RAW_SIGNATURE = "X-Signature"
GONE = 410  # whoever answers so wants to hear nothing more
AT_ONCE = 3  # calls of one key
ALL_AT_ONCE = 8  # calls of all keys: who never answers must leave the chats their half
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=2)
LONGEST_TURN = timedelta(minutes=1)  # until a call has its turn among others
MOST_WAITING = 1_000  # jobs of a key at one host that are brought forward
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

Whom = tuple[str, str]  # a key's space, and a host


@dataclass(frozen=True, slots=True)
class Callback:
    """What is posted, and where."""

    job: Job
    key: Key
    url: str
    body: bytes


class ApiMessenger:
    """The port `Messenger`. An address is that of a program; without a webhook, it asks itself."""

    def __init__(
        self,
        desk: Desk,
        store: Store,
        links: Links,
        signer: Signer,
        fetcher: Fetcher | None,
        now: Now,
    ) -> None:
        self._desk = desk
        self._store = store
        self._links = links
        self._signer = signer
        self._fetcher = fetcher
        self._now = now
        self._silent: dict[Whom, datetime] = {}  # who does not answer: until when
        self._calls: Counter[str] = Counter()  # under way, by space
        # Whose jobs wait because nobody answered there, or was not called; the oldest first.
        self._waiting: defaultdict[Whom, dict[JobId, None]] = defaultdict(dict)

    def limits(self, address: Address) -> Limits:
        """Sounds are fetched by links, so nothing is too large."""
        return LIMITS

    def edits_until(self, address: Address, receipt: Receipt) -> datetime | None:
        """Nothing is shown that could be changed."""
        return None

    async def post(self, address: Address, card: Card, key: str) -> Receipt:
        """Call back, if it is the end of a job that is told, and somebody wants to hear it."""
        callback = await self._store.read(lambda tx: self._callback(tx, JobId(key)))
        if callback is not None:
            # Retention begins when it is told, and that may be a day from now.
            if self._links.are_over(callback.job):
                await self._links.close(callback.job)
            await self._call(callback)
        return Receipt(key)

    async def edit(self, address: Address, receipt: Receipt, card: Card) -> Receipt:
        """Nobody sees how far work is."""
        return receipt

    async def delete(self, address: Address, receipt: Receipt) -> None:
        """What was said was said."""

    def standing(self, address: Address) -> Address:
        """Nothing of it is anybody's own."""
        return address

    def split(self, receipt: Receipt, count: int) -> tuple[Receipt, ...]:
        """They are one callback."""
        return (receipt,) * count

    async def open(self, source: Source) -> AsyncIterator[bytes]:
        """What a program sent lies in Files before its job is made, or not at all."""
        for chunk in NOTHING:
            yield chunk
        raise fault(Code.FILE_GONE, name=source.name)

    def _callback(self, tx: Tx, job_id: JobId) -> Callback | None:
        job = tx.job(job_id)
        url = job.address.route.get("webhook", "") if job else ""
        if job is None or job.outcome is None or not url or is_withdrawn(job):
            return None
        key = keys.of_space(tx, job.address.space)
        is_good = key is not None and key.revoked_at is None
        return Callback(job, key, url, self._body(tx, job, key)) if key and is_good else None

    def _body(self, tx: Tx, job: Job, key: Key) -> bytes:
        if not _is_remover(job):
            return json.dumps(musicgpt_told.callback(Figures(tx), job, self._links)).encode()
        secret = keys.webhook_secret(self._signer, key).encode()
        return signatures.signed(noise_remover_told.webhook(Figures(tx), job, self._links), secret)

    async def _call(self, callback: Callback) -> None:
        """Raises `Fault`: `CHAT_DOWN` where it is worth another try, else why it is not."""
        space = callback.job.address.space
        whom = (space, urlsplit(callback.url).netloc)
        # Many jobs of one program that is away, or slow, must not hold up everybody else's.
        waiting = self._waiting[whom]
        waiting[callback.job.id] = None
        if len(waiting) > MOST_WAITING:
            del waiting[next(iter(waiting))]  # it comes when its next try is due
        if self._now() < self._silent.get(whom, BEGINNING):
            raise self._put_off(callback.job, "nobody answers there", LONGEST_PAUSE)
        if self._calls[space] >= AT_ONCE or self._calls.total() >= ALL_AT_ONCE:
            raise self._put_off(callback.job, "others are called just now", LONGEST_TURN)
        self._calls[space] += 1
        try:
            status = await self._answered(callback, whom)
        finally:
            self._calls[space] -= 1
            self._tidy()
        await self._go_on(callback.job, whom)
        if status == GONE:
            raise fault(Code.CHAT_GONE, "it was answered with 410")
        if not 200 <= status < 300:
            raise self._later(callback.job, f"it was answered with {status}")

    async def _answered(self, callback: Callback, whom: Whom) -> int:
        """The status of the answer; without one, others are not sent there for a moment."""
        try:
            status = await self._posted(callback)
        except Fault as error:
            if error.problem.code is Code.LINK_REFUSED:
                raise fault(Code.CHAT_FORBIDDEN, "its address may not be called") from None
            self._silent[whom] = self._now() + FIRST_PAUSE
            raise self._later(callback.job, error.problem.detail) from None
        self._silent.pop(whom, None)
        return status

    async def _go_on(self, told: Job, whom: Whom) -> None:
        """Somebody is there: those that waited come now, each of them bringing the next."""
        waiting = self._waiting[whom]
        waiting.pop(told.id, None)
        free = AT_ONCE - self._calls[whom[0]]
        for job_id in list(waiting):
            if free <= 0:
                return
            if await self._desk.reachable(job_id):
                free -= 1
            else:
                waiting.pop(job_id, None)

    async def _posted(self, callback: Callback) -> int:
        if self._fetcher is None:
            raise fault(Code.LINK_REFUSED, "nothing is called from here")
        body, message = callback.body, callback.job.id
        secret, stamp = (
            keys.webhook_secret(self._signer, callback.key),
            str(int(self._now().timestamp())),
        )
        headers = {
            "Content-Type": "application/json",
            # Standard Webhooks 1.0.0: https://www.standardwebhooks.com
            "webhook-id": message,
            "webhook-timestamp": stamp,
            "webhook-signature": standard_signature(secret, message, stamp, body),
        }
        if _is_remover(callback.job):
            # The document's own sample checks the raw body, which cannot hold its own signature.
            headers[RAW_SIGNATURE] = signatures.sign(body, secret.encode())
        return await self._fetcher.call(callback.url, body, headers)

    def _put_off(self, job: Job, why: str, longest: timedelta) -> Fault:
        later = self._later(job, f"{keys.PUT_OFF}: {why}")
        return Fault(later.problem, min(later.retry_after or FIRST_PAUSE, longest))

    def _later(self, job: Job, why: str) -> Fault:
        """Each pause as long as all before: 5, 5, 10, 20, 40 seconds, and 2 hours in the end."""
        now = self._now()
        waited = now - (ended_at(job) or now)
        pause = min(max(waited, FIRST_PAUSE), LONGEST_PAUSE)
        # Once more at the end of its links, for then its files go.
        left = self._links.until(job) - now
        pause = left if timedelta(0) < left < pause else pause
        return Fault(Problem(Code.CHAT_DOWN, detail=why), pause)

    def _tidy(self) -> None:
        now = self._now()
        self._silent = {whom: until for whom, until in self._silent.items() if until > now}
        self._calls = +self._calls
        for whom in [whom for whom, waiting in self._waiting.items() if not waiting]:
            del self._waiting[whom]


def standard_signature(secret: str, message: str, stamp: str, body: bytes) -> str:
    """The signature of the Standard Webhooks specification, version 1.

    secret: `whsec_` and base64.
    """
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.digest(key, f"{message}.{stamp}.".encode() + body, "sha256")
    return f"v1,{base64.b64encode(signed).decode()}"


def _is_remover(job: Job) -> bool:
    return job.address.route["dialect"] == noise_remover_told.NAME
