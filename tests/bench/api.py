"""Our own API under load: a thousand small jobs, one large upload, and jobs of somebody else."""

import asyncio
import json
import secrets
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

import aiohttp
import psutil
from aiohttp import web

from adapters.store.store import open_store
from services import keys
from tests.adapters.api.room import tone
from tests.bench import hooks, report, waves
from tests.fakes.loopback import served
from tests.fakes.program import started
from tests.ports import free_port

JOBS, CLIENTS, QUICK = 1_000, 32, 100
TWICE = 10  # every tenth request is sent twice at once, as by a program that lost the answer
SECONDS = 1.0  # of each sound
PATIENCE = 900.0
LARGE = 199_000_000  # bytes
MOST_GROWTH = 40  # MB
EVERY = 0.02  # seconds
LOOKS = 300
ROOMY = "/var/tmp"
PLACE = "/api/noise-remover/v1"


@dataclass
class Told:
    """What programs saw."""

    names: dict[int, set[str]] = field(default_factory=dict)  # of jobs, by the request's number
    submits: list[float] = field(default_factory=list)  # seconds
    called: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0


def run(*, quick: bool = False) -> str:
    """The text of the report."""
    count = QUICK if quick else JOBS
    with tempfile.TemporaryDirectory(dir=ROOMY) as name:
        told, listed = asyncio.run(_many(Path(name), count))
        growth, tree, upload = asyncio.run(_large(Path(name)))
        theirs, nobodys = asyncio.run(_looks(Path(name)))
    doubled = sum(len(names) - 1 for names in told.names.values())
    lost = count - len({name for names in told.names.values() for name in names} & listed)
    rows = [
        (f"jobs asked for by {CLIENTS} programs at once", count),
        ("requests sent twice at the same moment", count // TWICE),
        ("jobs lost (goal: 0)", lost),
        ("jobs doubled (goal: 0)", doubled + len(listed) - count),
        ("callbacks missing or repeated (goal: 0)", _uneven(told, count)),
        ("results of another length or of another job (goal: 0)", len(told.wrong)),
        ("jobs a second, to the callback", count / told.seconds),
        ("POST /enhance, p50, ms", median(told.submits) * 1000),
        ("POST /enhance, p95, ms", quantiles(told.submits, n=20)[-1] * 1000),
        (f"upload of {LARGE // 1_000_000} MB, MB/s", LARGE / 1_000_000 / upload),
        (f"memory of the server grew by, MB (goal: {MOST_GROWTH})", growth),
        ("with the child that measures the file, MB", tree),
        ("GET /job of somebody else, p50, ms", median(theirs) * 1000),
        ("GET /job of nobody, p50, ms", median(nobodys) * 1000),
        ("ratio", median(theirs) / median(nobodys)),
    ]
    note = (
        f"The whole program in a process of its own; each sound is {SECONDS:.0f} s. Every job is "
        "called back once, listed once, fetched and compared with what was sent."
    )
    return f"{report.table(('what', 'figure'), rows)}\n\n{note}"


def _uneven(told: Told, count: int) -> int:
    return sum(1 for times in told.called.values() if times != 1) + abs(count - len(told.called))


# --- a thousand jobs ------------------------------------------------------------------------------


@dataclass(frozen=True)
class There:
    """The program under load, and a session with a key."""

    origin: str
    session: aiohttp.ClientSession
    pid: int


@asynccontextmanager
async def _there(folder: Path, ear: str = "", names: int = 1) -> AsyncIterator[list[There]]:
    """`undertone run` with so many keys; it may call the ear back."""
    texts = [await _key(folder / "data", f"{ear}-{n}-{secrets.token_hex(4)}") for n in range(names)]
    port = free_port()
    told = {
        "http__port": str(port),
        "api__enabled": "true",
        "web__enabled": "false",
        "log_level": "WARNING",
        "fetch__allowed_private": json.dumps([ear.removeprefix("http://")] if ear else []),
    }
    origin = f"http://127.0.0.1:{port}"
    with started(folder, **told) as life:
        sessions = [
            aiohttp.ClientSession(headers={"Authorization": f"Bearer {text}"}) for text in texts
        ]
        try:
            await hooks._up(sessions[0], origin)
            yield [There(origin, session, life.pid) for session in sessions]
        finally:
            for session in sessions:
                await session.close()
            life.terminate()
            await asyncio.to_thread(life.wait)


async def _key(data: Path, name: str) -> str:
    data.mkdir(exist_ok=True)
    text, key = keys.made(name, datetime.now(UTC))
    async with open_store(None, data) as store:
        await store.write(lambda tx: keys.add(tx, key, "api_unlimited"))
    return text


async def _many(folder: Path, count: int) -> tuple[Told, set[str]]:
    """What the programs saw, and the jobs that the API lists in the end."""
    told, ended = Told(), asyncio.Event()
    fetching: asyncio.Queue[dict] = asyncio.Queue()

    async def hear(request: web.Request) -> web.Response:
        body = await request.json()
        told.called[body["job_id"]] += 1
        fetching.put_nowait(body)
        if len(told.called) >= count:
            ended.set()
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", hear)
    async with served(app) as ear, _there(folder, ear) as (there,):
        numbers = iter(range(count))
        began = time.perf_counter()
        async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
            for _ in range(CLIENTS):
                group.create_task(_program(there, numbers, f"{ear}/hook", told))
            await ended.wait()
        told.seconds = time.perf_counter() - began
        while not fetching.empty():
            await _compare(there, fetching.get_nowait(), told)
        return told, await _listed(there)


async def _program(there: There, numbers: Iterator[int], hook: str, told: Told) -> None:
    for number in numbers:
        sends = 2 if number % TWICE == 0 else 1
        key = secrets.token_hex(16)
        names = await asyncio.gather(
            *(_submit(there, number, hook, key, told) for _ in range(sends))
        )
        told.names[number] = set(names)


def _length(number: int) -> float:
    """Of each sound its own, so that a result shows whose it is."""
    return SECONDS + number % 50 / 100


async def _submit(there: There, number: int, hook: str, key: str, told: Told) -> str:
    form = aiohttp.FormData(default_to_multipart=True)
    form.add_field("file", tone(_length(number)), filename=f"{number}.wav")
    form.add_field("metadata", json.dumps({"number": number}))
    form.add_field("webhook_url", hook)
    began = time.perf_counter()
    headers = {"Idempotency-Key": key}
    url = f"{there.origin}{PLACE}/enhance"
    async with there.session.post(url, data=form, headers=headers) as answer:
        body = await answer.json()
        assert answer.status == 202, body
    told.submits.append(time.perf_counter() - began)
    return str(body["job_id"])


async def _compare(there: There, body: dict, told: Told) -> None:
    number = body["metadata"]["number"]
    async with there.session.get(body["download_url"]) as answer:
        sound = await answer.read()
    # As it came: 16 kHz, one channel, 16 bit, and a header of no more than this.
    expected = len(tone(_length(number)))
    if abs(len(sound) - expected) > 150 or body["job_id"] not in told.names[number]:
        told.wrong.append(body["job_id"])


async def _listed(there: There) -> set[str]:
    found: set[str] = set()
    while True:
        params = {"limit": "100", "offset": str(len(found)), "status": "completed"}
        async with there.session.get(f"{there.origin}{PLACE}/jobs", params=params) as answer:
            page = (await answer.json())["jobs"]
        if not page:
            return found
        found |= {job["job_id"] for job in page}


# --- one large upload -----------------------------------------------------------------------------


async def _large(folder: Path) -> tuple[float, float, float]:
    """How much the server and its children grew, in MB, and the seconds of the upload."""
    source = waves.write(folder / "large.wav", LARGE // (48_000 * 2))
    async with _there(folder) as (there,):
        form = aiohttp.FormData()
        with source.open("rb") as file:
            form.add_field("file", file, filename="large.wav")
            with _watched(there.pid) as grown:
                began = time.perf_counter()
                url = f"{there.origin}{PLACE}/enhance"
                async with there.session.post(url, data=form) as answer:
                    body = await answer.json()
                    assert answer.status == 202, body
                seconds = time.perf_counter() - began
                await asyncio.sleep(1)
        async with there.session.delete(f"{there.origin}{PLACE}/job/{body['job_id']}") as answer:
            assert answer.status == 200
    return grown[0] / 1e6, grown[1] / 1e6, seconds


@contextmanager
def _watched(pid: int) -> Iterator[list[int]]:
    """The most by which the process grew, and with its children, while the context is open."""
    grown = [0, 0]
    begin = _memory(pid)

    async def watch() -> None:
        while True:
            for n, now in enumerate(_memory(pid)):
                grown[n] = max(grown[n], now - begin[n])
            await asyncio.sleep(EVERY)

    task = asyncio.get_running_loop().create_task(watch())
    try:
        yield grown
    finally:
        task.cancel()


def _memory(pid: int) -> tuple[int, int]:
    """Bytes: the process alone, and with its children."""
    process = psutil.Process(pid)
    own = process.memory_info().rss
    children = 0
    for child in process.children(recursive=True):
        try:
            children += child.memory_info().rss
        except psutil.Error:
            continue
    return own, own + children


# --- not yours, not there -------------------------------------------------------------------------


async def _looks(folder: Path) -> tuple[list[float], list[float]]:
    """Seconds of each question about a job of another key, and about one that never was."""
    async with _there(folder, names=2) as (one, other):
        form = aiohttp.FormData(default_to_multipart=True)
        form.add_field("file", tone(), filename="a.wav")
        async with one.session.post(f"{one.origin}{PLACE}/enhance", data=form) as answer:
            name = (await answer.json())["job_id"]
        theirs, nobodys = [], []
        for _ in range(LOOKS):
            theirs.append(await _asked(other, name))
            nobodys.append(await _asked(other, f"job_{secrets.token_hex(10)}"))
    return theirs, nobodys


async def _asked(there: There, name: str) -> float:
    began = time.perf_counter()
    async with there.session.get(f"{there.origin}{PLACE}/job/{name}") as answer:
        await answer.read()
        assert answer.status == 404
    return time.perf_counter() - began
