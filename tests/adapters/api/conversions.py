"""What MusicGPT's programs meet: providers held in the hand, links, and what answers say."""

import asyncio
import io
import json
import re
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import av
from aiohttp import web

from adapters.wire.musicgpt import read_conversion
from adapters.wire.musicgpt_results import results
from services.recipes import Format, Keep, Operation, Recipe
from tests.adapters.api.engine import Engine, quick_room
from tests.adapters.api.room import tone
from tests.fakes.loopback import served

OPERATIONS = ("denoise", "deecho", "dereverb", "Extraction")
TYPES = {
    "denoise": "DENOISING",
    "deecho": "DEECHO",
    "dereverb": "DEREVERB",
    "Extraction": "EXTRACTION",
}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}")
PAGE = "<!DOCTYPE html><html><title>A film</title></html>"


def ids(said) -> tuple:
    """Both ids of an answer, a callback or a conversion."""
    return said["task_id"], said["conversion_id"]


def sound_of(raw: bytes) -> tuple[str, float]:
    """Which format these bytes are, and how many seconds of sound they hold."""
    with av.open(io.BytesIO(raw)) as opened:
        samples = sum(frame.samples for frame in opened.decode(audio=0))
        return opened.format.name, samples / opened.streams.audio[0].rate


def encoded(container: str, codec: str, seconds: float = 0.5) -> bytes:
    """A tone in a format of which there is no test file."""
    out = io.BytesIO()
    with av.open(io.BytesIO(tone(seconds))) as source, av.open(out, "w", format=container) as made:
        stream = made.add_stream(codec, rate=48_000)
        resampler = av.AudioResampler(stream.format, stream.layout, stream.rate, stream.frame_size)
        for frame in (*source.decode(audio=0), None):
            for ready in resampler.resample(frame):
                made.mux(stream.encode(ready))
        made.mux(stream.encode(None))
    return out.getvalue()


def read_by_us(body, operation: Operation, stems=(), made=Format.WAV) -> dict[str, str]:
    """The address of each part of the recipe, as our own client finds it in what was said."""
    recipe = Recipe(operation, keep=Keep.BOTH, stems=stems, format=made)
    return {one.part: one.url for one in results(read_conversion(body), recipe)}


async def started(program, operation="denoise", **given) -> dict:
    """The answer to a submission that is taken."""
    taken = await program.convert(operation, **given)
    assert taken.status == 200, taken.raw
    return taken.body


async def converted(program, operation="denoise", **given) -> dict:
    """The same, once the job is at its end."""
    said = await started(program, operation, **given)
    await program.room.done(said["task_id"])
    return said


async def conversion(program, said, operation="denoise") -> dict:
    """What byId tells of it."""
    return (await program.by_id(said["task_id"], TYPES[operation])).body["conversion"]


async def posted(program, path, body, *headers) -> tuple[int, dict]:
    """What is answered to exactly these headers: our client would add its own."""
    there = urlsplit(program.room.origin)
    reader, writer = await asyncio.open_connection(there.hostname, there.port)
    head = (
        f"POST /api/musicgpt{path} HTTP/1.1",
        f"Host: {there.netloc}",
        f"Authorization: {program.text}",
        *headers,
    )
    writer.write("\r\n".join([*head, "", ""]).encode() + body)
    answer = (await reader.readuntil(b"\r\n\r\n")).decode()
    (length,) = re.findall(r"^Content-Length: (\d+)", answer, re.MULTILINE)
    said = json.loads(await reader.readexactly(int(length)))
    writer.close()
    return int(answer.split()[1]), said


async def own_jobs(program) -> list:
    """The jobs of its key."""
    return [job for job in await program.room.jobs() if job.address.space == program.id]


class Everything(Engine):
    """Gives the clip back for every part, whatever is asked for."""

    def offers(self, recipe):
        return True


@asynccontextmanager
async def copying_room(folder, ear, engine=None, **given):
    """A room where every result is what was sent, and the ear may be called."""
    private = [ear.origin.removeprefix("http://")]
    async with quick_room(
        folder, engine or Everything(), fetch={"allowed_private": private}, **given
    ) as room:
        yield room


class Stage:
    """Somebody's web server with a recording and a page. asked: the paths that were."""

    def __init__(self) -> None:
        self.origin = ""
        self.asked = []

    @property
    def sound(self):
        return f"{self.origin}/audio.wav"

    @property
    def page(self):
        return f"{self.origin}/watch?v=example123"

    async def give(self, request):
        self.asked.append(request.path)
        if request.path == "/audio.wav":
            return web.Response(body=tone(1.25), content_type="audio/wav")
        if request.path == "/gone":
            return web.Response(status=404)
        return web.Response(text=PAGE, content_type="text/html")


@asynccontextmanager
async def staged():
    """A stage on loopback."""
    stage = Stage()
    app = web.Application()
    app.router.add_get("/{rest:.*}", stage.give)
    async with served(app) as stage.origin:
        yield stage
