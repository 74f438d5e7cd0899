"""Both providers in the built application, with every accident on the way."""

from datetime import timedelta

import pytest

from services import providing
from services.model import State
from services.problems import Code
from tests.fakes.world import an_ask
from tests.journeys.provider_room import SIDES, elsewhere, hurry, pitch, sound_of
from tests.wav import tone

OWN, OTHER = 600.0, 1500.0
NEAR = 5.0  # Hz
ALL = [
    ("musicgpt", "denoise"),
    ("musicgpt", "deecho"),
    ("musicgpt", "dereverb"),
    ("musicgpt", "stems"),
    ("noise_remover", "denoise"),
    ("noise_remover", "enhance"),
]


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    hurry(monkeypatch)


@pytest.fixture(params=["musicgpt", "noise_remover"])
async def side(request):
    async with SIDES[request.param]() as made:
        yield made


@pytest.fixture
def voice(tmp_path):
    path = tmp_path / "voice.wav"
    path.write_bytes(tone(300.0))
    return path


def chats(here):
    """What each chat was given at the end."""
    return {
        message["chat"]: message["parts"]
        for message in here.chat.messages().values()
        if message["tone"] == "done"
    }


def answers(here):
    return [one for one in here.chat.messages().values() if one["tone"] == "done"]


async def its_pitch(here, job, part="clean"):
    return pitch(await sound_of(here, job, part))


async def until_running(here, job_id):
    async def is_running():
        return (await here.job(job_id)).state is State.RUNNING

    await here.until(is_running)


@pytest.mark.parametrize("callbacks", [True, False], ids=["callbacks", "polling only"])
@pytest.mark.parametrize(("provider", "operation"), ALL)
async def test_every_operation_ends_in_its_chat_with_its_own_sound(
    provider, operation, callbacks, voice, tmp_path
):
    """AMB-10, AMB-24, NR-W-09, F24: without a public address polling alone brings it home."""
    async with (
        SIDES[provider]() as side,
        elsewhere(tmp_path, side, callbacks=callbacks) as here,
    ):
        jobs = {}
        for n, chat in enumerate(("left", "right"), 1):
            ask = an_ask(voice, operation, f"e{n}", f"p{n}", chat)
            (card,) = await here.app.desk.handle(ask)
            jobs[chat] = card.job
            handle = await side.submission(n)
            await until_running(here, card.job)
            await side.finish(handle, OWN if chat == "left" else OTHER)
            statuses = await side.call(handle)
            assert statuses == ([200] if callbacks else [])
        done = {chat: await here.done(job) for chat, job in jobs.items()}
        first = done["left"].recipe.parts[0]
        heard = {chat: await its_pitch(here, job, first) for chat, job in done.items()}
        given = chats(here)
    assert heard == pytest.approx({"left": OWN, "right": OTHER}, abs=NEAR)
    assert given == {chat: list(job.recipe.parts) for chat, job in done.items()}
    assert side.count == 2


async def test_a_callback_before_the_answer_to_the_submission(side, voice, tmp_path):
    """F25: RELIABILITY asks for it to be kept; here its ids are compared once they are known."""
    async with elsewhere(tmp_path, side) as here:
        job_id = await here.ask(voice, side.usual)
        handle = await side.submission()
        await side.finish(handle, OWN)
        await side.call(handle)
        job = await here.done(job_id)
        assert await its_pitch(here, job) == pytest.approx(OWN, abs=NEAR)
    assert side.count == 1


@pytest.mark.parametrize("times", [2, 10])
async def test_a_callback_that_comes_often_counts_once(side, times, voice, tmp_path):
    """AMB-30, MG-X-12, NR-W-08"""
    async with elsewhere(tmp_path, side) as here:
        job_id = await here.ask(voice, side.usual)
        handle = await side.submission()
        await until_running(here, job_id)
        await side.finish(handle, OWN)
        assert await side.call(handle, at_once=times) == [200] * times
        await here.done(job_id)
        assert await side.call(handle) == [200], "late, and nothing is done"
        assert len(answers(here)) == 1
        assert await here.spent() == pytest.approx(1.0, abs=0.6)


async def test_a_forged_and_a_malformed_callback_change_nothing(side, voice, tmp_path):
    """AMB-23"""
    async with elsewhere(tmp_path, side) as here:
        job_id = await here.ask(voice, side.usual)
        handle = await side.submission()
        await until_running(here, job_id)
        before = await here.job(job_id)
        forged, malformed = await side.call_forged(handle), await side.call_malformed(handle)
        after = await here.job(job_id)
        await side.finish(handle, OWN)
        await side.call(handle)
        job = await here.done(job_id)
        assert await its_pitch(here, job) == pytest.approx(OWN, abs=NEAR)
    assert (forged, malformed) == ([409], [400])
    assert (after.state, after.heard, after.ref) == (before.state, before.heard, before.ref)


