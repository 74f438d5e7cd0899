"""noise-remover.com as a provider, against a fake that speaks its document literally."""

import asyncio
import json
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from services.events import Accepted, Broke, Finished
from services.model import Cost, Kind, Result, Shape, Unit
from services.ports import Doubt
from services.problems import Code, Fault
from services.recipes import Cleanup, Format, Keep, Operation, Preset, Recipe, Strength
from tests.adapters.providers.desk import opened
from tests.adapters.providers.ticking import Time
from tests.fakes.clock import Clock
from tests.fakes.noise_remover import FakeNoiseRemover
from tests.fakes.noise_remover import Fault as Trouble

CALLBACK = "https://sound.example/webhooks/noise-remover/token"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def fake(clock):
    async with FakeNoiseRemover.running(clock) as fake:
        yield fake


@pytest.fixture
async def desk(fake, clock, tmp_path):
    time = Time(clock)
    async with time.passing(), opened(fake, tmp_path, time) as desk:
        yield desk


async def submitted(desk, **order):
    accepted = await desk.provider.submit(desk.order(**order))
    assert isinstance(accepted, Accepted)
    return accepted.ref


async def asked(desk, *refs):
    return await desk.provider.ask(dict.fromkeys(refs, Recipe(Operation.DENOISE)))


async def problem_of(doing):
    with pytest.raises(Fault) as caught:
        await doing
    return caught.value


# --- what it offers -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recipe", "offered"),
    [
        (Recipe(Operation.DENOISE), True),
        (Recipe(Operation.ENHANCE, Preset.MUSIC, format=Format.M4A), True),
        (Recipe(Operation.DENOISE, start=1, end=2), True),
        (Recipe(Operation.DEECHO), False),
        (Recipe(Operation.DEREVERB), False),
        (Recipe(Operation.STEMS), False),
        (Recipe(Operation.DENOISE, strength=Strength.STRONG), False),
        (Recipe(Operation.ENHANCE, strength=Strength.SOFT), False),
        (Recipe(Operation.DENOISE, keep=Keep.RESIDUAL), False),
        (Recipe(Operation.DENOISE, keep=Keep.BOTH), False),
        (Recipe(Operation.DENOISE, cleanup=(Cleanup.DEECHO,)), False),
    ],
)
async def test_it_offers_what_its_presets_decide(desk, recipe, offered):
    assert desk.provider.offers(recipe) is offered


async def test_it_costs_money_needs_no_cores_and_names_its_hosts(desk):
    provider = desk.provider
    assert (provider.name, provider.title) == ("noise_remover", "noise-remover.com")
    assert (provider.kind, provider.paid, provider.hosts) == (Kind.WIRE, True, ("127.0.0.1",))


# --- handing over ---------------------------------------------------------------------------------


async def test_a_clip_is_handed_over_as_the_document_says(fake, desk):
    """NR-T-02 multipart, NR-T-04 bearer key, NR-E-01 file, NR-E-27 metadata, NR-E-28 202."""
    ref = await submitted(desk, callback_url=CALLBACK)
    (call,) = fake.calls
    assert (call.method, call.path, call.status) == ("POST", "/enhance", 202)
    assert call.headers["Authorization"] == f"Bearer {fake.key}"
    assert call.headers["Content-Type"].startswith("multipart/form-data")
    assert call.fields == {
        "preset": "auto",
        "output_format": "flac",
        "metadata": '{"undertone":"token-1"}',
        "webhook_url": CALLBACK,  # NR-E-26, NR-W-01
    }
    job = fake.jobs[ref]
    assert job.data == desk.files.clip.read_bytes()
    assert job.metadata == {"undertone": "token-1"}


@pytest.mark.parametrize("preset", list(Preset), ids=lambda one: f"NR-E-12 {one}")
async def test_the_preset_is_always_sent(fake, desk, preset):
    await submitted(desk, recipe=Recipe(Operation.DENOISE, preset))
    assert fake.calls[0].fields["preset"] == preset.value


@pytest.mark.parametrize(
    ("wanted", "sent"),
    [
        (Format.WAV, "wav"),
        (Format.FLAC, "flac"),
        (Format.AIFF, "aiff"),
        (Format.MP3, "flac"),
        (Format.M4A, "flac"),
        (Format.OGG, "flac"),
        (None, "flac"),
    ],
)
async def test_what_comes_back_lost_nothing_there(fake, desk, wanted, sent):  # NR-E-19
    await submitted(desk, recipe=Recipe(Operation.ENHANCE, format=wanted))
    assert fake.calls[0].fields["output_format"] == sent


