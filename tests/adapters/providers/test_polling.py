"""One question for everybody, however long its answer takes."""

import asyncio

import pytest

from adapters.providers.polling import Polling
from services.events import Finished
from tests.adapters.providers.ticking import Time
from tests.fakes.clock import Clock

DONE = Finished(())


@pytest.fixture
async def time():
    async with Time(Clock()).passing() as time:
        yield time


async def asked_for(time, polling, ref, seconds):
    """What a step gets that waits no longer than this."""
    asking = asyncio.create_task(polling.ask([ref]))
    stopping = asyncio.create_task(time.sleep(seconds))
    await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if asking.done():
        return asking.result()
    asking.cancel()
    return None


async def test_news_that_came_too_late_are_there_for_the_next_question(time):
    looked = []

    async def look(refs):
        looked.append(set(refs))
        await time.sleep(60)
        return dict.fromkeys(refs, DONE)

    polling = Polling(look, time.ticking)
    assert await asked_for(time, polling, "a", 20) is None
    await time.sleep(60)
    assert await polling.ask(["a"]) == {"a": DONE}
    assert looked == [{"a"}]
    # Told once: what is asked for again is looked up again.
    assert await polling.ask(["a"]) == {"a": DONE}
    assert looked == [{"a"}, {"a"}]
    await polling.close()
