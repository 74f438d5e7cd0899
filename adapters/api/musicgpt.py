"""/api/musicgpt: our engine in MusicGPT's dialect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from adapters.api import forms
from adapters.api import musicgpt_told as telling
from adapters.api.asking import Asking, Order
from adapters.api.figures import Figures
from adapters.api.forms import ENCODED, MULTIPART, Form
from adapters.api.gate import Call, Dialect, Gate, Handler
from adapters.api.places import CONVERSION, MUSICGPT, TASK, Links, held_by
from adapters.api.refusing import BAD_REQUEST, NO_ADDRESS, NO_METHOD, Refused
from adapters.wire import musicgpt_served as wire
from adapters.wire.musicgpt import BOTH_NONE, NEITHER_GIVEN, NOT_SPLIT, SERVER_ERROR
from services.desk import Desk
from services.ports import Fetcher, Store
from services.problems import Fault
from services.recipes import Format, Keep, Operation
from services.records import Wanted
from services.transactions import Tx

NAME = "musicgpt"
FILE = "audio_file"
BEARER = "bearer "
QUESTIONS = 200.0  # in a minute, as their page on rate limits says
# Both wordings of the missing sound, each on its own page.
MISSING = {
    Operation.DENOISE: NEITHER_GIVEN,
    Operation.STEMS: NEITHER_GIVEN,
    Operation.DEECHO: BOTH_NONE,
    Operation.DEREVERB: BOTH_NONE,
}
# Of what a client sent they print only this status, where noise-remover.com has several.
UNPROCESSABLE = ("invalid_request", "invalid_preset", "invalid_format")
QUESTION = ("byid", "byuser")

M = TypeVar("M", bound=BaseModel)


def _key_of(request: web.Request) -> str:
    given = request.headers.get("Authorization", "").strip()
    # Their documents send the bare key; several public clients put the word before it.
    return given[len(BEARER) :].strip() if given[: len(BEARER)].lower() == BEARER else given


def _error(no: Refused) -> Mapping[str, object]:
    return wire.failed(SERVER_ERROR if no.name == "server_error" else no.said)


def _counts_as(request: web.Request) -> tuple[str, float]:
    is_question = request.match_info.get("name", "").lower() in QUESTION
    return ("questions", QUESTIONS) if is_question else ("conversions", 0.0)


DIALECT = Dialect(
    NAME,
    _key_of,
    error=_error,
    status=lambda no: 422 if no.name in UNPROCESSABLE else no.status,
    counts_as=_counts_as,
)


@dataclass(frozen=True, slots=True)
class MusicGptApi:
    """The handlers, with what they need."""

    asking: Asking
    desk: Desk
    store: Store
    links: Links
    fetcher: Fetcher | None

    def routes(self, gate: Gate) -> Sequence[web.AbstractRouteDef]:
        """Every address; how their names are spelled does not matter."""
        served: dict[str, tuple[str, Handler]] = {
            name.lower(): ("POST", self._converting(operation))
            for name, operation in wire.PATHS.items()
        }
        served |= {"byid": ("GET", self.by_id), "byuser": ("GET", self.by_user)}

        async def called(call: Call) -> web.StreamResponse:
            known = served.get(call.request.match_info["name"].lower())
            if known is None:
                raise Refused(NO_ADDRESS)
            method, handler = known
            if call.request.method != method:
                raise Refused(NO_METHOD, headers={"Allow": method})
            return await handler(call)

        path = MUSICGPT + "/{version:[vV]1}/{name}"
        return (
            web.get(f"{MUSICGPT}/conversions/{{name}}", gate.link(self.links.serve)),
            web.route("*", path, gate.wrap(called), expect_handler=gate.expecting()),
            web.route("*", MUSICGPT, gate.nothing()),
            web.route("*", MUSICGPT + "/{rest:.*}", gate.nothing()),
        )

    def _converting(self, operation: Operation) -> Handler:
        async def convert(call: Call) -> web.StreamResponse:
            form = await forms.read(
                call.request, self.asking.files, FILE, call.most_bytes, (MULTIPART, ENCODED)
            )
            job = await self.asking.take(call, form, partial(self._order, operation))
            return web.json_response(
                await self.store.read(lambda tx: telling.started(Figures(tx), job))
            )

        return convert

    async def by_id(self, call: Call) -> web.StreamResponse:
        """One conversion, by one of its ids and its type."""
        query = _asked(wire.ByIdQuery, call.request.query)
        given = [(TASK, query.task_id), (CONVERSION, query.conversion_id)]
        ids = [held_by(value, kind) for kind, value in given if value is not None]
        if len(ids) != 1:
            raise Refused(BAD_REQUEST, "Exactly one of task_id and conversion_id is required.")
        job = await self.asking.find(call, ids[0])
        if job is None or job.recipe.operation is not wire.TYPES[query.conversion_type]:
            raise Refused("job_not_found", "Conversion not found.")
        links = self.links.seen_from(call.request)
        said = await self.store.read(lambda tx: telling.conversion(Figures(tx), job, links))
        return web.json_response(wire.ConversionAnswer(success=True, conversion=said).plain)

    async def by_user(self, call: Call) -> web.StreamResponse:
        """The key's conversions."""
        query = _asked(wire.ByUserQuery, call.request.query)
        named = query.conversion_type
        operations = [wire.TYPES[named]] if named else list(wire.PATHS.values())
        wanted = Wanted(operations, since=query.start_date, until=query.end_date)
        space = (call.address.platform, call.address.space)
        is_down = query.sort_order == "desc"
        links = self.links.seen_from(call.request)

        def read(tx: Tx) -> dict[str, Any]:
            found = tx.page(*space, wanted, 0, query.limit, is_down=is_down)
            figures = Figures(tx)
            told = [telling.conversion(figures, job, links) for job in found]
            return wire.ConversionsTold(success=True, conversions=told).plain

        return web.json_response(await self.store.read(read))

    def _order(self, operation: Operation, form: Form) -> Order:
        """What is wanted; raises `Refused`."""
        is_split = operation is Operation.STEMS
        asked = _checked(wire.ExtractionForm if is_split else wire.ConversionForm, form.fields)
        options = {"format": f"{Format.MP3},{Format.WAV}"}
        if isinstance(asked, wire.ExtractionForm):
            options["stems"] = ",".join(self._stems(asked))
            options["cleanup"] = ",".join(step.value for step in asked.preprocessing_options)
        else:
            options["keep"] = Keep.BOTH.value
        if form.file is None:
            options["url"] = self._link(asked.audio_url or "", operation)
        route = {"dialect": NAME, "webhook": asked.webhook_url or ""}
        return Order(operation.value, options, route)

    def _stems(self, asked: wire.ExtractionForm) -> tuple[str, ...]:
        """The stems to split; raises `Refused` where nobody here can."""
        served = self._served()
        stems = wire.stems_of(asked, served)
        if missing := [stem for stem in stems if stem not in served]:
            said = NOT_SPLIT.format(missing=", ".join(missing), served=", ".join(served))
            raise Refused("invalid_request", f"stems: {said}")
        return stems

    def _served(self) -> tuple[str, ...]:
        """The stems that can be split off here, by their names there."""
        stems = next(one for one in self.desk.commands if one.name == Operation.STEMS.value)
        known = next(option.choices for option in stems.options if option.name == "stems")
        return tuple(stem for stem in wire.STEMS if stem in known)

    def _link(self, url: str, operation: Operation) -> str:
        if not url:
            raise Refused("invalid_request", MISSING[operation])
        if self.fetcher is not None:
            try:
                self.fetcher.may_call(url)
            except Fault:
                raise Refused(
                    "invalid_request", "audio_url is no address that may be opened."
                ) from None
        return url


def _checked(model: type[M], given: Mapping[str, str]) -> M:
    try:
        return model.model_validate(dict(given))
    except ValidationError as error:
        raise Refused("invalid_request", wire.refused(error)) from None


def _asked(model: type[M], given: Mapping[str, str]) -> M:
    """The same of a question, where their pages call it a bad request."""
    try:
        return model.model_validate(dict(given))
    except ValidationError as error:
        raise Refused(BAD_REQUEST, wire.refused(error)) from None
