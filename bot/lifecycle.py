"""Which parts run, in which order they start and stop, and what a signal does."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from aiohttp import web

from adapters.plugin import Listener
from bot.wiring import App
from services import rousing
from services.model import Kind
from services.problems import Fault

log = logging.getLogger(__name__)

FIRST_PAUSE = 1.0  # seconds before a platform that fell over is started again
LONGEST_PAUSE = 60.0
DRAIN = 5.0  # seconds for requests under way when we stop
FAREWELLS = 10.0  # seconds for each part to end what it is at


async def run(
    app: App,
    *,
    works: bool,
    serves: bool,
    listens: Collection[str],
    kinds: Sequence[Kind],
    say: Callable[[str], None],
) -> None:
    """Run until SIGINT or SIGTERM. Whatever is under way is in the rows and goes on next time.

    listens: the platforms that this process hears; it may deliver to all that are open.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(serving(app)) if serves else None
        if works:
            await stack.enter_async_context(working(app, kinds))
        for platform in app.platforms.values():
            if platform.ready_line is not None and port is not None:
                say(platform.ready_line(port))
        async with hearing(app, listens):
            await stop.wait()


@asynccontextmanager
async def serving(app: App) -> AsyncIterator[int]:
    """The HTTP server, listening inside the context; the port that it has."""
    runner = web.AppRunner(
        app.http(), handle_signals=False, shutdown_timeout=DRAIN, access_log=None
    )
    await runner.setup()
    try:
        await _listen(runner, app.settings.http.host, app.settings.http.port)
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        raise ValueError(
            f"Nothing can listen on {host} port {port}: {error.strerror}. "
            "Stop what uses it, or choose another with UNDERTONE_HTTP__PORT."
        ) from error


@asynccontextmanager
async def working(app: App, kinds: Sequence[Kind] = tuple(Kind)) -> AsyncIterator[None]:
    """Queue, rousing, announcer, retention and notices, running inside the context."""
    if app.settings.is_sqlite:
        await app.store.write(lambda tx: tx.void_leases())
    await rousing.rouse(app.store, app.queue, app.now, kinds)
    tasks = [
        _kept_alive("queue", lambda: app.queue.run(app.worker.step, kinds)),
        _kept_alive("rousing", lambda: rousing.run(app.store, app.queue, app.now, kinds)),
        _kept_alive("announcer", app.announcer.run),
        _kept_alive("retention", app.retention.run),
        _kept_alive("notices", app.noticing.run),
        _kept_alive("forgetting", app.forgetting.run),
        _kept_alive("accounts", app.accounts.run),
    ]
    async with _in_background(tasks):
        yield


@asynccontextmanager
async def hearing(app: App, names: Collection[str]) -> AsyncIterator[None]:
    """These platforms, listened to inside the context."""
    heard = [
        _kept_alive(name, platform.listen)
        for name, platform in app.platforms.items()
        if platform.listen is not None and name in names
    ]
    async with _in_background(heard):
        yield


async def _kept_alive(
    name: str, listen: Listener | Callable[[], Coroutine[Any, Any, None]]
) -> None:
    """Start it again whenever it falls over, with growing pauses; the others never notice."""
    pause, clock = FIRST_PAUSE, asyncio.get_running_loop().time
    while True:
        began = clock()
        try:
            await listen()
        except Fault as error:
            # Known, and said in words; where in the code it happened helps nobody.
            about = {"part": name, "why": error.problem.detail, "seconds": pause}
            log.error("part does not run; it is tried again", extra=about)  # noqa: TRY400
        except Exception:
            log.exception("part fell over", extra={"part": name, "seconds": pause})
        if clock() - began > LONGEST_PAUSE:
            pause = FIRST_PAUSE
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


@asynccontextmanager
async def _in_background(coroutines: Sequence[Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        yield
    finally:
        while going := [task for task in tasks if not task.done()]:
            for task in going:
                task.cancel()
            # A library may lose a cancel (wait_for of Python 3.11 can): then once more.
            await asyncio.wait(going, timeout=FAREWELLS)
