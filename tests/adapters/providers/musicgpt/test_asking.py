"""News of jobs: what byId says, and what a callback says.

Names like MG-X-01 are rows of the providers' contract.
"""

import asyncio
import json
from decimal import Decimal

import pytest

from services.events import Broke, Finished
from services.model import Cost, Result, Unit
from services.problems import Code, Fault
from services.recipes import Format, Keep, Operation, Recipe, Stem
from tests.adapters.providers.musicgpt.orders import an_order
from tests.fakes.musicgpt import ALWAYS, shapes
from tests.fakes.musicgpt import Fault as Wrong

DENOISE = Recipe(Operation.DENOISE, format=Format.WAV)
DEECHO = Recipe(Operation.DEECHO, format=Format.WAV, keep=Keep.BOTH)
STEMS = Recipe(Operation.STEMS, format=Format.WAV, stems=(Stem.VOCALS, Stem.DRUMS))


async def handed_over(provider, fake, recipe=DENOISE):
    given = {"stems": recipe.stems} if recipe.stems else {"keep": recipe.keep}
    accepted = await provider.submit(an_order(recipe.operation, **given))
    return accepted.ref, list(fake.tasks.values())[-1]


async def news(provider, ref, recipe=DENOISE):
    return (await provider.ask({ref: recipe})).get(ref)


async def silent(provider, ref, recipe=DENOISE) -> Code:
    with pytest.raises(Fault) as caught:
        await provider.ask({ref: recipe})
    return caught.value.problem.code


# --- byId -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        pytest.param(Operation.DENOISE, "DENOISING", id="MG-X-02 denoise"),
        pytest.param(Operation.DEECHO, "DEECHO", id="MG-X-02 deecho"),
        pytest.param(Operation.DEREVERB, "DEREVERB", id="MG-X-02 dereverb"),
        pytest.param(Operation.STEMS, "EXTRACTION", id="MG-X-02 extraction"),
    ],
)
async def test_a_question_has_the_type_and_one_id(provider, fake, operation, kind):
    recipe = Recipe(operation)
    ref, task = await handed_over(provider, fake, recipe)
    assert await provider.ask({ref: recipe}) == {}
    [seen] = fake.asked("byId")
    # MG-X-01, MG-C-11
    assert seen.query == {"conversionType": kind, "conversion_id": task.conversion_id}
    assert seen.headers["authorization"] == fake.key  # MG-C-03


async def test_done_is_told_with_results_and_cost(provider, fake):
    ref, task = await handed_over(provider, fake)
    await fake.finish(task)
    cost = Cost(Decimal("0.48"), Unit.CREDITS)  # MG-X-03, AMB-05: the final one
    done = Finished((Result("clean", url=task.url("no_noise")),), cost=cost)
    assert await news(provider, ref) == done  # AMB-24: at the first question
    assert await news(provider, ref) == done  # AMB-30: asking twice changes nothing


