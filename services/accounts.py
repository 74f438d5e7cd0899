"""Looks at our accounts with the providers from time to time, for the operator's eyes."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta

from services import health, routing
from services.health import Health
from services.meters import Meters
from services.ports import Now, Provider, Store
from services.problems import Fault

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=15)


class Accounts:
    """Keeps the meters of accounts, and notices a key that is refused before a person does."""

    def __init__(
        self,
        providers: Mapping[str, Provider],
        store: Store,
        health: Health,
        meters: Meters,
        now: Now,
    ) -> None:
        self._providers = [one for one in providers.values() if routing.is_elsewhere(one)]
        self._store = store
        self._health = health
        self._meters = meters
        self._now = now

    async def run(self) -> None:
        """Look again and again until cancelled."""
        while self._providers:
            await self.look()
            await asyncio.sleep(EVERY.total_seconds())
        await asyncio.Event().wait()

    async def look(self) -> None:
        """Once at each."""
        for provider in self._providers:
            await self._look_at(provider)
        names = [provider.name for provider in self._providers]
        out = await self._store.read(lambda tx: health.out(tx, names, self._now()))
        self._meters.left_alone(names, out)

    async def _look_at(self, provider: Provider) -> None:
        try:
            found = await provider.account()
        except Fault as error:
            await self._health.failed(provider.name, error.problem, error.retry_after)
        else:
            self._meters.account(provider.name, found)
