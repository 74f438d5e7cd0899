"""The clock of the living messages; what they say is in the journeys."""

import asyncio

from services.announcer import Announcer
from services.events import Announced
from services.journal import Journal
from services.plans import Plans
from services.quotas import Allowance
from tests.fakes.clock import Clock
from tests.fakes.desk import StillQueue
from tests.fakes.jobs import a_job


class Empty:
    """A store without jobs that says when a job was looked for."""

    def __init__(self):
        self.looked = asyncio.Event()

    async def read(self, work):
        return work(self)

    def open_jobs(self, most):
        return []

    def job(self, job_id):
        self.looked.set()


def over(store):
    """An announcer that sees this store and no chat."""
    journal = Journal(store, StillQueue(), Clock(), Plans(lambda _platform: Allowance()))
    return Announcer(store, journal, {}, Clock())


async def test_it_stops_also_when_a_job_moves_at_that_moment():
    store = Empty()
    announcer = over(store)
    task = asyncio.create_task(announcer.run())
    async with asyncio.timeout(5):
        await asyncio.sleep(0)
        announcer.moved(a_job(1), Announced("m1"))
        await store.looked.wait()
        announcer.moved(a_job(2), Announced("m2"))
        task.cancel()
        await asyncio.wait({task})
    assert task.cancelled()


class Odd(Empty):
    """A store that falls over a job called after it, and finds no other."""

    def job(self, job_id):
        super().job(job_id)
        if job_id == a_job(1).id:
            raise RuntimeError("session is closed")
        self.looked_at_others.set()

    def __init__(self):
        super().__init__()
        self.looked_at_others = asyncio.Event()


async def test_one_card_that_cannot_be_shown_holds_up_no_other():
    store = Odd()
    announcer = over(store)
    task = asyncio.create_task(announcer.run())
    async with asyncio.timeout(5):
        await asyncio.sleep(0)
        announcer.moved(a_job(1), Announced("m1"))
        await store.looked.wait()
        announcer.moved(a_job(2), Announced("m2"))
        await store.looked_at_others.wait()
        task.cancel()
        await asyncio.wait({task})
    assert task.cancelled()