@pytest.mark.parametrize(
    ("container", "ending"),
    [
        pytest.param("mp3", "mp3", id="NR-E-02"),
        pytest.param("wav", "wav", id="NR-E-03"),
        pytest.param("flac", "flac", id="NR-E-04"),
        pytest.param("mov,mp4,m4a,3gp,3g2,mj2", "m4a", id="NR-E-05"),
        pytest.param("ogg", "ogg", id="NR-E-06"),
        pytest.param("aiff", "aiff", id="NR-E-07"),
        pytest.param("aac", "aac", id="NR-E-08"),
    ],
)
async def test_what_they_take_is_sent_as_it_is(fake, desk, container, ending):
    ref = await submitted(desk, clip={"container": container})
    assert fake.jobs[ref].name == f"{1:020x}-0.{ending}"
    assert desk.workers.tasks == []


@pytest.mark.parametrize(
    ("clip", "recipe"),
    [
        pytest.param({"container": "matroska,webm"}, Recipe(Operation.DENOISE), id="webm"),
        pytest.param({"container": "w64"}, Recipe(Operation.DENOISE), id="w64"),
        pytest.param({"bytes": 200_000_001}, Recipe(Operation.DENOISE), id="NR-E-11 too large"),
        pytest.param(
            {"container": "mov,mp4", "shape": Shape.VIDEO},
            Recipe(Operation.DENOISE),
            id="NR-E-09 NR-E-10 AMB-18 a film",
        ),
        pytest.param({}, Recipe(Operation.DENOISE, start=5), id="a stretch"),
    ],
)
async def test_everything_else_is_made_ready_first(fake, desk, clip, recipe):
    ref = await submitted(desk, clip=clip, recipe=recipe)
    assert fake.jobs[ref].name.endswith(".flac")
    assert fake.jobs[ref].data == b"fLaC made ready"


async def test_exactly_200_mb_go_as_they_are(fake, desk):  # NR-E-11
    await submitted(desk, clip={"bytes": 200_000_000})
    assert desk.workers.tasks == []


@pytest.mark.parametrize(
    ("estimate", "next_in", "given_up_in"),
    [
        (60, 65, 600),
        (0, 5, 600),
        (3600, 600, 3 * 3600),
        (400_000, 600, 12 * 3600),
    ],
)
async def test_it_is_asked_when_they_expect_to_be_done(
    fake, desk, clock, estimate, next_in, given_up_in
):
    """NR-E-36, NR-T-09, AMB-10: a callback or none, asking begins at the estimate and a margin."""
    fake.estimate = timedelta(seconds=estimate)
    accepted = await desk.provider.submit(desk.order())
    assert accepted.next_at == clock() + timedelta(seconds=next_in)
    assert accepted.deadline_at == clock() + timedelta(seconds=given_up_in)
    assert accepted.estimate == Cost(Decimal("1.00"), Unit.MINUTES)


ANSWER = {"job_id": "job_1", "status": "pending"}
HOUR_LATE = {"created_at": "2030-01-01T00:00:00Z", "estimated_completion": "2030-01-01T00:00:20Z"}


@pytest.mark.parametrize(
    ("more", "next_in"),
    [
        pytest.param({}, 60, id="nothing said"),
        pytest.param(HOUR_LATE, 25, id="their clock is wrong"),
        pytest.param({**HOUR_LATE, "created_at": "2031-01-01T00:00:00Z"}, 60, id="before it began"),
        pytest.param({**HOUR_LATE, "created_at": 5}, 60, id="no date"),
    ],
)
async def test_only_the_difference_of_their_times_counts(fake, desk, clock, more, next_in):
    fake.fail("POST /enhance", Trouble(status=202, body=json.dumps(ANSWER | more).encode()))
    accepted = await desk.provider.submit(desk.order())
    assert accepted.next_at == clock() + timedelta(seconds=next_in)


async def test_a_long_clip_is_waited_for_as_long_as_it_is(desk, clock):
    order = desk.order(clip={"seconds": 5400.0}, recipe=Recipe(Operation.DENOISE, end=1844.0))
    accepted = await desk.provider.submit(order)
    assert accepted.deadline_at == clock() + timedelta(seconds=5400)
    assert accepted.estimate.amount == Decimal("30.73")  # NR-J-04


