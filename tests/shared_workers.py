"""Child processes that the applications of one test process share: a start costs seconds."""

import asyncio
import contextlib
import threading
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

from adapters.workers import SupervisedWorkers, open_workers


class Borrowed:
    """Port Workers for one application, over children that stay when it closes."""

    def __init__(self, workers: SupervisedWorkers, loop: asyncio.AbstractEventLoop) -> None:
        self._workers = workers
        self._loop = loop

    async def run(self, task, *, timeout, progress=None):
        """As the port promises; who is cancelled here is cancelled there."""
        here = asyncio.get_running_loop()

        def report(made) -> None:
            # A report may be on its way when its test is over.
            with contextlib.suppress(RuntimeError):
                here.call_soon_threadsafe(progress, made)

        telling = report if progress else None
        return await _there(self._workers.run(task, timeout=timeout, progress=telling), self._loop)

    def sandbox(self):
        """What the system allowed children to give up."""
        return self._workers.sandbox()


@contextmanager
def shared_workers(folder):
    """What opens them, in the place of `open_workers`: for each number of processes one set."""
    stack, opened = AsyncExitStack(), {}

    async def workers(processes):
        if processes not in opened:
            made = open_workers(processes, warm=False, folder=folder)
            opened[processes] = await stack.enter_async_context(made)
        return opened[processes]

    with _loop() as loop:

        @asynccontextmanager
        async def borrow(processes, **_own):
            yield Borrowed(await _there(workers(processes), loop), loop)

        yield borrow
        asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result()


def _there(doing, loop) -> asyncio.Future:
    return asyncio.wrap_future(asyncio.run_coroutine_threadsafe(doing, loop))


@contextmanager
def _loop():
    """An event loop that outlives those of the tests, in a thread of its own."""
    loop = asyncio.new_event_loop()
    # Children end with the thread that started them, so it must be one that stays.
    thread = threading.Thread(target=loop.run_forever, name="shared workers")
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