async def test_news_of_an_earlier_attempt_that_comes_late_changes_nothing(voice, tmp_path):
    """F26: out of order, for the first submission's result was gone."""
    async with SIDES["musicgpt"]() as side:
        side.fail("download", "expired")
        async with elsewhere(tmp_path, side) as here:
            job_id = await here.ask(voice, "deecho")
            first = await side.submission()
            await side.finish(first, OTHER)
            second = await side.submission(2)
            assert await side.call(first) == [200]
            await side.finish(second, OWN)
            await side.call(second)
            job = await here.done(job_id)
            assert await side.call(first) == [200]
            assert await its_pitch(here, job) == pytest.approx(OWN, abs=NEAR)
            assert len(answers(here)) == 1


async def test_a_failure_after_the_success_changes_nothing(side, voice, tmp_path):
    """F26"""
    async with elsewhere(tmp_path, side) as here:
        job_id = await here.ask(voice, side.usual)
        handle = await side.submission()
        await side.finish(handle, OWN)
        await side.call(handle)
        job = await here.done(job_id)
        await side.give_up(handle)
        assert await side.call(handle) == [200]
        assert (await here.job(job_id)).outcome == job.outcome
        assert len(answers(here)) == 1


async def test_a_callback_that_lies_is_not_believed_while_the_provider_can_be_asked(
    side, voice, tmp_path
):
    """The callback is a poke: it says done, and the provider itself says not yet."""
    async with elsewhere(tmp_path, side) as here:
        job_id = await here.ask(voice, side.usual)
        handle = await side.submission()
        await until_running(here, job_id)
        status = handle.status
        await side.finish(handle, OTHER)
        handle.status = status  # what byId and /job say
        await side.call(handle)
        assert (await here.job(job_id)).outcome is None
        await side.finish(handle, OWN)
        job = await here.done(job_id)
        assert await its_pitch(here, job) == pytest.approx(OWN, abs=NEAR)


async def test_a_callback_after_a_cancel_changes_nothing(side, voice, tmp_path):
    """AMB-30, AMB-14, NR-X-02: who cancels pays what was begun, and nothing is delivered."""
    async with elsewhere(tmp_path, side) as here:
        job_id = await here.ask(voice, side.usual)
        handle = await side.submission()
        await until_running(here, job_id)
        await here.app.desk.handle(an_ask(voice, "cancel", "e2", job=job_id))
        await here.done(job_id)
        await side.finish(handle, OWN)
        assert await side.call(handle) == [200]
        job = await here.job(job_id)
        assert answers(here) == []
        assert await here.spent() == 1.0, "it was handed to somebody who charges"
    assert job.outcome.code is Code.CANCELLED


async def test_what_the_provider_gives_up_is_told(side, voice, tmp_path):
    async with elsewhere(tmp_path, side) as here:
        job_id = await here.ask(voice, side.usual)
        handle = await side.submission()
        await side.give_up(handle)
        job = await here.done(job_id)
        assert await here.spent() == 0
    assert job.outcome.code is Code.PROVIDER_FAILED


@pytest.mark.parametrize(
    ("kind", "times", "taken"),
    [
        pytest.param("429", 1, 1, id="F20: 429 with Retry-After"),
        pytest.param("500", 3, 1, id="F19: 500 three times"),
        pytest.param("503", 1, 1, id="503 once"),
        pytest.param("reset", 1, 1, id="F23: cut off after it was taken"),
    ],
)
async def test_a_submission_that_goes_wrong_is_made_good_and_paid_once(
    side, kind, times, taken, voice, tmp_path
):
    side.fail("submit", kind, times)
    async with elsewhere(tmp_path, side) as here:
        job_id = await here.ask(voice, side.usual)
        handle = await side.submission()
        await side.finish(handle, OWN)
        await side.call(handle)
        job = await here.done(job_id)
        assert await its_pitch(here, job) == pytest.approx(OWN, abs=NEAR)
    assert (side.count, job.doubles) == (taken, 0)


async def test_a_question_that_is_answered_503_is_no_second_submission(side, voice, tmp_path):
    side.fail("ask", "503", 3)
    async with elsewhere(tmp_path, side, callbacks=False) as here:
        job_id = await here.ask(voice, side.usual)
        await side.finish(await side.submission(), OWN)
        job = await here.done(job_id)
        assert await its_pitch(here, job) == pytest.approx(OWN, abs=NEAR)
    assert side.count == 1


@pytest.mark.parametrize("kind", ["truncated", "html", "redirect", "endless"])
async def test_a_result_that_comes_wrong_once_is_fetched_again(side, kind, voice, tmp_path):
    """F28"""
    side.fail("download", kind)
    async with elsewhere(tmp_path, side) as here:
        job_id = await here.ask(voice, side.usual)
        handle = await side.submission()
        await side.finish(handle, OWN)
        await side.call(handle)
        job = await here.done(job_id)
        assert await its_pitch(here, job) == pytest.approx(OWN, abs=NEAR)
    assert side.count == 1