async def test_a_callback_address_is_passed_on_as_it_was_decided(fake, desk):
    """AMB-28: whether plain http may be told to anybody is decided where the address is made."""
    await submitted(desk, callback_url="http://127.0.0.1:8080/webhooks/noise-remover/token")
    assert fake.calls[0].fields["webhook_url"].startswith("http://127.0.0.1:8080/")


async def test_no_progress_is_made_up(fake, desk):  # NR-J-08
    told = []
    ref = await submitted(desk, report=told.append)
    fake.start(ref)
    assert (await asked(desk, ref), told) == ({}, [])


async def test_without_callbacks_in_the_plan_none_is_asked_for(clock, tmp_path):  # NR-T-05
    async with (
        FakeNoiseRemover.running(clock, plan="dev") as fake,
        opened(fake, tmp_path) as desk,
    ):
        await submitted(desk, callback_url=CALLBACK)
        assert "webhook_url" not in fake.calls[0].fields


async def test_a_plan_that_refuses_callbacks_gets_the_clip_again_without(clock, tmp_path):
    """NR-ERR-06, F21: once, in the same attempt, and not asked for again."""
    async with (
        FakeNoiseRemover.running(clock, plan="dev") as fake,
        opened(fake, tmp_path, plan="business") as desk,
    ):
        await submitted(desk, callback_url=CALLBACK)
        await submitted(desk, number=2, callback_url=CALLBACK)
        assert [call.status for call in fake.calls] == [403, 202, 202]
        assert ["webhook_url" in call.fields for call in fake.calls] == [True, False, False]


async def test_a_plan_that_refuses_something_else_is_told(fake, desk):
    fake.fail("POST /enhance", Trouble("plan_restriction"), Trouble("plan_restriction"))
    error = await problem_of(desk.provider.submit(desk.order(callback_url=CALLBACK)))
    assert error.problem.code is Code.PROVIDER_PLAN
    assert len(fake.calls) == 2


async def test_a_refused_type_is_made_ready_and_sent_once_more(fake, desk):  # NR-ERR-10
    fake.fail("POST /enhance", Trouble("unsupported_format"))
    ref = await submitted(desk)
    assert fake.jobs[ref].data == b"fLaC made ready"
    assert [call.file_name[-4:] for call in fake.calls] == [".wav", "flac"] or len(fake.calls) == 2


async def test_what_was_made_ready_and_is_refused_is_not_sent_again(fake, desk):  # NR-ERR-10
    fake.fail("POST /enhance", Trouble("unsupported_format"), Trouble("unsupported_format"))
    error = await problem_of(desk.provider.submit(desk.order(clip={"container": "caf"})))
    assert (error.problem.code, len(fake.calls)) == (Code.PROVIDER_FAILED, 1)


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        pytest.param("invalid_request", Code.PROVIDER_FAILED, id="NR-ERR-01"),
        pytest.param("invalid_preset", Code.PROVIDER_FAILED, id="NR-ERR-02"),
        pytest.param("invalid_format", Code.PROVIDER_FAILED, id="NR-ERR-03"),
        pytest.param("unauthorized", Code.PROVIDER_KEY, id="NR-ERR-04"),
        pytest.param("payment_required", Code.PROVIDER_CREDIT, id="NR-ERR-05"),
        pytest.param("plan_restriction", Code.PROVIDER_PLAN, id="NR-ERR-06"),
        pytest.param("processing_timeout", Code.PROVIDER_TOO_LONG, id="NR-ERR-08"),
        pytest.param("file_too_large", Code.PROVIDER_TOO_LARGE, id="NR-ERR-09"),
        pytest.param("file_corrupted", Code.PROVIDER_FAILED, id="NR-ERR-11"),
        pytest.param("duration_exceeded", Code.PROVIDER_TOO_LONG, id="NR-ERR-12"),
        pytest.param("rate_limit_exceeded", Code.PROVIDER_BUSY, id="NR-ERR-13"),
        pytest.param("server_error", Code.PROVIDER_DOWN, id="NR-ERR-14"),
        pytest.param("service_unavailable", Code.PROVIDER_DOWN, id="NR-ERR-15"),
    ],
)
async def test_a_refused_submission_is_a_problem_of_ours(fake, desk, code, meant):
    fake.fail("POST /enhance", Trouble(code, headers={"Retry-After": "7"}))
    error = await problem_of(desk.provider.submit(desk.order()))
    assert error.problem.code is meant
    assert error.retry_after == timedelta(seconds=7)
    assert len(fake.calls) == 1


