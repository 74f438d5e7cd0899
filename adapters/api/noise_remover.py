"""/api/noise-remover/v1: our engine in noise-remover.com's dialect."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from adapters.api import forms
from adapters.api import noise_remover_told as telling
from adapters.api.asking import Asking, Order
from adapters.api.figures import Figures
from adapters.api.forms import MULTIPART
from adapters.api.gate import Call, Dialect, Gate
from adapters.api.places import NOISE_REMOVER as PLACE
from adapters.api.places import Links, job_name, named
from adapters.api.refusing import Refused
from adapters.wire import noise_remover_served as wire
from services import quotas
from services.limits import UNLIMITED
from services.model import Job, Phase
from services.periods import Period, began, returns
from services.ports import Now, Store
from services.quotas import MINUTE, Pot
from services.recipes import Operation
from services.records import Wanted
from services.transactions import Tx

KEY = "Bearer "
FILE = "file"
OPERATIONS = (Operation.ENHANCE,)
SECOND = timedelta(seconds=1)

M = TypeVar("M", bound=BaseModel)


def _key_of(request: web.Request) -> str:
    given = request.headers.get("Authorization", "")
    return given[len(KEY) :].strip() if given[: len(KEY)].lower() == KEY.lower() else ""


DIALECT = Dialect(
    telling.NAME,
    _key_of,
    error=lambda no: wire.refusal(no.name, no.status, no.said),
    status=lambda no: no.status,
    # All addresses together, as the document says.
    counts_as=lambda request: (telling.NAME, 0.0),
)


@dataclass(frozen=True, slots=True)
class NoiseRemoverApi:
    """The handlers, with what they need."""

    asking: Asking
    store: Store
    links: Links
    now: Now

    def routes(self, gate: Gate) -> Sequence[web.AbstractRouteDef]:
        """Every address, those that do not exist included."""
        job, wrap = f"{PLACE}/job/{{id}}", gate.wrap
        taken = {
            f"{PLACE}/enhance": "POST",
            job: "GET, DELETE",
            f"{PLACE}/jobs": "GET",
            f"{PLACE}/usage": "GET",
        }
        return (
            web.post(f"{PLACE}/enhance", wrap(self.enhance), expect_handler=gate.expecting()),
            web.get(job, wrap(self.job), allow_head=False),
            web.delete(job, wrap(self.delete)),
            web.get(f"{PLACE}/jobs", wrap(self.jobs), allow_head=False),
            web.get(f"{PLACE}/usage", wrap(self.usage), allow_head=False),
            web.get(f"{PLACE}/audio/download/{{name}}", gate.link(self.links.serve)),
            *(web.route("*", path, gate.no_method(allowed)) for path, allowed in taken.items()),
            web.route("*", PLACE, gate.nothing()),
            web.route("*", PLACE + "/{rest:.*}", gate.nothing()),
        )

    async def enhance(self, call: Call) -> web.StreamResponse:
        """Take a file."""
        form = await forms.read(
            call.request, self.asking.files, FILE, call.most_bytes, (MULTIPART,)
        )
        job = await self.asking.take(call, form, _order)
        said = await self.store.read(lambda tx: telling.accepted(Figures(tx), job))
        return web.json_response(said, status=202)

    async def job(self, call: Call) -> web.StreamResponse:
        """One job."""
        job = await self._own(call)
        links = self.links.seen_from(call.request)
        said = await self.store.read(lambda tx: telling.told(Figures(tx), job, links))
        return web.json_response(said.plain)

    async def jobs(self, call: Call) -> web.StreamResponse:
        """A page of them."""
        query = _checked(wire.JobsQuery, call.request.query)
        phase = Phase(query.status.value) if query.status else None
        wanted = Wanted(OPERATIONS, phase)
        space = (call.address.platform, call.address.space)
        links = self.links.seen_from(call.request)

        def read(tx: Tx) -> dict[str, Any]:
            found = tx.page(*space, wanted, query.offset, query.limit, is_down=True)
            figures = Figures(tx)
            told = [telling.told(figures, job, links) for job in found]
            total = tx.count(*space, wanted)
            page = {"total": total, "limit": query.limit, "offset": query.offset}
            return wire.JobsTold(jobs=told, **page).plain

        return web.json_response(await self.store.read(read))

    async def delete(self, call: Call) -> web.StreamResponse:
        """Remove a job and its files, at once."""
        job = await self._own(call)
        await self.asking.remove(call, job)
        return web.json_response(wire.Deleted(deleted=True, job_id=job_name(job)).plain)

    async def usage(self, call: Call) -> web.StreamResponse:
        """The running month, or the longest period that the plan limits; gifts are counted in."""
        now, allowance = self.now(), call.allowance

        def read(tx: Tx) -> tuple[Period, float, float]:
            scope = quotas.space_scope(tx, call.address)
            pot = Pot("space", scope, allowance.space, allowance.zone)
            period, minutes = next(reversed(list(pot.limited)), (Period.MONTH, UNLIMITED))
            return period, *quotas.use(tx, pot, period, minutes, now)

        period, used, holds = await self.store.read(read)
        has_limit = holds != UNLIMITED
        said = wire.UsageTold(
            plan=allowance.tier or telling.NAME,
            minutes_included=round(holds / MINUTE, 2) if has_limit else None,
            minutes_used=round(used / MINUTE, 2),
            minutes_remaining=round(max(0.0, holds - used) / MINUTE, 2) if has_limit else None,
            overage_minutes=0,
            overage_cost="$0.00",
            period_start=began(period, now, allowance.zone),
            period_end=returns(period, now, allowance.zone) - SECOND,
        )
        return web.json_response(said.plain)

    async def _own(self, call: Call) -> Job:
        job = await self.asking.find(call, named(call.request.match_info["id"]))
        if job is None or job.recipe.operation not in OPERATIONS:
            raise Refused("job_not_found")
        return job


def _order(form: forms.Form) -> Order:
    if form.file is None:
        raise Refused("invalid_request", "file: it is missing.")
    asked = _checked(wire.EnhanceForm, form.fields)
    route = {
        "dialect": telling.NAME,
        "webhook": asked.webhook_url or "",
        telling.METADATA: json.dumps(asked.metadata, separators=(",", ":")),
    }
    options = {"preset": asked.preset.value, "format": asked.output_format.value}
    keep = telling.LINK_LIVES.total_seconds() / 3600
    # Empty is an answer: nobody.
    is_open = "webhook_url" not in form.fields
    return Order(Operation.ENHANCE.value, options, route, keep, tells_usual=is_open)


def _checked(model: type[M], given: Mapping[str, str]) -> M:
    try:
        return model.model_validate(dict(given))
    except ValidationError as error:
        raise Refused(*wire.refused(error)) from None