@pytest.mark.parametrize("kind", ["redirect"])
async def test_a_result_that_always_comes_wrong_is_given_to_the_next(side, kind, voice, tmp_path):
    side.fail("download", kind, 5)
    async with elsewhere(tmp_path, side, local=True) as here:
        job_id = await here.ask(voice, side.usual)
        handle = await side.submission()
        await side.finish(handle, OTHER)
        await side.call(handle)
        job = await here.done(job_id)
        assert await here.spent() == 1.0
        left = [key async for key, _ in here.app.files.list("") if key.endswith(".raw")]
    assert (job.provider, side.count, left) == ("local", 1, [])


@pytest.mark.parametrize("kind", ["500", "credit", "refuses", "key"])
async def test_the_next_provider_delivers_and_it_is_paid_once(side, kind, voice, tmp_path):
    """Down, out of credit (NR-ERR-05), refusing this file, refusing the key."""
    side.fail("submit", kind, 4)
    async with elsewhere(tmp_path, side, local=True) as here:
        job = await here.done(await here.ask(voice, side.usual))
        assert await here.spent() == 1.0
        (answer,) = answers(here)
    assert (job.provider, side.count) == ("local", 0)
    assert "card-other-engine" in answer["lines"]


async def test_one_provider_takes_over_from_the_other(voice, tmp_path):
    async with SIDES["musicgpt"]() as first, SIDES["noise_remover"]() as second:
        first.fail("submit", "credit", 4)
        async with elsewhere(tmp_path, first, second) as here:
            job_id = await here.ask(voice, "denoise")
            handle = await second.submission()
            await until_running(here, job_id)
            await second.finish(handle, OWN)
            await second.call(handle)
            job = await here.done(job_id)
            assert await its_pitch(here, job) == pytest.approx(OWN, abs=NEAR)
            assert len(answers(here)) == 1
    assert (job.provider, job.passed, first.count) == ("noise_remover", ("MusicGPT",), 0)


async def test_an_expired_result_is_made_once_more_and_told(voice, tmp_path):
    """F27, NR-J-06, MG-E-17: links live as long as they like."""
    async with SIDES["musicgpt"]() as side:
        side.fail("download", "expired")
        async with elsewhere(tmp_path, side) as here:
            job_id = await here.ask(voice, "deecho")
            await side.finish(await side.submission(), OTHER)
            second = await side.submission(2)
            await side.finish(second, OWN)
            job = await here.done(job_id)
            assert await its_pitch(here, job) == pytest.approx(OWN, abs=NEAR)
    assert (side.count, job.last.code) == (2, Code.RESULT_GONE)


@pytest.mark.parametrize("kind", ["short", "silent"])
async def test_what_is_another_length_or_silent_is_not_delivered(kind, voice, tmp_path):
    """F28"""
    async with SIDES["musicgpt"]() as side:
        side.fail("download", kind, 2)
        async with elsewhere(tmp_path, side, local=True) as here:
            job_id = await here.ask(voice, "deecho")
            await side.finish(await side.submission(), OWN)
            job = await here.done(job_id)
    assert job.provider == "local"


async def test_a_removed_echo_comes_from_the_callback_where_byid_has_only_the_rest(voice, tmp_path):
    """MG-E-12: `echo` stands in the callback, and byId names one address (MG-X-03)."""
    async with SIDES["musicgpt"]() as side, elsewhere(tmp_path, side) as here:
        job_id = await here.ask(voice, "deecho", keep="both")
        handle = await side.submission()
        await until_running(here, job_id)
        await side.finish(handle, OWN)
        asked = len(side.fake.asked("byId"))

        async def is_asked():
            return len(side.fake.asked("byId")) > asked + 1

        await here.until(is_asked)  # the answer has only the rest, and is not taken for all
        await side.call(handle)
        job = await here.done(job_id)
        heard = [await its_pitch(here, job, part) for part in ("clean", "residual")]
    assert heard == pytest.approx([OWN, OWN + 100], abs=NEAR)


async def test_what_no_callback_brings_is_waited_for_only_for_a_while(voice, tmp_path, monkeypatch):
    monkeypatch.setattr(providing, "CALL_WITHIN", timedelta(milliseconds=100))
    async with SIDES["musicgpt"]() as side, elsewhere(tmp_path, side, local=True) as here:
        job_id = await here.ask(voice, "deecho", keep="both")
        await side.finish(await side.submission(), OWN)
        job = await here.done(job_id)
    assert (job.provider, [track.part for track in job.tracks]) == ("local", ["clean", "residual"])