@pytest.mark.parametrize(
    ("trouble", "meant", "taken"),
    [
        (Trouble(status=202, body=b"<html>One moment</html>"), Code.PROVIDER_UNSURE, 0),
        (Trouble(status=202, body=b""), Code.PROVIDER_UNSURE, 0),
        (Trouble(status=202, body=b'{"job_id": "job_'), Code.PROVIDER_UNSURE, 0),
        (Trouble(status=202, body=b'{"job_id": "../x"}'), Code.PROVIDER_UNSURE, 0),
        (Trouble(status=200, body=b'{"success": false}'), Code.PROVIDER_UNSURE, 0),
        (Trouble(status=502, body=b"<html>", accept=True), Code.PROVIDER_UNSURE, 1),
        (Trouble(status=504, body=b"<html>", accept=True), Code.PROVIDER_UNSURE, 1),
        (Trouble(status=503, body=b"<html>"), Code.PROVIDER_DOWN, 0),
        (Trouble(status=500, body=b"<html>"), Code.PROVIDER_DOWN, 0),
        (Trouble(accept=True, cut=True), Code.PROVIDER_UNSURE, 1),
        (Trouble(status=302, headers={"Location": "http://127.0.0.1:9/"}), Code.PROVIDER_FAILED, 0),
    ],
    ids=[
        *("HTML", "empty", "truncated", "an unusable name", "no success", "502", "504", "503"),
        *("500", "cut after it was taken", "redirect"),
    ],
)
async def test_what_nobody_understands_is_never_a_second_submission(
    fake, desk, trouble, meant, taken
):
    """F22, F23."""
    fake.fail("POST /enhance", trouble)
    error = await problem_of(desk.provider.submit(desk.order()))
    assert error.problem.code is meant
    assert (len(fake.accepted), len(fake.calls)) == (taken, 1)


async def test_our_token_is_not_in_what_the_log_gets(fake, desk):
    body = {"job_id": 7, "metadata": {"undertone": "token-1"}}
    fake.fail("POST /enhance", Trouble(status=202, body=json.dumps(body).encode()))
    error = await problem_of(desk.provider.submit(desk.order()))
    assert (error.problem.code, "token-1" in str(error)) == (Code.PROVIDER_UNSURE, False)


async def test_a_job_that_is_done_at_once_is_done(fake, desk):
    done = ANSWER | {"status": "completed", "download_url": "https://noise-remover.com/a.wav"}
    fake.fail("POST /enhance", Trouble(status=200, body=json.dumps(done).encode()))
    finished = await desk.provider.submit(desk.order())
    assert finished.results == (Result("clean", url="https://noise-remover.com/a.wav"),)


async def test_a_job_that_failed_at_once_is_a_problem(fake, desk):
    body = json.dumps(ANSWER | {"status": "failed", "error_message": "No"}).encode()
    fake.fail("POST /enhance", Trouble(status=202, body=body))
    error = await problem_of(desk.provider.submit(desk.order()))
    assert (error.problem.code, error.problem.detail) == (Code.PROVIDER_FAILED, "No")


async def test_a_token_that_does_not_fit_is_never_sent(fake, desk):  # AMB-27, NR-E-27
    error = await problem_of(desk.provider.submit(desk.order(token="x" * 1000)))
    assert (error.problem.code, fake.calls) == (Code.INTERNAL, [])


# --- asking ---------------------------------------------------------------------------------------


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


# --- finding --------------------------------------------------------------------------------------


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


# --- cancelling and the account -------------------------------------------------------------------


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


# --- callbacks ------------------------------------------------------------------------------------


@pytest.mark.parametrize("reading", ["A", "B", "C"])
async def test_a_signed_callback_is_believed_and_its_reading_shown(fake, clock, tmp_path, reading):
    """AMB-09, NR-W-02, NR-W-05, NR-W-07: whatever it is that they sign."""
    async with opened(fake, tmp_path, signature_header="X-Signature") as desk:
        job = await fake.finish(await submitted(desk))
        body, headers = fake.webhooks.signed(job, reading=reading)
        said = desk.provider.read_callback(headers, body, None)
        assert (said.ref, said.token) == (job.id, "token-1")
        assert said.report.results == (Result("clean", url=fake.link(job)),)
        assert (await desk.provider.account())["callback signature"] == f"reading {reading}"


@pytest.mark.parametrize(
    "name", ["X-Signature", "X-Webhook-Signature", "X-Noise-Remover-Signature"]
)
async def test_a_signature_beside_the_body_is_looked_for_unasked(fake, desk, name):
    """AMB-09 (1)"""
    job = await fake.finish(await submitted(desk))
    fake.webhooks.header = name
    body, headers = fake.webhooks.signed(job, reading="B")
    assert desk.provider.read_callback(headers, body, None).report is not None


