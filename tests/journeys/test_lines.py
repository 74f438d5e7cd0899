"""Long lines in the built application: only their beginning is let in, and all of them end."""

from dataclasses import replace

import numpy as np
import pytest

from services import lines, spaces
from services.model import Address, Person
from services.problems import Code
from tests.fakes.world import an_ask, world
from tests.journeys.test_job_life import copying
from tests.wav import write_wav

MANY = {
    "quota": {"max_active_jobs_per_user": "unlimited"},
    "engine": {"processes": 1},
    "worker": {"concurrency": 2},
}
AT_ONCE = 4  # with these settings


@pytest.fixture
def voice(tmp_path):
    return write_wav(tmp_path / "voice.wav", np.zeros((1, 4_800)))


async def asked(here, voice, count, **changes):
    """The jobs of so many asks, in their order."""
    made = []
    for number in range(count):
        ask = replace(an_ask(voice, event=f"{voice.name}{changes}{number}"), **changes)
        (card,) = await here.app.desk.handle(ask)
        made.append(card.job)
    return made


async def held(here):
    """Which jobs are held back."""
    found = await here.app.store.read(lambda tx: tx.open_jobs(99))
    return {job.id for job in found if job.due_at > job.created_at + lines.HELD / 2}


async def test_of_a_long_line_only_the_beginning_is_let_in(voice, tmp_path):
    elsewhere = Address("discord", "another", "chat")
    async with world(tmp_path, copying(tmp_path), works=False, **MANY) as here:
        ours = await asked(here, voice, AT_ONCE + 3)
        await asked(here, voice, 1, address=elsewhere)
        another = an_ask(voice, event="of somebody else", person="else")
        await here.app.desk.handle(another)
        assert await held(here) == set(ours[4:])
        await here.app.desk.handle(an_ask(voice, "cancel", "c1", job=ours[6]))
        assert await held(here) == set(ours[4:6])
        await here.app.desk.handle(an_ask(voice, "cancel", "c2", job=ours[0]))
        await here.app.desk.handle(an_ask(voice, "cancel", "c3", job=ours[1]))
        assert await held(here) == {ours[5]}


async def test_who_waits_for_a_yes_keeps_nobody_out(voice, tmp_path):
    async with world(tmp_path, copying(tmp_path), **MANY) as here:

        def ask_above(minutes):
            return lambda tx: tx.put_space("discord", "space", {spaces.CONFIRM: minutes})

        await here.app.store.write(ask_above(0.001))
        quotes = await asked(here, voice, 6)

        async def are_asked():
            return all([(await here.job(job)).awaits for job in quotes])

        await here.until(are_asked)
        await here.app.store.write(ask_above(60))
        (job,) = await asked(here, voice, 1, person=Person("else"))
        assert (await here.done(job)).tracks


async def test_all_of_a_long_line_end(voice, tmp_path):
    async with world(tmp_path, copying(tmp_path), **MANY) as here:
        jobs = [await here.done(job) for job in await asked(here, voice, 9)]
    assert all(job.tracks for job in jobs)


async def test_what_ends_badly_lets_the_next_one_in_as_well(voice, tmp_path):
    async with world(tmp_path, copying(tmp_path), **MANY) as here:
        gone = await asked(here, tmp_path / "nothing.wav", 5)
        good = await asked(here, voice, 2)
        assert [(await here.done(job)).outcome.code for job in gone] == [Code.FILE_GONE] * 5
        assert all([(await here.done(job)).tracks for job in good])
