"""A provider whose result is the clip itself, at once or after being asked."""

from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from adapters.plugin import ProviderPlugin
from adapters.providers.local import LocalSettings
from services.events import Finished
from services.limits import Limits
from services.model import Kind, Result
from tests.fakes.chat import nothing


class CopyProvider:
    """Port Provider; counts in a file how often each attempt was really worked on."""

    name = "local"
    title = "Copy"
    hosts = ()
    kind = Kind.SOUND
    limits = Limits()
    paid = False
    forgets = False

    def __init__(self, tools, log: Path, trap=nothing) -> None:
        self._tools = tools
        self._log = log
        self._trap = trap

    def offers(self, recipe):
        return not recipe.stems

    def wait(self):
        return timedelta(0)

    async def submit(self, order):
        self._trap("before submit")
        results = []
        async with self._tools.files.local(order.clip.key) as path:
            for part in order.recipe.parts:
                async with self._tools.files.scratch() as folder:
                    copy = folder / part
                    copy.write_bytes(path.read_bytes())
                    key = f"{order.job}/{part}.wav"
                    await self._tools.files.put_path(key, copy)
                results.append(Result(part, key))
        with self._log.open("a", encoding="utf-8") as log:
            log.write(f"{order.job} {order.attempt}\n")
        self._trap("after submit")
        return Finished(tuple(results))

    async def find(self, order, doubt):
        return None

    async def ask(self, recipes):
        return {}

    async def cancel(self, ref):
        pass

    def read_callback(self, headers, body, recipe):
        raise NotImplementedError

    async def account(self):
        return {}


def plugin(log: Path, trap=nothing) -> ProviderPlugin:
    """The plugin of a `CopyProvider` in the place of the embedded engine."""

    @asynccontextmanager
    async def opened(settings, tools):
        yield CopyProvider(tools, log, trap)

    return ProviderPlugin("local", LocalSettings, lambda settings: True, opened)
