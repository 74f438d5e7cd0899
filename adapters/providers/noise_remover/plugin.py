"""How noise-remover.com is opened: one session, one pacer and one poller for its key."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.plugin import ProviderPlugin, Tools
from adapters.providers.calling import calling
from adapters.providers.noise_remover.jobs import Jobs
from adapters.providers.noise_remover.provider import NoiseRemover
from adapters.providers.noise_remover.settings import PLANS, NoiseRemoverSettings
from adapters.providers.pacing import Paced, Pacer, Ticking
from adapters.providers.polling import Polling
from services.ports import Provider


@asynccontextmanager
async def opened(
    settings: NoiseRemoverSettings, tools: Tools, ticking: Ticking | None = None
) -> AsyncIterator[Provider]:
    """The provider, ready to be called inside the context.

    Raises `ValueError` for a base address that would show the key to everybody.
    """
    key = settings.api_key.get_secret_value() if settings.api_key else ""
    headers = {"Authorization": f"Bearer {key}"}
    beats = ticking or Ticking()
    async with calling(settings.base_url, headers, tools.private) as api:
        pacer = Pacer(PLANS[settings.plan].requests_per_minute, tools.now, beats)
        paced = Paced(api, pacer)
        jobs = Jobs(paced, tools.now)
        polling = Polling(jobs.look, beats)
        try:
            yield NoiseRemover(settings, tools, paced, jobs, polling)
        finally:
            await polling.close()


PLUGIN = ProviderPlugin(
    "noise_remover", NoiseRemoverSettings, lambda settings: settings.api_key is not None, opened
)
