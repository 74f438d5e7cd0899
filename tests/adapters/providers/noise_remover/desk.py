"""A provider open against its fake, with files and workers that need no engine."""

from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from pydantic import SecretStr

from adapters.plugin import Tools
from adapters.providers.noise_remover import plugin
from adapters.providers.noise_remover.settings import NoiseRemoverSettings
from services.ports import Order
from services.recipes import Operation, Recipe
from tests.fakes.jobs import CLIP
from tests.wav import write_wav


class Files:
    """Port Files with one clip."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.clip = write_wav(folder / "clip", np.zeros((1, 8_000)), 8_000)

    @asynccontextmanager
    async def local(self, key):
        yield self.clip

    @asynccontextmanager
    async def scratch(self):
        folder = self._folder / "scratch"
        folder.mkdir(exist_ok=True)
        yield folder


class Workers:
    """Port Workers that writes what it was asked to."""

    def __init__(self) -> None:
        self.tasks = []

    async def run(self, task, *, timeout, progress=None):
        self.tasks.append(task)
        task.outputs[0].write_bytes(b"fLaC made ready")
        return {}


@dataclass
class Desk:
    """What a test of a provider holds in its hands."""

    provider: object
    files: Files
    workers: Workers

    def order(self, number=1, recipe=None, **changes):
        clip = changes.pop("clip", {})
        made = Order(
            job=f"{number:020x}",
            attempt=0,
            clip=replace(CLIP, **clip),
            recipe=recipe or Recipe(Operation.DENOISE),
            report=lambda progress: None,
            token=f"token-{number}",
        )
        return replace(made, **changes)


def count_calls(provider, time):
    time.busy(provider._api._calling)


@asynccontextmanager
async def opened(fake, folder, time=None, **settings):
    """The provider with the fake's key and plan; other settings by name."""
    given = {
        "api_key": SecretStr(fake.key),
        "base_url": fake.base_url,
        "plan": fake.plan,
        "webhook_secret": SecretStr(fake.secret),
        "result_hosts": ("127.0.0.1",),
    }
    files, workers = Files(folder), Workers()
    tools = Tools(files, workers, fake.now)
    made = NoiseRemoverSettings(**(given | settings))
    async with plugin.opened(made, tools, time.ticking if time else None) as provider:
        if time:
            count_calls(provider, time)
        yield Desk(provider, files, workers)
