"""noise-remover.com: what it offers, and handing a clip over."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from services.model import Cost, Kind, Result, Shape, Unit
from services.problems import Code
from services.recipes import Cleanup, Format, Keep, Operation, Preset, Recipe, Strength
from tests.adapters.providers.noise_remover.desk import opened
from tests.adapters.providers.noise_remover.steps import CALLBACK, asked, problem_of, submitted
from tests.fakes.noise_remover import FakeNoiseRemover
from tests.fakes.noise_remover import Fault as Trouble


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


async def test_it_costs_money_needs_no_cores_and_names_its_hosts(desk, fake):
    provider = desk.provider
    assert (provider.name, provider.title) == ("noise_remover", "noise-remover.com")
    assert (provider.kind, provider.paid) == (Kind.WIRE, True)
    # Without encryption it is the operator's own, so results may come from there.
    assert provider.hosts == ("127.0.0.1", fake.origin.removeprefix("http://"))


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


async def test_what_is_refused_without_a_name_is_known_by_its_status(fake, desk):
    """NR-ERR-06, NR-ERR-10: a gateway in between may answer in its own words."""
    fake.fail("POST /enhance", Trouble(status=415, body=b"<html>"))
    await desk.provider.submit(desk.order())
    fake.fail("POST /enhance", Trouble(status=403, body=b"<html>"))
    await desk.provider.submit(desk.order(callback_url="https://sound.example/x"))
    assert [bool(job.webhook_url) for job in fake.accepted] == [False, False]
