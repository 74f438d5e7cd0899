"""MusicGPT in the shape of a provider."""

import asyncio
from collections.abc import Collection, Mapping
from datetime import UTC, timedelta

from adapters.plugin import Tools
from adapters.providers.calling import Answer
from adapters.providers.musicgpt import finding, sending
from adapters.providers.musicgpt.api import Api
from adapters.providers.musicgpt.refusing import as_fault, failure
from adapters.providers.musicgpt.settings import MusicGptSettings
from adapters.providers.setting_types import own_place
from adapters.wire import musicgpt_results as shapes
from adapters.wire.musicgpt import (
    CONVERSION_TYPES,
    Conversion,
    ConversionList,
    Said,
    Stage,
    Started,
    read_body,
    read_conversion,
)
from services.events import Accepted, Broke, Finished
from services.limits import Limits
from services.model import Cost, Kind, Unit
from services.ports import Callback, Doubt, Order
from services.problems import Code, Fault, Problem
from services.recipes import Keep, Operation, Preset, Recipe, Stem, Strength

BY_ID = "/v1/byId"
BY_USER = "/v1/byUser"
AT_ONCE = 8  # questions under way together
PAGE = 100  # entries of byUser
MARGIN = timedelta(seconds=5)  # after the time that they expect
UNKNOWN_WAIT = timedelta(seconds=60)  # where they expect none
LEAST_PATIENCE = timedelta(minutes=10)


