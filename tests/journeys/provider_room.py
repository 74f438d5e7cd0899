"""The built application and the two providers on loopback, each with the same handles."""

import asyncio
import io
import wave
from contextlib import asynccontextmanager
from datetime import timedelta

import numpy as np

from adapters.providers import polling
from adapters.providers.musicgpt import provider as gpt
from adapters.providers.noise_remover import news
from bot import lifecycle
from bot.registry import PROVIDERS
from services import machine, providing, worker
from tests.fakes import musicgpt, noise_remover
from tests.fakes.discord.waiting import until
from tests.fakes.musicgpt import FakeMusicGpt, shapes
from tests.fakes.noise_remover import FakeNoiseRemover
from tests.fakes.world import world
from tests.ports import free_port
from tests.wav import tone


def pitch(body: bytes) -> float:
    """The loudest frequency of a WAV file, in Hz."""
    with wave.open(io.BytesIO(body)) as file:
        width, rate = file.getsampwidth(), file.getframerate()
        raw = np.frombuffer(file.readframes(file.getnframes()), np.uint8).reshape(-1, width)
        channels = file.getnchannels()
    # The two highest bytes of each sample say enough.
    samples = np.ascontiguousarray(raw[:, -2:]).view("<i2").reshape(-1, channels)[:, 0]
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * rate / len(samples))


class Gpt:
    """MusicGPT, by the handles that both have."""

    name = "musicgpt"
    operations = ("denoise", "deecho", "dereverb", "stems")
    usual = "deecho"

    def __init__(self, fake: FakeMusicGpt) -> None:
        self.fake = fake
        fake.eta = 0

    @property
    def settings(self) -> dict:
        host = self.fake.origin.removeprefix("http://")
        own = {
            "api_key": self.fake.key,
            "base_url": self.fake.base,
            "result_hosts": ["127.0.0.1"],
        }
        return {"own": own, "private": host}

    @property
    def count(self) -> int:
        return len(self.fake.tasks)

    async def submission(self, count=1):
        """The newest, once there are so many."""
        return await self.fake.submitted(count)

    async def finish(self, task, hertz) -> None:
        """Each output has a pitch of its own, a hundred Hz apart."""
        names = shapes.names(task)
        task.outputs = {}
        await self.fake.finish(task, {name: tone(hertz + 100 * n) for n, name in enumerate(names)})

    async def give_up(self, task) -> None:
        await self.fake.break_off(task, "No voice found.")

    def shape(self, task) -> str:
        return "maps" if task.stems else "deecho"

    async def call(self, task, *, at_once=1, **changes) -> list[int]:
        return await self.fake.call_back(task, self.shape(task), at_once=at_once, **changes)

    async def call_forged(self, task) -> list[int]:
        return await self.fake.call_back(task, self.shape(task), task_id="11111111-aaaa")

    async def call_malformed(self, task) -> list[int]:
        return await self.fake.call_back(task, raw=b"{nothing")

    def fail(self, endpoint, kind, times=1) -> None:
        """submit, ask, find or download goes wrong in one of the known ways."""
        known = {"ask": ("byId",), "find": ("byUser",), "download": ("results",)}
        for name in known.get(endpoint, musicgpt.model.OPERATIONS):
            self.fake.fail(name, _gpt_fault(kind), times=times)


def _gpt_fault(kind):
    fault = musicgpt.Fault
    elsewhere = {"Location": "http://127.0.0.1:9/"}
    faults = {
        "429": fault(429, {"error": "Too many requests"}, {"Retry-After": "0"}),
        "500": fault(500, {"success": False, "error": "Internal Server Error"}),
        "503": fault(503, "busy"),
        "reset": fault(swallow=True, reset=True),
        "refuses": fault(422, {"success": False, "error": "This file cannot be processed."}),
        "credit": fault(402, {"success": False, "error": "Insufficient credits"}),
        "key": fault(401, {"success": False, "error": "Unauthorized"}),
        "truncated": fault(200, tone(900.0), cut=1000),
        "expired": fault(403, "<Error>Request has expired</Error>"),
        "redirect": fault(302, headers=elsewhere),
        "endless": fault(200, endless=10_000_000_000),
        "html": fault(200, "<!doctype html><title>One moment</title>"),
        "short": fault(200, tone(900.0, 0.2)),
        "silent": fault(200, tone(0.0)),
    }
    return faults[kind]


