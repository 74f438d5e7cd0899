"""noise-remover.com: news of jobs, finding one, cancelling, the account."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from services.events import Broke, Finished
from services.model import Cost, Result, Unit
from services.ports import Doubt
from services.problems import Code
from tests.adapters.providers.noise_remover.desk import opened
from tests.adapters.providers.noise_remover.steps import asked, problem_of, submitted
from tests.fakes.noise_remover import Fault as Trouble


async def test_a_completed_job_brings_its_link_and_its_price(fake, desk):
    """NR-J-02c, NR-J-03g, NR-J-04, NR-J-05, AMB-19."""
    ref = await submitted(desk)
    job = await fake.finish(ref)
    news = await asked(desk, ref)
    cost = Cost(Decimal(str(job.minutes)), Unit.MINUTES)
    assert news == {ref: Finished((Result("clean", url=fake.link(job)),), cost=cost)}
    assert fake.link(job).startswith(f"{fake.base_url}/audio/download/{ref}.flac?token=")


@pytest.mark.parametrize("state", ["pending", "processing", "paused"])
async def test_a_job_that_goes_on_is_no_news(fake, desk, state):  # NR-J-02a, NR-J-02b
    ref = await submitted(desk)
    fake.jobs[ref].status = state
    assert await asked(desk, ref) == {}


@pytest.mark.parametrize(
    ("message", "more", "code", "detail"),
    [
        ("No voice.", {}, Code.PROVIDER_FAILED, "No voice."),
        (None, {"error": {"message": "No voice."}}, Code.PROVIDER_FAILED, "No voice."),
        (None, {"error": "No voice."}, Code.PROVIDER_FAILED, "No voice."),
        (None, {}, Code.PROVIDER_FAILED, ""),
        (
            None,
            {"error": {"code": "duration_exceeded"}},
            Code.PROVIDER_TOO_LONG,
            "duration_exceeded",
        ),
    ],
    ids=["error_message", "error.message", "error text", "no word", "a code"],
)
async def test_a_failed_job_breaks_for_its_reason(fake, desk, message, more, code, detail):
    """NR-J-02d, NR-J-07, AMB-12."""
    ref = await submitted(desk)
    await fake.break_off(ref, message, **more)
    problem = (await asked(desk, ref))[ref].problem
    assert (problem.code, problem.detail) == (code, detail)


@pytest.mark.parametrize("envelope", ["", "jobs", "data", "items", "results"])
async def test_the_list_may_come_in_any_envelope(fake, desk, envelope):  # AMB-13, NR-L-02
    ref = await submitted(desk)
    fake.envelope = envelope
    await fake.finish(ref)
    assert ref in await asked(desk, ref)
    assert fake.asked("GET", "/job/") == []


async def test_a_list_that_nobody_can_read_is_no_end(fake, desk):  # AMB-13
    ref = await submitted(desk)
    fake.envelope = "elsewhere"
    await fake.finish(ref)
    assert ref in await asked(desk, ref)


@pytest.mark.parametrize("code", ["invalid_request", "job_not_found"])
async def test_where_the_list_is_refused_each_job_is_asked_for(fake, desk, code):
    refs = [await submitted(desk, number=n) for n in range(2)]
    await fake.finish(refs[0])
    fake.fail("GET /jobs", Trouble(code))
    assert list(await asked(desk, *refs)) == [refs[0]]
    fake.fail("GET /jobs", Trouble(code))
    error = await problem_of(desk.provider.find(desk.order(number=9), Doubt(fake.now())))
    assert error.problem.code is Code.PROVIDER_UNSURE


async def test_a_job_that_took_too_long_for_them_breaks(fake, desk):  # NR-ERR-08
    ref = await submitted(desk)
    fake.lists_links = False
    await fake.finish(ref)
    fake.fail("GET /job/{id}", Trouble("processing_timeout"))
    assert (await asked(desk, ref))[ref].problem.code is Code.PROVIDER_TOO_LONG


async def test_a_list_without_links_is_followed_by_a_question_for_the_one(fake, desk):
    ref, other = await submitted(desk), await submitted(desk, number=2)
    fake.lists_links = False
    await fake.finish(ref)
    assert list(await asked(desk, ref, other)) == [ref]
    assert [call.path for call in fake.asked("GET", "/job/")] == [f"/job/{ref}"]


async def test_everybody_who_waits_shares_one_question(fake, desk):
    """AMB-16, NR-R-04, NR-L-01a, NR-L-01b."""
    refs = [await submitted(desk, number=n) for n in range(30)]
    await fake.finish(refs[3])
    news = await asyncio.gather(*(asked(desk, ref) for ref in refs))
    assert [list(one) for one in news] == [[ref] if ref == refs[3] else [] for ref in refs]
    (call,) = fake.asked("GET")
    assert (call.path, call.query) == ("/jobs", {"limit": "100", "offset": "0"})


async def test_they_are_not_asked_more_often_than_every_three_seconds(fake, desk, clock):
    """NR-J-01."""
    ref = await submitted(desk)
    times = []
    for _ in range(4):
        await asked(desk, ref)
        times.append(clock())
    assert all(b - a >= timedelta(seconds=3) for a, b in pairwise(times))
    assert len(fake.asked("GET")) == 4


async def test_whoever_stops_waiting_takes_nothing_from_the_others(fake, desk):
    ref = await submitted(desk)
    await fake.finish(ref)
    await asked(desk, ref)
    impatient = asyncio.create_task(asked(desk, ref))
    patient = asyncio.create_task(asked(desk, ref))
    await asyncio.sleep(0)
    impatient.cancel()
    assert ref in await patient


async def test_older_jobs_stand_on_later_pages(fake, desk):
    """NR-L-01b, NR-L-01d: newest first, a hundred at a time."""
    refs = [await submitted(desk, number=n) for n in range(120)]
    await fake.finish(refs[0])
    assert refs[0] in await asked(desk, refs[0])
    assert [call.query["offset"] for call in fake.asked("GET", "/jobs")] == ["0", "100"]


@pytest.mark.parametrize(
    ("gone", "code"),
    [
        pytest.param("deleted", Code.RESULT_GONE, id="NR-ERR-07 deleted"),
        pytest.param("expired", Code.RESULT_GONE, id="NR-J-06 an hour is over"),
    ],
)
async def test_a_job_they_do_not_know_is_gone(fake, desk, clock, gone, code):
    ref, other = await submitted(desk), await submitted(desk, number=2)
    await fake.finish(ref)
    if gone == "deleted":
        del fake.jobs[ref]
    else:
        clock.turn(minutes=61)
    news = await asked(desk, ref, other)
    assert {name: said.problem.code for name, said in news.items()} == {ref: code}


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (Trouble("unauthorized"), Code.PROVIDER_KEY),
        (Trouble("server_error"), Code.PROVIDER_DOWN),
        (Trouble("service_unavailable"), Code.PROVIDER_DOWN),
        (Trouble("rate_limit_exceeded", headers={"Retry-After": "9"}), Code.PROVIDER_BUSY),
        (Trouble(status=200, body=b"<html>"), Code.PROVIDER_DOWN),
        (Trouble(status=200, body=b""), Code.PROVIDER_DOWN),
        (Trouble(status=200, body=b'{"jobs": [{"job_id"'), Code.PROVIDER_DOWN),
        (Trouble(status=502, body=b"<html>"), Code.PROVIDER_DOWN),
        (Trouble(status=404, body=b"<html>"), Code.PROVIDER_DOWN),
        (Trouble(cut=True), Code.PROVIDER_DOWN),
    ],
    ids=["401", "500", "503", "429", "HTML", "empty", "truncated", "502", "404 HTML", "cut"],
)
async def test_a_question_that_went_wrong_says_nothing_of_the_job(fake, desk, trouble, code):
    ref = await submitted(desk)
    # The client itself repeats a question whose connection was cut.
    fake.fail("GET /jobs", *[trouble] * (2 if trouble.cut else 1))
    assert (await problem_of(asked(desk, ref))).problem.code is code
    await fake.finish(ref)
    assert ref in await asked(desk, ref)


async def test_the_news_of_some_is_not_lost_over_others(fake, desk):
    refs = [await submitted(desk, number=n) for n in range(2)]
    fake.lists_links = False
    await fake.finish(refs[0])
    await fake.break_off(refs[1])
    fake.fail("GET /job/{id}", Trouble("server_error"))
    assert list(await asked(desk, *refs)) == [refs[1]]


async def test_a_lost_submission_is_found_by_its_token(fake, desk, clock):  # NR-E-34, NR-M-03
    began = clock()
    ref = await submitted(desk)
    await submitted(desk, number=2)
    found = await desk.provider.find(desk.order(), Doubt(began))
    assert (found.ref, len(fake.accepted)) == (ref, 2)


async def test_one_that_is_done_meanwhile_is_found_done(fake, desk, clock):
    began = clock()
    await fake.finish(await submitted(desk))
    assert isinstance(await desk.provider.find(desk.order(), Doubt(began)), Finished)


async def test_one_that_failed_meanwhile_is_found_and_fails_when_asked(fake, desk, clock):
    began = clock()
    ref = await submitted(desk)
    await fake.break_off(ref)
    assert (await desk.provider.find(desk.order(), Doubt(began))).ref == ref
    assert isinstance((await asked(desk, ref))[ref], Broke)


async def test_what_never_arrived_is_surely_not_there(fake, desk, clock):
    await submitted(desk, number=2)
    assert await desk.provider.find(desk.order(), Doubt(clock())) is None
    assert len(fake.asked("GET", "/job/")) == 0


async def test_only_as_far_back_as_it_can_be_is_looked(fake, desk, clock):
    for n in range(2, 120):
        await submitted(desk, number=n)
    clock.turn(minutes=30)
    assert await desk.provider.find(desk.order(), Doubt(clock())) is None
    assert len(fake.asked("GET", "/jobs")) == 1


async def test_a_list_without_metadata_is_followed_by_questions_for_each(fake, desk, clock):
    fake.lists_metadata = False
    await submitted(desk, number=3)
    clock.turn(minutes=30)
    began = clock()
    ref, claimed = await submitted(desk), await submitted(desk, number=2)
    found = await desk.provider.find(desk.order(), Doubt(began, claimed={claimed}))
    assert found.ref == ref
    assert [call.path for call in fake.asked("GET", "/job/")] == [f"/job/{ref}"]
    assert await desk.provider.find(desk.order(number=9), Doubt(began, {claimed})) is None


async def test_without_any_metadata_nobody_can_say(fake, desk, clock):
    began = clock()
    ref = await submitted(desk)
    fake.jobs[ref].metadata = None
    error = await problem_of(desk.provider.find(desk.order(), Doubt(began)))
    assert error.problem.code is Code.PROVIDER_UNSURE
    assert await desk.provider.find(desk.order(), Doubt(began, claimed={ref})) is None


async def test_a_list_that_cannot_be_read_settles_nothing(fake, desk, clock):
    fake.envelope = "elsewhere"
    error = await problem_of(desk.provider.find(desk.order(), Doubt(clock())))
    assert error.problem.code is Code.PROVIDER_UNSURE


async def test_when_they_cannot_be_asked_now_that_is_said(fake, desk, clock):
    fake.fail("GET /jobs", Trouble("service_unavailable"))
    error = await problem_of(desk.provider.find(desk.order(), Doubt(clock())))
    assert error.problem.code is Code.PROVIDER_DOWN


async def test_without_a_token_a_job_in_question_settles_nothing(desk, clock):
    assert await desk.provider.find(desk.order(token=""), Doubt(clock())) is None
    await submitted(desk)
    error = await problem_of(desk.provider.find(desk.order(token=""), Doubt(clock())))
    assert error.problem.code is Code.PROVIDER_UNSURE


async def test_a_cancelled_job_is_deleted_and_a_second_time_is_no_error(fake, desk):
    """NR-X-01, NR-X-02, AMB-14."""
    ref = await submitted(desk)
    await desk.provider.cancel(ref)
    await desk.provider.cancel(ref)
    assert [call.status for call in fake.asked("DELETE")] == [200, 404]
    assert fake.jobs == {}


async def test_a_cancel_that_went_wrong_is_told(fake, desk):
    fake.fail("DELETE /job/{id}", Trouble("server_error"))
    error = await problem_of(desk.provider.cancel(await submitted(desk)))
    assert error.problem.code is Code.PROVIDER_DOWN


async def test_a_name_that_is_none_of_theirs_never_reaches_a_path(fake, desk):  # AMB-22
    error = await problem_of(desk.provider.cancel("../usage"))
    assert (error.problem.code, fake.calls) == (Code.RESULT_GONE, [])


async def test_the_account_is_told_as_they_tell_it(desk):  # NR-U-01f, NR-T-06, AMB-20
    account = await desk.provider.account()
    assert account["plan"] == "api_pro"
    assert account["minutes_remaining"] == 4000
    assert account["overage_cost"] == "$0.00"
    assert "callback signature" not in account


async def test_the_account_of_a_refused_key_is_a_problem(fake, tmp_path):  # NR-T-04, NR-ERR-04
    async with opened(fake, tmp_path, api_key="nr_live_sk_revoked") as desk:
        error = await problem_of(desk.provider.account())
    assert error.problem.code is Code.PROVIDER_KEY
    assert "nr_live" not in str(error)
