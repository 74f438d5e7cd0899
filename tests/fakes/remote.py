"""A paid provider elsewhere, held in the hand: a test scripts what it answers."""

from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from adapters.plugin import ProviderPlugin
from adapters.providers.local import LocalSettings
from services.events import Accepted, Finished
from services.limits import Limits
from services.model import Kind, Result


class Remote:
    """Port Provider. `on_submit`, `on_find` and `on_ask` may be replaced; each may raise."""

    kind = Kind.WIRE
    limits = Limits()
    paid = True
    forgets = False
    hosts = ()

    def __init__(self, name="remote", title="Far Away") -> None:
        self.name = name
        self.title = title
        self.submitted = []
        self.found = []
        self.cancelled = []
        self.told = {}
        self.tools: Any = None  # given when the plugin is opened
        self.on_submit = self.accept
        self.on_find = nowhere
        self.on_ask = self.done

    def offers(self, recipe):
        return not recipe.stems

    def wait(self):
        return timedelta(0)

    async def submit(self, order):
        self.submitted.append(order)
        return await self.on_submit(order)

    async def find(self, order, doubt):
        self.found.append((order, doubt))
        return await self.on_find(order)

    async def ask(self, recipes):
        return {ref: news for ref in recipes if (news := await self.on_ask(ref)) is not None}

    async def cancel(self, ref):
        self.cancelled.append(ref)

    def read_callback(self, headers, body, recipe):
        raise ValueError("nothing is called back")

    async def account(self):
        return self.told

    async def accept(self, order, estimate=None):
        """The usual answer."""
        now = self.tools.now()
        return Accepted(f"ref-{order.job}", now, now.replace(year=2100), estimate)

    async def done(self, ref, cost=None):
        """The usual news: the clip itself, under a key of its own."""
        order = self.submitted[-1]
        async with self.tools.files.local(order.clip.key) as path, self.tools.files.scratch() as at:
            copy = at / "clean"
            copy.write_bytes(path.read_bytes())
            key = f"{order.job}/clean.wav"
            await self.tools.files.put_path(key, copy)
        return Finished((Result("clean", key),), cost=cost)

    @property
    def plugin(self) -> ProviderPlugin:
        """Switched on."""

        @asynccontextmanager
        async def opened(settings, tools):
            self.tools = tools
            yield self

        return ProviderPlugin(self.name, LocalSettings, lambda settings: True, opened)


async def nowhere(order):
    """It surely has no such job."""
    return