class Remover:
    """noise-remover.com, by the same handles."""

    name = "noise_remover"
    operations = ("denoise", "enhance")
    usual = "enhance"

    def __init__(self, fake: FakeNoiseRemover) -> None:
        self.fake = fake
        fake.estimate = timedelta(0)

    @property
    def settings(self) -> dict:
        own = {
            "api_key": self.fake.key,
            "base_url": self.fake.base_url,
            "result_hosts": ["127.0.0.1"],
            "webhook_secret": self.fake.secret,
            "plan": self.fake.plan,
        }
        return {"own": own, "private": self.fake.origin.removeprefix("http://")}

    @property
    def count(self) -> int:
        return len(self.fake.accepted)

    async def submission(self, count=1):
        await until(lambda: self.count >= count, 20, lambda: f"{self.count} submissions")
        return self.fake.accepted[-1]

    async def finish(self, job, hertz) -> None:
        self.fake.jobs.setdefault(job.id, job)  # one that was deleted may still be called about
        self.fake.webhooks.times = 0
        await self.fake.finish(job.id, tone(hertz))

    async def give_up(self, job) -> None:
        self.fake.webhooks.times = 0
        await self.fake.break_off(job.id)

    async def call(self, job, *, at_once=1, **how) -> list[int]:
        if not job.webhook_url:
            return []
        calls = (self.fake.webhooks.send(job, **how) for _ in range(at_once))
        return (
            [await call for call in calls] if at_once == 1 else list(await asyncio.gather(*calls))
        )

    async def call_forged(self, job) -> list[int]:
        said = {"event": "job.completed", "status": "completed", "job_id": "job_00000000"}
        return await self.call(job, secret="somebody else's secret", **said)

    async def call_malformed(self, job) -> list[int]:
        return [await self.fake.webhooks.post(job.webhook_url, b"{nothing")]

    def fail(self, endpoint, kind, times=1) -> None:
        if endpoint == "download":
            self.fake.downloads.trouble += [kind] * times
            return
        where = {"submit": "POST /enhance", "ask": "GET /jobs", "find": "GET /jobs"}[endpoint]
        for _ in range(times):
            self.fake.fail(where, _remover_fault(kind))


def _remover_fault(kind):
    fault = noise_remover.Fault
    faults = {
        "429": fault("rate_limit_exceeded", headers={"Retry-After": "0"}),
        "500": fault("server_error"),
        "503": fault("service_unavailable"),
        "reset": fault(accept=True, cut=True),
        "refuses": fault("file_corrupted"),
        "credit": fault("payment_required"),
        "key": fault("unauthorized"),
    }
    return faults[kind]


@asynccontextmanager
async def gpt_side():
    async with FakeMusicGpt.running() as fake:
        yield Gpt(fake)
        assert fake.broken == []


@asynccontextmanager
async def remover_side():
    async with FakeNoiseRemover.running() as fake:
        yield Remover(fake)


SIDES = {"musicgpt": gpt_side, "noise_remover": remover_side}


def hurry(monkeypatch) -> None:
    """What waits for seconds elsewhere waits for moments here."""
    moment = timedelta(milliseconds=20)
    for name in ("PAUSE", "SETTLE"):
        monkeypatch.setattr(providing, name, moment)
    monkeypatch.setattr(machine, "FIRST_BACKOFF", moment)
    monkeypatch.setattr(worker, "PAUSE", moment)
    monkeypatch.setattr(gpt, "MARGIN", moment)
    monkeypatch.setattr(polling, "EVERY", 0.02)
    for name in ("MARGIN", "SOONEST"):
        monkeypatch.setattr(news, name, moment)


@asynccontextmanager
async def elsewhere(folder, *sides, callbacks=True, local=False, works=True, **settings):
    """The application with these providers and no other, unless `local`; its HTTP side too."""
    port = free_port()
    own = {side.name: side.settings["own"] for side in sides}
    told = {
        "providers": {"consent": "given", "local": {"enabled": local}, **own},
        "fetch": {"allowed_private": [side.settings["private"] for side in sides]},
        "http": {"port": port, **({"public_url": f"http://127.0.0.1:{port}"} if callbacks else {})},
        **settings,
    }
    async with world(folder, PROVIDERS, works, **told) as here, lifecycle.serving(here.app):
        yield here


async def sound_of(here, job, part="clean") -> bytes:
    """A track as its person gets it."""
    track = next(one for one in job.tracks if one.part == part)
    return b"".join([piece async for piece in here.app.files.get(track.key)])