class MusicGptProvider:
    """Port Provider over their HTTP API."""

    name = "musicgpt"
    title = "MusicGPT"
    kind = Kind.WIRE
    limits = Limits()  # none are documented
    paid = True
    forgets = False
    hosts: Collection[str]

    def __init__(self, api: Api, settings: MusicGptSettings, tools: Tools) -> None:
        self.hosts = (*settings.result_hosts, *own_place(settings.base_url))
        self._api = api
        self._send_links = settings.send_links
        self._tools = tools
        self._paths = {
            Operation.DENOISE: settings.denoise_path,
            Operation.DEECHO: settings.deecho_path,
            Operation.DEREVERB: settings.dereverb_path,
            Operation.STEMS: settings.extraction_path,
        }

    def offers(self, recipe: Recipe) -> bool:
        """What needs no choice of how: they know neither presets nor strengths."""
        match recipe.operation:
            case Operation.STEMS:
                return Stem.OTHER not in recipe.stems
            case Operation.DENOISE:
                is_plain = recipe.preset is Preset.AUTO and recipe.keep is Keep.CLEAN
            case Operation.DEREVERB:
                is_plain = recipe.keep is Keep.CLEAN
            # Only here the documents show what was removed, and in callbacks alone.
            case Operation.DEECHO:
                is_plain = recipe.keep is Keep.CLEAN or self._tools.is_called
            case Operation.ENHANCE:
                return False
        return is_plain and recipe.strength is Strength.NORMAL and not recipe.cleanup

    # --- handing over ---------------------------------------------------------------------------

    def wait(self) -> timedelta:
        """Until their limits let another one in."""
        return self._api.wait()

    async def submit(self, order: Order) -> Accepted:
        """Send the file, or the person's link where that was switched on."""
        # Before anything is made ready for them.
        self._api.stay_away()
        url = await sending.link(self._tools, order) if self._send_links else None
        async with sending.form(self._tools, order, url) as make:
            answer = await self._hand_over(order.recipe.operation, make)
        return self._accepted(order, answer)

    async def _hand_over(self, operation: Operation, make: sending.Make) -> Answer:
        """Their pages spell paths in two ways; the one that is there is remembered."""
        path = self._paths[operation]
        answer = await self._api.hand_over(path, make)
        if answer.status == 404:
            path = _other_case(path)
            answer = await self._api.hand_over(path, make)
        if answer.status == 404:
            raise as_fault(Code.PROVIDER_FAILED, self._api.told(answer))
        self._paths[operation] = path
        return answer

    def _accepted(self, order: Order, answer: Answer) -> Accepted:
        told, said = self._api.told(answer), Said.model_validate(answer.fields)
        if said.has_failed:
            raise as_fault(failure(said.why), told)
        try:
            started = Started.model_validate(answer.fields)
        except ValueError:
            raise as_fault(Code.PROVIDER_UNSURE, told) from None
        now = self._tools.now()
        eta = timedelta(seconds=max(started.eta, 0))
        estimate = started.credit_estimate
        return Accepted(
            ref=f"{started.task_id}/{started.conversion_id}",
            next_at=now + (UNKNOWN_WAIT if started.eta < 0 else eta + MARGIN),
            deadline_at=now + _patience(order, eta),
            estimate=None if estimate is None else Cost(estimate, Unit.CREDITS),
        )

    async def find(self, order: Order, doubt: Doubt) -> Accepted | None:
        """Look through what was submitted lately; only what is surely ours is taken for it."""
        params = {
            "limit": str(PAGE),
            "sortOrder": "desc",
            "startDate": f"{(doubt.since - finding.LOOK_BACK).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "conversionType": CONVERSION_TYPES[order.recipe.operation],
        }
        answer = await self._api.ask(BY_USER, params)
        try:
            entries = ConversionList.model_validate(answer.fields).conversions
            ref = finding.ours(entries, order, doubt)
            if ref is None and len(entries) >= PAGE:
                raise finding.Unclear("there is more than one page")
        except finding.Unclear as unclear:
            raise as_fault(Code.PROVIDER_UNSURE, str(unclear)) from None
        except ValueError:
            raise as_fault(Code.PROVIDER_UNSURE, self._api.told(answer)) from None
        if ref is None:
            return None
        now = self._tools.now()
        return Accepted(ref, next_at=now, deadline_at=now + _patience(order))

    # --- news -----------------------------------------------------------------------------------

    async def ask(self, recipes: Mapping[str, Recipe]) -> Mapping[str, Finished | Broke]:
        """One question for each, a few at once; one that fails takes no news from the others."""
        turn = asyncio.Semaphore(AT_ONCE)

        async def one(ref: str, recipe: Recipe) -> Finished | Broke | Fault | None:
            async with turn:
                try:
                    return await self._news(ref, recipe)
                except Fault as error:
                    return error

        async with asyncio.TaskGroup() as group:
            asked = {ref: group.create_task(one(ref, recipe)) for ref, recipe in recipes.items()}
        answers = {ref: task.result() for ref, task in asked.items()}
        faults = [answer for answer in answers.values() if isinstance(answer, Fault)]
        if faults and len(faults) == len(answers):
            raise faults[0]
        return {
            ref: answer for ref, answer in answers.items() if isinstance(answer, Finished | Broke)
        }

    async def _news(self, ref: str, recipe: Recipe) -> Finished | Broke | None:
        answer = await self._by_id(ref, recipe)
        try:
            conversion = read_conversion(answer.fields)
        except ValueError:
            raise as_fault(Code.PROVIDER_DOWN, self._api.told(answer)) from None
        if not _is_same(conversion, ref):
            raise as_fault(Code.PROVIDER_DOWN, "the answer is about another conversion")
        return self._report(conversion, recipe)

    async def _by_id(self, ref: str, recipe: Recipe) -> Answer:
        """What byId says, by the one id or the other. Raises `Fault` when it knows neither."""
        task, _, conversion = ref.partition("/")
        answer: Answer | None = None
        for name, value in (("conversion_id", conversion), ("task_id", task)):
            if not value:
                continue
            params = {"conversionType": CONVERSION_TYPES[recipe.operation], name: value}
            answer = await self._api.ask(BY_ID, params)
            if answer.status < 300 and answer.fields:
                return answer
        told = "" if answer is None else self._api.told(answer)
        raise as_fault(Code.PROVIDER_DOWN, told)

    def _report(self, conversion: Conversion, recipe: Recipe) -> Finished | Broke | None:
        """What it means for the job; None: nothing new, or nothing that can be understood."""
        match shapes.stage(conversion):
            case Stage.FAILED:
                detail = self._api.safe(conversion.why)
                return Broke(Problem(failure(conversion.why), detail=detail))
            case Stage.DONE:
                cost = conversion.conversion_cost
                paid = None if cost is None else Cost(cost, Unit.CREDITS)
                return Finished(shapes.results(conversion, recipe), cost=paid)
            case Stage.WAITING | Stage.UNKNOWN:
                return None

    async def cancel(self, ref: str) -> None:
        """They document no way to."""

    def read_callback(
        self, headers: Mapping[str, str], body: bytes, recipe: Recipe | None
    ) -> Callback:
        """Any of their shapes; it bears no signature, so its address alone vouches for it."""
        conversion = read_conversion(read_body(body))
        if not conversion.task_id:
            raise ValueError("It names no task.")
        report = None if recipe is None else self._report(conversion, recipe)
        if isinstance(report, Finished) and not report.results:
            report = None
        return Callback(finding.ref(conversion), report=report)

    async def account(self) -> Mapping[str, float | str]:
        """They tell nothing of it; a question shows whether the key is taken."""
        answer = await self._api.ask(BY_USER, {"limit": "1", "sortOrder": "desc"})
        # A page in its place is somebody else's; without byUser the key was taken all the same.
        if not answer.fields and answer.status not in (400, 404, 422):
            raise as_fault(Code.PROVIDER_DOWN, self._api.told(answer))
        if answer.status == 404:
            return {"list of conversions": "not there, so nothing can be looked up after a crash"}
        return {}


def _patience(order: Order, eta: timedelta = timedelta(0)) -> timedelta:
    """How long they may take: three times what they expect, or as long as the sound lasts."""
    length = timedelta(seconds=max(0.0, order.recipe.span(order.clip.seconds)))
    return max(LEAST_PATIENCE, 3 * eta, length)


def _other_case(path: str) -> str:
    """The same path with the other case at the beginning of its last word."""
    before, _, last = path.rpartition("/")
    return f"{before}/{last[:1].swapcase()}{last[1:]}"


def _is_same(conversion: Conversion, ref: str) -> bool:
    """Whether the ids that an answer has are those that were asked for; it may have none."""
    task, _, known = ref.partition("/")
    is_task = conversion.task_id in ("", task)
    return is_task and (not known or conversion.conversion_id in ("", known))
