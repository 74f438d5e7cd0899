"""From a form to a job, by the one door."""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from adapters.api import forms
from adapters.api.forms import Form
from adapters.api.gate import Call
from adapters.api.headers import IDEMPOTENCY, LONGEST_KEY
from adapters.api.places import Links
from adapters.api.refusing import Refused
from services.cards import WITHDRAW
from services.desk import Desk
from services.keys import PLATFORM
from services.model import Ask, Job, JobId
from services.ports import Fetcher, Files, Store
from services.problems import Code, Fault, Problem

NOT_CALLED = (
    "webhook_url: write a public address that begins with https:// or http://. One in a private "
    "network is called only if whoever runs this has allowed it."
)
USED_OTHERWISE = f"This {IDEMPOTENCY} was used for something else. Send another one."
USED_UP = f"The job of this {IDEMPOTENCY} is gone. Send the request again with another one."


@dataclass(frozen=True, slots=True)
class Order:
    """What a program wants: a command with its options, and what it wants told, and where.

    tells_usual: the key's own address is told where the route names none.
    """

    command: str
    options: Mapping[str, str]
    route: Mapping[str, str]
    keep_hours: float | None = None
    tells_usual: bool = False


@dataclass(frozen=True, slots=True)
class Asking:
    """Makes jobs for programs, finds and removes them."""

    desk: Desk
    store: Store
    files: Files
    fetcher: Fetcher | None
    links: Links

    async def take(self, call: Call, form: Form, read: Callable[[Form], Order]) -> Job:
        """The job; the same one where the same key of the request came before.

        read: what the form asks for; may raise `Refused`. The file of the form is the job's from
        now on, or gone. Raises `Refused` and `Fault`.
        """
        try:
            job = await self._asked(call, form, read(form))
        except asyncio.CancelledError:
            # We stop, and its job may be written at this moment: what none has is swept later.
            raise
        except BaseException:
            await self._let_go(form)
            raise
        await self._let_go(form)
        if job.address.route.get("mark") != form.mark:
            raise Refused("invalid_request", USED_OTHERWISE)
        return job

    async def _let_go(self, form: Form) -> None:
        """Its file goes unless some job has it, whatever was answered to whom."""
        key = form.file.key if form.file else ""
        if key and key not in await self.store.read(lambda tx: tx.keys_in_use([key])):
            await forms.discard(self.files, form)

    async def _asked(self, call: Call, form: Form, order: Order) -> Job:
        told = {
            **order.route,
            "mark": form.mark,
            "origin": self.links.origin_for(call.request),
            "webhook": self._webhook(call, order),
        }
        route = {name: value for name, value in told.items() if value}
        sources = (form.file,) if form.file else ()
        ask = Ask(
            order.command,
            order.options,
            sources,
            call.person,
            replace(call.address, route=route),
            event_of(call),
            looks_first=True,
            keep_hours=order.keep_hours,
        )
        (card,) = await self.desk.handle(ask)
        assert card.job is not None
        job = await self.find(call, card.job)
        if job is None or job.purged:
            raise Refused("invalid_request", USED_UP)
        return job

    def _webhook(self, call: Call, order: Order) -> str:
        """Who is told; raises `Refused` for what can never be called, or not with this plan."""
        asked = order.route.get("webhook", "")
        may = call.allowance.calls_back
        if asked and not may:
            raise Refused("plan_restriction", "Webhooks are not available on your plan.")
        usual = call.key.webhook_url if may and order.tells_usual else ""
        if asked and self.fetcher is not None:
            try:
                self.fetcher.may_call(asked)
            except Fault:
                raise Refused("invalid_request", NOT_CALLED) from None
        return asked or usual

    async def find(self, call: Call, job_id: JobId) -> Job | None:
        """The key's own job, unless it was deleted."""
        space = call.address.space
        job = await self.store.read(lambda tx: tx.job_in(PLATFORM, space, job_id))
        return None if job is None or is_withdrawn(job) else job

    async def remove(self, call: Call, job: Job) -> None:
        """Stop it, and remove it with everything of it."""
        ask = Ask(WITHDRAW, {"job": job.id}, (), call.person, call.address, secrets.token_hex(8))
        await self.desk.handle(ask)


def is_withdrawn(job: Job) -> bool:
    """Whether nobody should hear of it any more."""
    return isinstance(job.outcome, Problem) and job.outcome.code is Code.WITHDRAWN


def event_of(call: Call) -> str:
    """What the same request has each time that it comes, and no other."""
    given = call.request.headers.get(IDEMPOTENCY, "").strip()
    if len(given) > LONGEST_KEY:
        raise Refused("invalid_request", f"{IDEMPOTENCY} has at most {LONGEST_KEY} letters.")
    if not given:
        return f"{call.key.id}.{secrets.token_hex(16)}"
    # Of one dialect only: the same key elsewhere is another request.
    told = f"{call.request.path.lower()} {given}".encode(errors="surrogateescape")
    return f"{call.key.id}.{sha256(told).hexdigest()[:32]}"
