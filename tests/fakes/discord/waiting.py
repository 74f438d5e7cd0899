"""Waiting for something to become true."""

import asyncio
import time

PAUSE = 0.01
SOON = 20.0  # seconds for what needs no work, on a machine that is busy
PATIENCE = 90.0  # seconds until a test that waits for anything else has failed
NOT_YET = (AttributeError, IndexError, KeyError, StopIteration, TypeError, ValueError)


async def until(condition, timeout: float, dump=None):
    """The first true value of `condition`, which may fail as long as there is too little yet."""
    end = time.monotonic() + timeout
    while True:
        try:
            if value := condition():
                return value
        except NOT_YET:
            if time.monotonic() > end:
                raise
        if time.monotonic() > end:
            raise AssertionError(f"Nothing came within {timeout} s.\n{dump() if dump else ''}")
        await asyncio.sleep(PAUSE)
