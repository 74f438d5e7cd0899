"""The job's life in the built application: with trouble of every kind."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from adapters.store.tx import SqlTx
from services import worker
from services.collecting import Collecting
from services.events import Accepted, Broke, GaveUp
from services.model import Address, State
from services.problems import Code, Fault, Problem, fault
from services.showing import Tone
from tests.fakes.desk import chunked
from tests.fakes.jobs import CLIP
from tests.fakes.provider import CopyProvider
from tests.fakes.world import PATIENCE, an_ask, plugin_of, world
from tests.wav import write_wav


@pytest.fixture
def voice(tmp_path):
    rng = np.random.default_rng(5)
    return write_wav(tmp_path / "voice.wav", rng.normal(0, 0.05, (1, 24_000)))


def copying(tmp_path, change=lambda provider: None):
    """The copying provider with one method replaced."""

    def make(tools):
        provider = CopyProvider(tools, tmp_path / "work.log")
        change(provider)
        return provider

    return (plugin_of("local", make),)


def refusing(tmp_path, submit):
    """Another provider, called "first", that does this instead of the work."""

    def make(tools):
        provider = CopyProvider(tools, tmp_path / "first.log")
        provider.name, provider.submit = "first", submit
        return provider

    return plugin_of("first", make)


async def test_a_recording_comes_back_clean_in_one_message(voice, tmp_path):
    async with world(tmp_path) as here:
        job = await here.done(await here.ask(voice, keep="both"))
    (message,) = here.chat.messages().values()
    assert (message["tone"], message["parts"]) == ("done", ["clean", "residual"])
    assert [track.seconds for track in job.outcome] == [0.5, 0.5]
    assert job.picture is not None


async def test_the_same_event_twice_is_one_job(voice, tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:
        first = await here.ask(voice, event="same")
        again = await here.ask(voice, event="same")
        await here.done(first)
        assert await here.spent() == 0.5
    assert first == again
    assert len(here.chat.messages()) == 1


async def test_what_is_no_sound_gets_a_sentence_costs_nothing_and_leaves_nothing(tmp_path):
    text = tmp_path / "song.mp3"
    text.write_text("This is not a song.\n" * 50)
    async with world(tmp_path, copying(tmp_path)) as here:
        job = await here.done(await here.ask(text))
        assert await here.spent() == 0
        left = [key async for key, _ in here.app.files.list("")]
    assert job.outcome.code in (Code.UNSUPPORTED_FORMAT, Code.UNREADABLE_AUDIO)
    assert left == []


async def test_a_cancel_while_the_provider_works_stops_it_and_gives_the_minutes_back(
    voice, tmp_path
):
    began, stopped = asyncio.Event(), asyncio.Event()

    async def endless(order):
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    providers = copying(tmp_path, lambda one: setattr(one, "submit", endless))
    async with world(tmp_path, providers) as here:
        job_id = await here.ask(voice)
        await asyncio.wait_for(began.wait(), PATIENCE)
        assert await here.spent() == 0.5
        await here.app.desk.handle(an_ask(voice, "cancel", "e2", job=job_id))
        job = await here.done(job_id)
        assert await here.spent() == 0
    assert stopped.is_set()
    assert job.outcome.code is Code.CANCELLED
    assert [one["tone"] for one in here.chat.messages().values()] == ["info"]


async def test_nobody_cancels_another_persons_job(voice, tmp_path):
    async with world(tmp_path, copying(tmp_path), works=False) as here:
        job_id = await here.ask(voice)
        with pytest.raises(Fault) as caught:
            stranger = an_ask(voice, "cancel", "e2", person="stranger", job=job_id)
            await here.app.desk.handle(stranger)
        assert caught.value.problem.code is Code.NOT_YOURS
        assert (await here.job(job_id)).outcome is None


async def test_minutes_that_do_not_reach_are_refused_before_any_work(voice, tmp_path):
    providers = copying(tmp_path)
    async with world(tmp_path, providers, quota={"user_minutes_per_day": 0}) as here:
        job = await here.done(await here.ask(voice))
        assert await here.spent() == 0
    assert job.outcome.code is Code.QUOTA_SPENT
    assert not (tmp_path / "work.log").exists()


async def test_two_jobs_at_the_edge_of_the_quota_only_one_passes(voice, tmp_path):
    limit = {"user_minutes_per_day": 0.75 / 60, "max_active_jobs_per_user": "unlimited"}
    async with world(tmp_path, copying(tmp_path), quota=limit) as here:
        jobs = [await here.ask(voice, event=f"e{n}") for n in range(4)]
        ended = [await here.done(job) for job in jobs]
        assert await here.spent() == 0.5
    assert [isinstance(job.outcome, tuple) for job in ended].count(True) == 1


async def test_another_provider_takes_over_when_one_refuses(voice, tmp_path):
    async def no_credit(order):
        raise fault(Code.PROVIDER_CREDIT)

    providers = (refusing(tmp_path, no_credit), *copying(tmp_path))
    async with world(tmp_path, providers) as here:
        job = await here.done(await here.ask(voice))
        assert await here.spent() == 0.5
    assert (job.provider, job.refused, isinstance(job.outcome, tuple)) == (
        "local",
        ("first",),
        True,
    )


async def test_a_provider_that_answers_later_is_asked_and_a_repeat_changes_nothing(voice, tmp_path):
    asked = []

    def remote(tools):
        provider = CopyProvider(tools, tmp_path / "work.log")
        work, results = provider.submit, {}

        async def submit(order):
            results["ref"] = await work(order)
            return Accepted("ref", here.app.now(), here.app.now() + timedelta(hours=1))

        async def ask(refs):
            asked.append(list(refs))
            return results

        provider.submit, provider.ask = submit, ask
        return provider

    async with world(tmp_path, (plugin_of("local", remote),)) as here:
        job = await here.done(await here.ask(voice))
        late = await here.app.journal.record(job.id, Broke(Problem(Code.PROVIDER_DOWN)), 0)
    assert asked == [["ref"]]
    assert (late, late.state) == (job, State.DONE)


async def test_a_chat_that_is_gone_ends_the_job_and_keeps_the_files(voice, tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:

        async def gone(*args):
            raise fault(Code.CHAT_GONE)

        job_id = await here.ask(voice)
        here.chat.post = here.chat.edit = gone
        job = await here.done(job_id)
        assert await here.spent() == 0.5, "the work was done"
        assert await here.app.files.size(job.outcome[0].key) > 0


async def test_an_answer_that_the_platform_refuses_for_a_while_arrives_once(
    voice, tmp_path, monkeypatch
):
    monkeypatch.setattr(worker, "PAUSE", timedelta(milliseconds=10))
    async with world(tmp_path, copying(tmp_path)) as here:
        post, refusals = here.chat.post, []

        async def refuse_for_a_while(address, card, key):
            if card.tone is Tone.WORKING:
                raise fault(Code.CHAT_FORBIDDEN)
            if len(refusals) < 4:
                refusals.append(key)
                raise fault(Code.INTERNAL)
            return await post(address, card, key)

        here.chat.post = refuse_for_a_while
        (card,) = await here.app.desk.handle(an_ask(voice))
        job = await here.done(card.job)
    assert isinstance(job.outcome, tuple)
    assert len(refusals) == 4
    assert [one["tone"] for one in here.chat.messages().values()] == ["done"]


async def test_a_queue_that_forgot_everything_loses_nothing(voice, tmp_path):
    async with world(tmp_path, copying(tmp_path), works=False) as here:
        job_id = await here.ask(voice)
    async with world(tmp_path, copying(tmp_path)) as here:
        assert isinstance((await here.done(job_id)).outcome, tuple)


async def test_files_go_when_their_time_is_over_and_the_card_says_so(voice, tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:
        job = await here.done(await here.ask(voice))
        assert await here.app.retention.purge() == 0
        assert await here.app.retention.purge(timedelta(0)) == 1
        assert [key async for key, _ in here.app.files.list("")] == []
        assert (await here.job(job.id)).purged
    assert [one["tone"] for one in here.chat.messages().values()] == ["info"]


async def test_a_job_is_forgotten_when_its_files_are_gone_and_its_minutes_are_not(voice, tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:
        job = await here.done(await here.ask(voice))
        await here.app.retention.forget(timedelta(0))
        assert await here.job(job.id) == job
        await here.app.retention.purge(timedelta(0))
        await here.app.retention.forget(timedelta(0))
        assert await here.job(job.id) is None
        assert await here.spent() == 0.5


async def test_again_works_on_the_kept_source_with_one_word_changed(voice, tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:
        first = await here.done(await here.ask(voice))
        (card,) = await here.app.desk.handle(
            an_ask(voice, "again", "e2", job=first.id, preset="podcast")
        )
        second = await here.done(card.job)
    assert second.recipe.preset == "podcast"
    assert second.clip.key == first.clip.key


async def test_a_step_whose_lease_cannot_be_renewed_is_stopped(voice, tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "RENEW", timedelta(milliseconds=20))
    renew, stopped = SqlTx.renew, asyncio.Event()
    submit, calls = CopyProvider.submit, []

    def fail_while_at_work(*args):
        if calls and not stopped.is_set():
            raise RuntimeError("the database went away")
        return renew(*args)

    monkeypatch.setattr(SqlTx, "renew", fail_while_at_work)

    async def slow_once(provider, order):
        calls.append(order)
        if len(calls) == 1:
            try:
                await asyncio.Event().wait()
            finally:
                stopped.set()
        return await submit(provider, order)

    monkeypatch.setattr(CopyProvider, "submit", slow_once)
    async with world(tmp_path, copying(tmp_path)) as here:
        job_id = await here.ask(voice)
        await asyncio.wait_for(stopped.wait(), PATIENCE)
        job = await here.done(job_id)
    assert isinstance(job.outcome, tuple)
    assert len(here.chat.messages()) == 1


async def test_a_stumble_while_collecting_repeats_no_work(voice, tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "PARKED", timedelta(milliseconds=10))
    collect, stumbles = Collecting.collect, iter([True])

    async def stumble_once(collecting, job):
        if next(stumbles, False):
            raise fault(Code.WORKER_DIED)
        return await collect(collecting, job)

    monkeypatch.setattr(Collecting, "collect", stumble_once)
    async with world(tmp_path, copying(tmp_path)) as here:
        job = await here.done(await here.ask(voice))
    assert isinstance(job.outcome, tuple)
    assert len((tmp_path / "work.log").read_text().splitlines()) == 1


async def test_a_job_whose_provider_is_switched_off_goes_to_another(voice, tmp_path):
    async def busy(order):
        raise fault(Code.PROVIDER_BUSY)

    async with world(tmp_path, (refusing(tmp_path, busy),)) as here:
        job_id = await here.ask(voice)

        async def was_refused():
            return (await here.job(job_id)).tries > 0

        await here.until(was_refused)
    async with world(tmp_path, copying(tmp_path)) as here:
        job = await here.done(job_id)
    assert isinstance(job.outcome, tuple)
    assert job.provider == "local"


async def test_what_nobody_offers_is_refused_at_once_with_what_there_is(voice, tmp_path):
    async with world(tmp_path) as here:
        with pytest.raises(Fault) as caught:
            await here.ask(voice, command="stems", stems="vocals, piano")
    problem = caught.value.problem
    assert (problem.code, problem.args["missing"]) == (Code.NOT_OFFERED, "piano")
    assert problem.args["served"] == "vocals, instrumental, bass, drums, other"


@pytest.mark.postgres
@pytest.mark.s3
async def test_the_same_life_on_postgresql_and_an_object_store(
    voice, tmp_path, postgres_url, s3_bucket
):
    bucket, storage = s3_bucket
    places = {
        "database_url": postgres_url,
        "storage_url": bucket,
        "storage": {
            "endpoint": storage.endpoint,
            "region": storage.region,
            "access_key": storage.access_key,
            "secret_key": storage.secret_key,
            "min_free_mb": 0,
        },
    }
    async with world(tmp_path, copying(tmp_path), **places) as here:
        job = await here.done(await here.ask(voice))
        assert await here.spent() == 0.5
        assert [track.seconds for track in job.outcome] == [0.5]


async def test_what_cannot_be_written_down_is_tried_again_after_a_pause(
    voice, tmp_path, monkeypatch
):
    async with world(tmp_path, copying(tmp_path), works=False) as here:
        job_id = await here.ask(voice)
        woken = []

        async def wake(job, *, at, kind, priority):
            woken.append(at)

        async def fail(self, *args):
            raise RuntimeError("the history does not take it")

        monkeypatch.setattr(type(here.app.queue), "wake", lambda self, *a, **k: wake(*a, **k))
        monkeypatch.setattr(type(here.app.journal), "record", fail)
        began = here.app.now()
        with pytest.raises(RuntimeError):
            await here.app.worker.step(job_id)
    assert [at >= began + worker.PAUSE for at in woken] == [True]


LONGEST_SECOND = {"quota": {"max_duration_minutes": 1 / 60}}


async def test_of_a_long_recording_a_part_may_be_asked_for(tmp_path):
    long = write_wav(tmp_path / "long.wav", np.zeros((1, 5 * 48_000)) + 0.1)
    async with world(tmp_path, copying(tmp_path), **LONGEST_SECOND) as here:
        part = await here.done(await here.ask(long, "denoise", "e1", **{"from": "2", "to": "2.8"}))
        whole = await here.done(await here.ask(long, "denoise", "e2"))
        rest = await here.done(await here.ask(long, "denoise", "e3", **{"from": "1"}))
    assert part.tracks
    assert whole.outcome.args == {"seconds": 5.0, "limit": 1.0}
    assert rest.outcome.args == {"seconds": 4.0, "limit": 1.0}


async def test_the_same_press_twice_is_under_way_even_at_the_limit(voice, tmp_path):
    limit = {"max_active_jobs_per_user": 1}
    async with world(tmp_path, copying(tmp_path), works=False, quota=limit) as here:
        job_id = await here.ask(voice)
        job = await here.job(job_id)
        made = replace(job, id="0" * 20, dedupe="discord:old:0", state=State.DONE)
        done = replace(
            made, outcome=Problem(Code.CANCELLED), done_at=job.created_at, source=job.source
        )
        key = "incoming/kept"
        await here.app.files.put(key, chunked(voice.read_bytes()))
        kept = replace(done, source=replace(job.source, key=key), clip=CLIP)
        await here.app.store.write(lambda tx: tx.add(kept))
        again = [
            here.app.desk.handle(an_ask(voice, "again", f"p{n}", job=kept.id)) for n in range(2)
        ]
        await here.app.journal.record(job_id, GaveUp(Problem(Code.CANCELLED)))
        found = await asyncio.gather(*again, return_exceptions=True)
    (refused,) = [one for one in found if isinstance(one, Fault)]
    assert refused.problem.code is Code.UNDER_WAY


async def test_where_others_read_along_only_what_was_asked_for_there_is_listed(voice, tmp_path):
    here_too, own = Address("discord", "space", "other"), Address("discord", "person-person", "own")
    secret = voice.rename(tmp_path / "secret.wav")
    async with world(tmp_path, copying(tmp_path)) as here:
        desk, listed = here.app.desk, {}
        (card,) = await desk.handle(replace(an_ask(secret), address=own))
        await here.done(card.job)
        for name, address in [("none", here_too), ("own", own)]:
            ask = replace(an_ask(secret, "jobs", f"e{name}"), address=address)
            (listed[name],) = await desk.handle(ask)
        await here.done(await here.ask(secret, event="e2"))
        (listed["one"],) = await desk.handle(
            replace(an_ask(secret, "jobs", "e3"), address=here_too)
        )
    keys = {name: [line.key for line in card.lines] for name, card in listed.items()}
    assert keys["none"] == ["jobs-none", "jobs-elsewhere"]
    assert keys["one"] == ["jobs-title", "jobs-line", "jobs-elsewhere"]
    assert keys["own"] == ["jobs-title", "jobs-line"]
    assert [len(listed[name].actions) for name in ("none", "one", "own")] == [0, 1, 1]
