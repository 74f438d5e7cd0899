"""Port Provider over noise-remover.com's API."""

import json
import logging
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import IO

import aiohttp

from adapters.plugin import Tools
from adapters.providers.calling import Answer, retry_after
from adapters.providers.noise_remover import news
from adapters.providers.noise_remover.callbacks import CallbackReader
from adapters.providers.noise_remover.jobs import Jobs
from adapters.providers.noise_remover.news import METADATA
from adapters.providers.noise_remover.settings import PLANS, NoiseRemoverSettings
from adapters.providers.pacing import Paced
from adapters.providers.polling import Polling
from adapters.providers.setting_types import own_place
from adapters.providers.uploading import Taken, Upload, ending, upload
from adapters.wire import noise_remover as wire
from services.events import Accepted, Broke, Finished
from services.fitting import LOSSLESS
from services.limits import Limits
from services.model import Kind
from services.ports import Callback, Doubt, Order
from services.problems import Code, Fault, fault
from services.recipes import Format, Keep, Operation, Recipe, Strength

log = logging.getLogger(__name__)

OPERATIONS = (Operation.DENOISE, Operation.ENHANCE)
# Containers as our prober names them. Of a film only the sound goes, so what is left of mov is M4A.
TAKEN = Taken(
    {
        "wav": "wav",
        "mp3": "mp3",
        "flac": "flac",
        "ogg": "ogg",
        "aiff": "aiff",
        "aac": "aac",
        "mov": "m4a",
    },
    wire.MOST_BYTES,
)
MADE_READY = Taken({}, wire.MOST_BYTES)


class NoiseRemover:
    """One key at noise-remover.com."""

    name = "noise_remover"
    title = "noise-remover.com"
    kind = Kind.WIRE
    limits = Limits()  # what is too large is made smaller before it is sent
    paid = True
    forgets = True

    def __init__(
        self, settings: NoiseRemoverSettings, tools: Tools, api: Paced, jobs: Jobs, polling: Polling
    ) -> None:
        self.hosts: Collection[str] = (*settings.result_hosts, *own_place(settings.base_url))
        self._tools = tools
        self._api = api
        self._jobs = jobs
        self._polling = polling
        self._calls_back = PLANS[settings.plan].has_webhooks
        self._callbacks = CallbackReader(settings.secrets, settings.signature_header, tools.now)

    def offers(self, recipe: Recipe) -> bool:
        """Noise and enhancing; how strongly is the preset's business there."""
        is_plain = recipe.strength is Strength.NORMAL and recipe.keep is Keep.CLEAN
        return recipe.operation in OPERATIONS and is_plain and not recipe.cleanup

    def wait(self) -> timedelta:
        """Until their limits let another one in."""
        return self._api.wait()

    async def submit(self, order: Order) -> Accepted | Finished:
        """Hand the clip over, as it is where they take it so."""
        answer = await self._handed_over(order, TAKEN)
        is_as_it_was = ending(order.clip, order.recipe, TAKEN) is not None
        is_foreign = answer.status == 415 or wire.error_name(answer.body) == "unsupported_format"
        if is_foreign and is_as_it_was:
            log.info("made ready after all", extra={"job": order.job})
            answer = await self._handed_over(order, MADE_READY)
        return self._taken(order, answer)

    async def _handed_over(self, order: Order, taken: Taken) -> Answer:
        async with upload(self._tools, order, taken) as file:
            callback_url = order.callback_url if self._calls_back else None
            answer = await self._sent(file, _fields(order, callback_url))
            is_restricted = wire.error_name(answer.body) in ("plan_restriction", "")
            if callback_url and answer.status == 403 and is_restricted:
                log.warning("this plan has no callbacks, so they are not asked for any more")
                self._calls_back = False
                answer = await self._sent(file, _fields(order, None))
            return answer

    async def _sent(self, file: Upload, fields: Mapping[str, str]) -> Answer:
        with _opened(file.path) as source:

            def form() -> aiohttp.FormData:
                made = aiohttp.FormData(fields, default_to_multipart=True)
                made.add_field("file", source, filename=file.name, content_type=file.mime)
                return made

            return await self._api.send("/enhance", form)

    def _taken(self, order: Order, answer: Answer) -> Accepted | Finished:
        """What their answer means. Raises `Fault` when it is no job of ours."""
        job = wire.Job.model_validate(answer.fields)
        if not 200 <= answer.status < 300 or not job.ref:
            problem = wire.submit_problem(answer.status, answer.body, answer.text)
            # They may send our token back, and whoever has it can call us in their name.
            detail = problem.detail.replace(order.token or METADATA, METADATA)
            wait = retry_after(answer.headers, self._tools.now())
            raise Fault(replace(problem, detail=detail), wait)
        match news.report(job):
            case Finished() as finished:
                return finished
            case Broke(problem):
                raise Fault(problem)
            case None:
                return news.accepted(job, order, self._tools.now())

    async def find(self, order: Order, doubt: Doubt) -> Accepted | Finished | None:
        """The job with our token among those of the time in question."""
        job = await self._jobs.ours(order.token, doubt)
        if job is None:
            return None
        said = news.report(job)
        if isinstance(said, Finished):
            return said
        # A failure is told when it is asked for, as always.
        return news.accepted(job, order, self._tools.now())

    async def ask(self, recipes: Mapping[str, Recipe]) -> Mapping[str, Finished | Broke]:
        """News of these jobs, in one question with everybody else's."""
        return await self._polling.ask(recipes.keys())

    async def cancel(self, ref: str) -> None:
        """Remove it there, with its files."""
        await self._jobs.delete(ref)

    def read_callback(
        self, headers: Mapping[str, str], body: bytes, recipe: Recipe | None
    ) -> Callback:
        """What a callback says; to be believed only where its signature is right."""
        return self._callbacks.read(headers, body)

    async def account(self) -> Mapping[str, float | str]:
        """Minutes used and left, and how callbacks were signed so far."""
        usage = (await self._jobs.usage()).model_dump(mode="json", exclude_none=True)
        reading = self._callbacks.reading
        return usage | ({"callback signature": f"reading {reading}"} if reading else {})


def _fields(order: Order, callback_url: str | None) -> dict[str, str]:
    """The form beside the file."""
    recipe = order.recipe
    # What comes back is encoded once more here, so a lossy format would lose twice.
    made = recipe.format if recipe.format in LOSSLESS else Format.FLAC
    fields = {
        "preset": wire.PRESETS[recipe.preset],
        "output_format": wire.FORMATS[made],
        "metadata": json.dumps({METADATA: order.token}, separators=(",", ":")),
    }
    if len(fields["metadata"].encode()) > wire.MOST_METADATA:
        raise fault(Code.INTERNAL, "the token is longer than metadata may be")
    return fields | ({"webhook_url": callback_url} if callback_url else {})


def _opened(path: Path) -> IO[bytes]:
    return path.open("rb")
