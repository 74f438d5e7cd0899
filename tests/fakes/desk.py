"""The real desk over a real store, with a hand that does the work instead of an engine."""

import io
import wave
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta

import numpy as np

from services import cards, commands, delivery
from services.announcer import Announcer
from services.commands import Means
from services.delivery import Delivery
from services.desk import Desk
from services.erasing import Erasing
from services.events import Collected, Delivered, Finished, Picked, Received, Routed
from services.forgetting import Forgetting
from services.intake import Intake
from services.journal import Journal
from services.limits import Limits
from services.model import Clip, Job, Kind, Picture, Result, Track
from services.plans import Plans
from services.quotas import Allowance
from services.recipes import MIME, Format, Operation
from services.retention import Retention
from services.showing import Progress
from services.shrinking import Shrinking

# The smallest PNG there is: one grey dot.
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c6368000000820081dd436af40000000049454e44ae426082"
)


class StillQueue:
    """Port Queue that wakes nobody: the test moves the jobs."""

    async def wake(self, job, *, at, kind, priority):
        pass


class Able:
    """Port Provider, as far as asking for work needs it."""

    name = "local"
    title = "Undertone"
    kind = Kind.SOUND
    limits = Limits()

    def offers(self, recipe):
        return True


class Bench:
    """A desk to ask and a hand that works on its jobs."""

    def __init__(self, store, files, now, picture: bytes = DOT) -> None:
        self.store = store
        self.now = now
        self.files = files
        self._picture = picture
        routes = {operation: [Able()] for operation in Operation}
        self.journal = Journal(store, StillQueue(), now, Plans(lambda _platform: Allowance()))
        intake = Intake(store, self.journal, files, None, {}, now)
        keep = timedelta(hours=24)
        shrinking = Shrinking(files, None, has_links=False)
        told = delivery.Means(self.journal, {}, shrinking, None, keep, now)
        erasing = Erasing({}, now)
        self.retention = Retention(store, files, self.journal, {}, erasing, now, keep)
        means = Means(
            store=store,
            files=files,
            journal=self.journal,
            intake=intake,
            delivery=Delivery(told),
            retention=self.retention,
            forgetting=Forgetting(store, self.journal, self.retention, erasing, now, keep),
            messengers={},
            routes=routes,
            now=now,
            keep=keep,
        )
        announcer = Announcer(store, self.journal, {}, now)
        self.desk = Desk(commands.table(means), self.journal, announcer)

    async def start(self, job_id, seconds: float) -> Job:
        """Up to the work: received, measured, picked."""
        job = await self.job(job_id)
        clip = Clip(
            key=job.source.key,
            name=job.source.name,
            bytes=job.source.bytes or 0,
            seconds=seconds,
            sample_rate=48_000,
            channels=1,
            container="wav",
            codec="pcm_s16le",
        )
        until = job.created_at + timedelta(days=1)
        for event in (Received(clip), Routed("local", Kind.SOUND), Picked(until)):
            await self.journal.record(job_id, event)
        return await self.job(job_id)

    async def finish(self, job_id, parts: Mapping[str, bytes]) -> Job:
        """The end of the work; `parts` are WAV files, named as tracks are: clean, clean.mp3, …"""
        job = await self.job(job_id)
        tracks = []
        for track_id, body in parts.items():
            part, _, wanted = track_id.partition(".")
            form = Format(wanted or "wav")
            key = f"{job_id}/{part}.{form}"
            await self.files.put(key, chunked(body))
            name = f"{job.source.name.rsplit('.', 1)[0]}.{part}.{form}"
            seconds = job.clip.seconds if job.clip else 0.0
            made = Track(part, key, name, form, MIME[form], len(body), seconds, wanted=wanted)
            tracks.append(made)
        await self.files.put(f"{job_id}/picture.png", chunked(self._picture))
        picture = Picture(f"{job_id}/picture.png", len(self._picture), FIGURES)
        results = tuple(Result(track.part, track.key) for track in tracks)
        await self.journal.record(job_id, Finished(results, "steady_noise"))
        await self.journal.record(job_id, Collected(tuple(tracks), picture))
        return await self.job(job_id)

    async def delivered(self, job_id) -> None:
        """Its person was told."""
        await self.journal.record(job_id, Delivered())

    async def card(self, job_id, progress: Progress | None = None):
        """What its person should see now."""
        return cards.card(await self.job(job_id), progress)

    async def job(self, job_id) -> Job:
        return await self.store.read(lambda tx: tx.job(job_id))


FIGURES = {
    "noise_floor_before_db": -38.2,
    "noise_floor_after_db": -71.5,
    "loudness_before_lufs": -24.1,
    "loudness_after_lufs": -23.8,
    "peak_before_db": -6.0,
    "peak_after_db": -6.3,
}


async def chunked(body: bytes) -> AsyncIterator[bytes]:
    """`body` as a stream."""
    yield body


def wav(seconds: float = 2.0, hertz: float = 440.0, noise: float = 0.0) -> bytes:
    """A tone with noise as a WAV file."""
    times = np.arange(int(seconds * 16_000)) / 16_000
    swell = 0.3 * np.abs(np.sin(times * 2.2))
    hiss = noise * np.random.default_rng(5).standard_normal(times.size)
    samples = np.clip(swell * np.sin(2 * np.pi * hertz * times) + hiss, -1, 1)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return out.getvalue()
