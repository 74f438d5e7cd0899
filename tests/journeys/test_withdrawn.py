"""A job that its program deletes: everything of it goes, whatever happens meanwhile."""

from dataclasses import replace

import numpy as np
import pytest

from services.erasing import Erased
from services.events import GaveUp
from services.model import Ask, State
from services.problems import Code, Fault, Problem
from tests.fakes.world import HERE, an_ask, world
from tests.wav import write_wav


@pytest.fixture
def voice(tmp_path):
    rng = np.random.default_rng(5)
    return write_wav(tmp_path / "voice.wav", rng.normal(0, 0.05, (1, 24_000)))


def withdraw(job_id, person="person"):
    ask = an_ask("a.wav", "withdraw", person=person)
    return Ask("withdraw", {"job": job_id}, (), ask.person, HERE, "w1")


async def files_of(here):
    return [key async for key, _ in here.app.files.list("")]


async def test_what_is_done_goes_with_its_row(voice, tmp_path):
    async with world(tmp_path) as here:
        job = await here.done(await here.ask(voice))
        await here.app.desk.handle(withdraw(job.id))
        assert await here.job(job.id) is None
        assert await files_of(here) == []
        assert await here.spent() > 0, "what was used stays counted"


async def test_what_waits_goes_and_costs_nothing(voice, tmp_path):
    async with world(tmp_path, works=False) as here:
        job_id = await here.ask(voice)
        await here.app.journal.record(job_id, GaveUp(Problem(Code.WITHDRAWN)))
        assert (await here.job(job_id)).state is State.DELIVERING
    async with world(tmp_path) as here:
        await here.done(job_id)
        # As the next pass does after a crash.
        await here.app.forgetting.go_on()
        assert await here.job(job_id) is None
        assert await files_of(here) == []
        assert await here.spent() == 0


async def test_what_a_provider_cannot_be_asked_for_yet_is_gone_for_everybody(
    voice, tmp_path, monkeypatch
):
    """It is in the row, so that whoever goes on with it may be another process."""

    async def erase(job):
        return Erased(is_left=True)

    async with world(tmp_path) as here:
        job = await here.done(await here.ask(voice))
        monkeypatch.setattr(here.app.forgetting._erasing, "erase", erase)
        await here.app.desk.handle(withdraw(job.id))
        left = await here.job(job.id)
        assert (left.state, left.outcome) == (State.DONE, Problem(Code.WITHDRAWN))
        assert await files_of(here) == []
    async with world(tmp_path) as here:
        await here.app.forgetting.go_on()
        assert await here.job(job.id) is None
        assert await here.spent() > 0, "what was used stays counted"


async def test_nobody_withdraws_somebody_elses_job(voice, tmp_path):
    async with world(tmp_path) as here:
        job = await here.done(await here.ask(voice))
        with pytest.raises(Fault) as caught:
            await here.app.desk.handle(withdraw(job.id, "another"))
        assert caught.value.problem.code in (Code.NOT_YOURS, Code.NO_SUCH_JOB)
        assert (await here.job(job.id)).tracks


def looking(path, event="e1", **options):
    return replace(an_ask(path, event=event, **options), looks_first=True)


async def kept(here, path, event):
    """The ask with its sound in Files already, as a program's is."""
    ask = looking(path, event)
    key = f"incoming/{event}/source"

    async def data():
        yield path.read_bytes()

    await here.app.files.put(key, data())
    (source,) = ask.sources
    return replace(ask, sources=(replace(source, key=key),))


async def test_what_looks_first_is_told_at_once_what_is_wrong(tmp_path):
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF....WAVEno sound")
    async with world(tmp_path, works=False) as here:
        with pytest.raises(Fault) as caught:
            await here.app.desk.handle(await kept(here, broken, "e1"))
        assert caught.value.problem.code is Code.TRUNCATED
        assert await here.app.store.read(lambda tx: tx.jobs()) == []


async def test_what_looks_first_is_told_at_once_that_no_minutes_are_left(voice, tmp_path):
    quota = {"user_minutes_per_day": 0}
    async with world(tmp_path, works=False, quota=quota) as here:
        with pytest.raises(Fault) as caught:
            await here.app.desk.handle(await kept(here, voice, "e1"))
        assert caught.value.problem.code is Code.QUOTA_SPENT


async def test_what_looks_first_knows_its_length_before_any_work(voice, tmp_path):
    async with world(tmp_path, works=False) as here:
        (card,) = await here.app.desk.handle(await kept(here, voice, "e1"))
        assert (await here.job(card.job)).source.seconds == pytest.approx(0.5, abs=0.01)


async def test_an_ask_that_came_before_is_not_looked_at_again(voice, tmp_path):
    async with world(tmp_path, works=False) as here:
        ask = await kept(here, voice, "e1")
        (card,) = await here.app.desk.handle(ask)
        await here.app.files.delete("incoming/")
        (again,) = await here.app.desk.handle(ask)
        assert again.job == card.job