async def test_what_is_refused_without_a_name_is_known_by_its_status(fake, desk):
    """NR-ERR-06, NR-ERR-10: a gateway in between may answer in its own words."""
    fake.fail("POST /enhance", Trouble(status=415, body=b"<html>"))
    await desk.provider.submit(desk.order())
    fake.fail("POST /enhance", Trouble(status=403, body=b"<html>"))
    await desk.provider.submit(desk.order(callback_url="https://sound.example/x"))
    assert [bool(job.webhook_url) for job in fake.accepted] == [False, False]


async def test_a_signed_failure_is_believed(fake, desk):  # NR-W-02, NR-W-04
    job = await fake.break_off(await submitted(desk))
    body, headers = fake.webhooks.signed(job)
    said = desk.provider.read_callback(headers, body, None)
    assert (said.ref, said.report.problem.code) == (job.id, Code.PROVIDER_FAILED)


@pytest.mark.parametrize("secret", ["new", "old"])
async def test_both_secrets_are_good_while_changing(fake, tmp_path, secret):  # F45
    secrets = {"new": "new secret 0123456789", "old": "old secret 0123456789"}
    given = {"webhook_secret": secrets["new"], "webhook_secret_old": secrets["old"]}
    async with opened(fake, tmp_path, **given) as desk:
        job = await fake.finish(await submitted(desk))
        body, headers = fake.webhooks.signed(job, secret=secrets[secret])
        assert desk.provider.read_callback(headers, body, None).report is not None


@pytest.mark.parametrize(
    "how",
    [
        pytest.param({"secret": "a secret of somebody"}, id="forged"),
        pytest.param({"timestamp": "2026-03-01T10:59:59Z"}, id="NR-W-08 over an hour old"),
        pytest.param({"timestamp": "2026-03-01T12:05:01Z"}, id="from the future"),
        pytest.param({"timestamp": None}, id="without a time"),
        pytest.param({"timestamp": "0001-01-01T00:00:00Z"}, id="before all time"),
        pytest.param({"download_expires": "2026-03-01T11:59:59Z"}, id="AMB-11 NR-M-01 expired"),
        pytest.param({"download_url": None}, id="without a link"),
    ],
)
async def test_what_cannot_be_believed_is_only_a_reason_to_ask(fake, desk, how):
    """NR-W-06, NR-W-09, AMB-09, AMB-10: the callback is a hint, asking is the way."""
    job = await fake.finish(await submitted(desk))
    body, headers = fake.webhooks.signed(job, **how)
    said = desk.provider.read_callback(headers, body, None)
    assert (said.ref, said.report) == (job.id, None)
    assert job.id in await asked(desk, job.id)


async def test_an_honest_retry_within_the_hour_is_believed(fake, desk, clock):  # NR-W-08
    job = await fake.finish(await submitted(desk))
    body, headers = fake.webhooks.signed(job)
    clock.turn(minutes=59)
    assert desk.provider.read_callback(headers, body, None).report is not None


async def test_without_a_secret_nothing_is_believed(fake, tmp_path):
    async with opened(fake, tmp_path, webhook_secret=None) as desk:
        job = await fake.finish(await submitted(desk))
        body, headers = fake.webhooks.signed(job)
        assert desk.provider.read_callback(headers, body, None).report is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"<html>",
        b'{"event":"job.completed","status":"completed"}',
        b'{"event":"job.completed","job_id":"../x"}',
        b'{"event":"job.completed","job_id":5}',
        b'{"event":"job.failed","job_id":"a","status":"completed"}',
        b'{"event":"job.completed","job_id":"a","status":null}',
        b'{"event":"job.started","job_id":"a","status":"processing"}',
        b'{"job_id":"a","status":"completed"}',
        b'{"event":["job.completed"],"job_id":"a"}',
        b'{"event":"job.completed","job_id":"a","job_id":"b"}',
    ],
)
async def test_what_is_no_callback_of_theirs_is_refused(desk, body):
    with pytest.raises(ValueError):  # noqa: PT011 – its many sentences are for nobody
        desk.provider.read_callback({}, body, None)


async def test_a_packed_callback_is_refused(fake, desk):
    body, _ = fake.webhooks.signed(await fake.finish(await submitted(desk)))
    with pytest.raises(ValueError, match="packed"):
        desk.provider.read_callback({"content-ENCODING": "gzip"}, body, None)
