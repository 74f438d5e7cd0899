"""An event loop in another thread, for tests that block."""

import asyncio
import threading
from contextlib import contextmanager


@contextmanager
def loop_elsewhere():
    """Runs coroutines in another thread; whoever calls waits."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield lambda doing: asyncio.run_coroutine_threadsafe(doing, loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
