"""Opens the API."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from adapters.api import documents, musicgpt, noise_remover, trying
from adapters.api.asking import Asking
from adapters.api.crossing import Crossing
from adapters.api.gate import Gate
from adapters.api.messenger import ApiMessenger
from adapters.api.musicgpt import MusicGptApi
from adapters.api.noise_remover import NoiseRemoverApi
from adapters.api.noise_remover_told import LINK_LIVES
from adapters.api.places import MUSICGPT, NOISE_REMOVER, Links
from adapters.api.rates import Rates
from adapters.api.settings import ApiSettings
from adapters.plugin import Core, Platform, PlatformPlugin
from services.keys import PLATFORM


@asynccontextmanager
async def open_api(settings: ApiSettings, core: Core) -> AsyncIterator[Platform]:
    """Both dialects, ready to be served."""
    if core.keep < LINK_LIVES:
        raise ValueError(
            "Results of the API can be fetched for an hour: set UNDERTONE_RETENTION_HOURS to 1 or "
            "more, or switch the API off with UNDERTONE_API__ENABLED=false."
        )
    public_url = core.public_url.rstrip("/") if core.public_url else None
    links = Links(core.store, core.files, core.signer, core.now, core.keep, public_url)
    asking = Asking(core.desk, core.store, core.files, core.fetcher, links)
    gate = partial(Gate, core=core, rates=Rates(core.now), under_way=Counter())
    gpt = MusicGptApi(asking, core.desk, core.store, links, core.fetcher)
    remover = NoiseRemoverApi(asking, core.store, links, core.now)
    called = (
        *documents.routes(),  # before those that take every other address
        *gpt.routes(gate(musicgpt.DIALECT)),
        *remover.routes(gate(noise_remover.DIALECT)),
    )
    routes = (*trying.routes(), *Crossing(settings.allowed_origins).wrap(called))
    messenger = ApiMessenger(core.desk, core.store, links, core.signer, core.fetcher, core.now)
    yield Platform(messenger, routes=routes, ready_line=partial(_ready_line, core))


def _ready_line(core: Core, port: int) -> str:
    origin = (core.public_url or f"http://{core.http_host}:{port}").rstrip("/")
    return f"API: {origin}{MUSICGPT} and {origin}{NOISE_REMOVER}"


PLUGIN = PlatformPlugin(
    name=PLATFORM, settings=ApiSettings, is_on=lambda settings: settings.enabled, open=open_api
)
