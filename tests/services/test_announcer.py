"""The clock of the living messages; what they say is in the journeys."""

import asyncio
from collections import Counter
from datetime import timedelta

from services import announcer as announcing
from services.announcer import Announcer
from services.events import Announced
from services.journal import Journal
from services.limits import Limits
from services.model import Kind, State
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


def over(store, chats=()):
    """An announcer that sees this store and these chats."""
    journal = Journal(store, StillQueue(), Clock(), Plans(lambda _platform: Allowance()))
    return Announcer(store, journal, dict(chats), Clock())


async def test_it_stops_also_when_a_job_moves_at_that_moment():
    store = Empty()
    announcer = over(store)
    task = asyncio.create_task(announcer.run())
    async with asyncio.timeout(30):
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
    async with asyncio.timeout(30):
        await asyncio.sleep(0)
        announcer.moved(a_job(1), Announced("m1"))
        await store.looked.wait()
        announcer.moved(a_job(2), Announced("m2"))
        await store.looked_at_others.wait()
        task.cancel()
        await asyncio.wait({task})
    assert task.cancelled()


class Line(Empty):
    """A store with two jobs in a line; the second is far back."""

    def __init__(self):
        super().__init__()
        line = {"state": State.QUEUED, "kind": Kind.SOUND, "card": "m"}
        self.near, self.far = a_job(1, **line), a_job(2, **line)
        self.looks = Counter()

    def open_jobs(self, most):
        return [self.near, self.far]

    def job(self, job_id):
        self.looks[job_id] += 1
        if self.looks[self.near.id] == 20:
            self.looked.set()
        return self.near if job_id == self.near.id else self.far

    def place(self, job):
        return 1 if job is self.near else 1000


class Chat:
    """A chat that takes every edit."""

    def __init__(self, pace=1.0):
        self._limits = Limits(seconds_between_edits=pace)
        self.edits = []
        self.edited = asyncio.Event()

    def limits(self, address):
        return self._limits

    def edits_until(self, address, receipt):
        return None

    async def edit(self, address, receipt, card):
        self.edits.append(card)
        self.edited.set()
        return receipt


async def test_the_further_back_in_the_line_the_seldomer_it_is_looked_at(monkeypatch):
    monkeypatch.setattr(announcing, "TICK", timedelta(milliseconds=2))
    store = Line()
    announcer = over(store, {"web": Chat()})
    task = asyncio.create_task(announcer.run())
    async with asyncio.timeout(30):
        await store.looked.wait()
        task.cancel()
        await asyncio.wait({task})
    assert store.looks[store.near.id] >= 2 * store.looks[store.far.id]


class One(Empty):
    """A store with one job, which says when it was looked at twice."""

    def __init__(self):
        super().__init__()
        self.kept, self._looks = a_job(1, card="m"), 0

    def open_jobs(self, most):
        return [self.kept]

    def job(self, job_id):
        self._looks += 1
        if self._looks == 4:  # each look asks for it and for the rest of its album
            self.looked.set()
        return self.kept

    def progress(self, job_id):
        return None


async def test_a_move_that_comes_too_soon_after_an_edit_is_shown_a_little_later(monkeypatch):
    monkeypatch.setattr(announcing, "TICK", timedelta(milliseconds=2))
    store, chat = One(), Chat(pace=0.05)
    announcer = over(store, {"web": chat})
    task = asyncio.create_task(announcer.run())
    async with asyncio.timeout(30):
        await store.looked.wait()  # shown, and found to be the same
        chat.edited.clear()
        store.kept = a_job(1, card="m", state=State.SUBMITTING)
        announcer.moved(store.kept, Announced("m"))
        await chat.edited.wait()
        task.cancel()
        await asyncio.wait({task})
    assert len(chat.edits) == 2