@pytest.mark.parametrize(
    ("shape", "recipe", "names"),
    [
        pytest.param("deecho", DEECHO, {"clean": "no_echo.wav", "residual": "echo.wav"},
                     id="deecho"),
        pytest.param("extraction", STEMS, {"vocals": "vocals.mp3", "drums": "drums.mp3"},
                     id="extraction"),
        pytest.param("maps", STEMS, {"vocals": "vocals.wav", "drums": "drums.wav"}, id="MG-X-11"),
        pytest.param("generic", DENOISE, {"clean": "no_noise.mp3"}, id="MG-X-03"),
        pytest.param("path", DENOISE, {"clean": "no_noise.wav"}, id="MG-X-20"),
        pytest.param("event", DENOISE, {"clean": "no_noise.mp3"}, id="MG-X-14"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_wrapped", [True, False], ids=["wrapped", "MG-X-20 bare"])
async def test_every_shape_of_an_answer_is_read(provider, fake, shape, recipe, names, is_wrapped):
    fake.answer_shape, fake.is_wrapped = shape, is_wrapped
    ref, task = await handed_over(provider, fake, recipe)
    await fake.finish(task)
    found = await news(provider, ref, recipe)
    told = {one.part: one.url.rpartition(f"{task.task_id}_")[2] for one in found.results}
    assert told == names


async def test_a_conversion_that_names_nothing_is_done_without_results(provider, fake):
    fake.fail("byId", Wrong(200, {"success": True, "conversion": {"status": "COMPLETED"}}))
    ref, _ = await handed_over(provider, fake)
    assert await news(provider, ref) == Finished(())


async def test_parts_that_are_missing_are_left_out(provider, fake):
    ref, task = await handed_over(provider, fake, DEECHO)
    await fake.finish(task)  # MG-X-03: one address only
    assert [one.part for one in (await news(provider, ref, DEECHO)).results] == ["clean"]


@pytest.mark.parametrize(
    "status", ["IN_QUEUE", "IN_PROGRESS", "pending", "processing", "PONDERING", ""]
)
async def test_what_is_under_way_is_no_news(provider, fake, status):
    ref, task = await handed_over(provider, fake)
    task.status = status  # MG-X-04, MG-X-14
    assert await provider.ask({ref: DENOISE}) == {}


@pytest.mark.parametrize("status", ["FAILED", "ERROR", "failed", "cancelled", "flagged"])
async def test_failures_are_told_with_their_reason(provider, fake, status):
    ref, task = await handed_over(provider, fake)
    await fake.break_off(task, "It is a fake.", status=status)
    broke = await news(provider, ref)  # AMB-29, MG-X-04, MG-X-21
    assert (broke.problem.code, broke.problem.detail) == (Code.PROVIDER_FAILED, "It is a fake.")


async def test_a_failure_for_want_of_credits_is_the_operators_business(provider, fake):
    ref, task = await handed_over(provider, fake)
    await fake.break_off(task, "Insufficient credits for https://x.example/signed?a=b")
    broke = await news(provider, ref)
    assert broke.problem.code is Code.PROVIDER_CREDIT
    assert broke.problem.detail == "Insufficient credits for <address>"


async def test_a_plain_no_is_a_failure(provider, fake):
    fake.fail("byId", Wrong(200, {"success": False, "error": "no"}))
    ref, _ = await handed_over(provider, fake)
    assert (await news(provider, ref)).problem.code is Code.PROVIDER_FAILED  # AMB-29


@pytest.mark.parametrize("status", [400, 404, 422])
async def test_an_id_that_is_not_known_is_asked_for_by_the_other(provider, fake, status):
    ref, task = await handed_over(provider, fake)
    fake.fail("byId", Wrong(status, {"success": False, "error": "Not found"}))
    await fake.finish(task)
    assert isinstance(await news(provider, ref), Finished)
    first, second = fake.asked("byId")
    assert set(first.query) == {"conversionType", "conversion_id"}  # MG-X-01: exactly one
    assert second.query == {"conversionType": "DENOISING", "task_id": task.task_id}


async def test_a_name_with_the_task_alone_can_be_asked_for(provider, fake):
    _, task = await handed_over(provider, fake)
    await fake.finish(task)
    assert isinstance(await news(provider, f"{task.task_id}/"), Finished)  # MG-X-09


async def test_what_neither_id_names_cannot_be_asked(provider, fake):
    assert await silent(provider, "task/conversion") is Code.PROVIDER_DOWN
    assert len(fake.asked("byId")) == 2


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        pytest.param(Wrong(500), Code.PROVIDER_DOWN, id="500"),
        pytest.param(Wrong(502), Code.PROVIDER_DOWN, id="502"),
        pytest.param(Wrong(504), Code.PROVIDER_DOWN, id="504"),
        pytest.param(Wrong(200, "<html>"), Code.PROVIDER_DOWN, id="a page"),
        pytest.param(Wrong(200), Code.PROVIDER_DOWN, id="nothing"),
        pytest.param(Wrong(200, '{"success": tr'), Code.PROVIDER_DOWN, id="half"),
        pytest.param(Wrong(200, [1]), Code.PROVIDER_DOWN, id="a list"),
        pytest.param(Wrong(200, {"conversion": {"task_id": "a b"}}), Code.PROVIDER_DOWN, id="ids"),
        pytest.param(Wrong(200, {"conversion": {"task_id": "other", "status": "COMPLETED"}}),
                     Code.PROVIDER_DOWN, id="AMB-23 another task"),
        pytest.param(Wrong(200, {"conversion_id": "other", "status": "FAILED"}),
                     Code.PROVIDER_DOWN, id="AMB-23 another conversion"),
        pytest.param(Wrong(reset=True), Code.PROVIDER_DOWN, id="reset"),
        pytest.param(Wrong(401), Code.PROVIDER_KEY, id="401"),
        pytest.param(Wrong(403), Code.PROVIDER_KEY, id="403"),
        pytest.param(Wrong(429), Code.PROVIDER_BUSY, id="MG-X-06 429"),
    ],
)  # fmt: skip
async def test_a_question_without_an_answer_is_a_fault(provider, fake, fault, code):
    ref, _ = await handed_over(provider, fake)
    fake.fail("byId", fault, times=ALWAYS)
    assert await silent(provider, ref) is code


async def test_one_question_that_fails_takes_no_news_from_the_others(provider, fake):
    first, task = await handed_over(provider, fake)
    await fake.finish(task)
    asked = {"unknown/one": DENOISE, first: DENOISE, "unknown/two": DEECHO}
    assert list(await provider.ask(asked)) == [first]


async def test_only_a_few_questions_are_under_way_at_once(provider, fake):
    fake.fail("byId", Wrong(hold=True), times=ALWAYS)
    asking = asyncio.create_task(provider.ask({f"t{n}/c{n}": DENOISE for n in range(12)}))
    await fake.held(8)
    assert len(fake.asked("byId")) == 8
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_nothing_to_ask_asks_nothing(provider, fake):
    assert await provider.ask({}) == {}
    assert fake.requests == []


async def test_two_hundred_questions_in_a_minute_are_the_most(fake, provider, clock):
    # MG-X-06, as the other side counts
    for n in range(200):
        fake._rates.take("byId")
        assert n < 200
    ref, _ = await handed_over(provider, fake)
    assert await silent(provider, ref) is Code.PROVIDER_BUSY
    clock.turn(seconds=61)
    assert await provider.ask({ref: DENOISE}) == {}


# --- the rest of the port -------------------------------------------------------------------------


async def test_cancelling_asks_nothing_of_them(provider, fake):
    await provider.cancel("task/conversion")  # MG-C-21: no way is documented
    assert fake.requests == []


async def test_the_account_shows_that_the_key_is_taken(provider, opened, fake):
    assert await provider.account() == {}  # MG-C-21: no usage endpoint
    fake.fail("byUser", Wrong(404, "Not Found"))
    assert list(await provider.account()) == ["list of conversions"]
    with pytest.raises(Fault, match="provider_key"):
        await (await opened(api_key="another")).account()
    fake.fail("byUser", Wrong(200, "<html>"))
    with pytest.raises(Fault, match="provider_down"):
        await provider.account()


# --- callbacks ------------------------------------------------------------------------------------


def said(provider, fields, recipe=DENOISE):
    # MG-C-20, MG-X-12: no header vouches for it, so none is looked at.
    return provider.read_callback({}, json.dumps(fields).encode(), recipe)


@pytest.mark.parametrize(
    ("shape", "recipe", "parts"),
    [
        pytest.param("deecho", DEECHO, ["clean", "residual"], id="MG-E-10 to MG-E-13"),
        pytest.param("deecho", DENOISE, ["clean"], id="MG-D-05 AMB-01 like deecho"),
        pytest.param("extraction", STEMS, ["vocals", "drums"], id="MG-S-38"),
        pytest.param("maps", STEMS, ["vocals", "drums"], id="MG-X-11"),
        pytest.param("event", DENOISE, ["clean"], id="MG-X-14"),
        pytest.param("path", DENOISE, ["clean"], id="MG-X-21"),
    ],
)
async def test_every_shape_of_a_callback_is_read(provider, fake, shape, recipe, parts):
    ref, task = await handed_over(provider, fake, recipe)
    callback = said(provider, shapes.SHAPES[shape](task), recipe)
    assert callback.ref == ref  # MG-E-08, MG-S-36
    assert [one.part for one in callback.report.results] == parts
    assert callback.token == ""


async def test_the_generic_callback_names_the_task_alone(provider, fake):
    _, task = await handed_over(provider, fake)
    callback = said(provider, shapes.generic(task))
    assert callback.ref == f"{task.task_id}/"  # MG-X-09
    assert callback.report.cost == Cost(Decimal("0.48"), Unit.CREDITS)


@pytest.mark.parametrize(
    ("cost", "read"),
    [
        pytest.param("0.48", Decimal("0.48"), id="AMB-04 MG-E-16"),
        pytest.param(5.0, Decimal("5.0"), id="AMB-04 AMB-05 MG-S-41"),
    ],
)
async def test_a_callback_says_the_final_cost(provider, fake, cost, read):
    _, task = await handed_over(provider, fake, DEECHO)
    fields = {**shapes.deecho(task), "conversion_cost": cost}
    assert said(provider, fields, DEECHO).report.cost == Cost(read, Unit.CREDITS)


@pytest.mark.parametrize("shape", ["refused", "flagged", "failed", "broken", "failed_event"])
async def test_every_failing_callback_is_read(provider, fake, shape):
    ref, task = await handed_over(provider, fake)
    task.reason = "It is a fake."
    callback = said(provider, shapes.SHAPES[shape](task))
    assert callback.ref == ref
    assert callback.report == Broke(callback.report.problem)  # AMB-29, MG-X-11, MG-X-21
    assert callback.report.problem.code is Code.PROVIDER_FAILED
    assert callback.report.problem.detail == "It is a fake."


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"success": True}, id="nothing said"),
        pytest.param({"status": "COMPLETED"}, id="done without a result"),
        pytest.param({"success": True, "no_noise": "files/x.wav"}, id="no address"),
        pytest.param({"success": True, "audio_path": "https://a.example/x.wav"}, id="AMB-21"),
        pytest.param({"status": "IN_PROGRESS", "audio_url": "https://a.example/x.wav"}, id="early"),
        pytest.param({"status": "PONDERING", "audio_url": "https://a.example/x"}, id="a new word"),
    ],
)
async def test_a_callback_without_a_usable_result_is_a_reason_to_ask(provider, fields):
    callback = said(provider, {"task_id": "t", "conversion_id": "c", **fields})
    assert (callback.ref, callback.report) == ("t/c", None)  # AMB-01: poll byId


async def test_a_callback_for_a_job_nobody_knows_tells_only_its_name(provider, fake):
    _, task = await handed_over(provider, fake)
    assert said(provider, shapes.deecho(task), None).report is None


async def test_a_callback_read_twice_says_the_same(provider, fake):
    _, task = await handed_over(provider, fake)
    assert said(provider, shapes.path(task)) == said(provider, shapes.path(task))  # AMB-30


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<html>", id="a page"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"{}", id="no ids"),
        pytest.param(b'{"conversion_id": "c"}', id="no task"),
        pytest.param(b'{"task_id": "../t", "conversion_id": "c"}', id="AMB-22 task"),
        pytest.param(b'{"task_id": "t", "conversion_id": "c/d"}', id="AMB-22 conversion"),
        pytest.param(b'{"task_id": 1, "conversion_id": 2}', id="AMB-22 numbers"),
        pytest.param(b'{"task_id": "t", "a":' + b"[" * 9 + b"]" * 9 + b"}", id="deep"),
        pytest.param(b"[" * 60_000, id="endlessly deep"),
    ],
)
async def test_a_callback_that_cannot_be_read_is_refused(provider, body):
    with pytest.raises(ValueError, match=r"\w"):
        provider.read_callback({}, body, DENOISE)
