"""Looking for a submission whose answer was lost.

Names like MG-X-13 are rows of the providers' contract.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.providers.musicgpt.finding import Unclear, created
from services.events import Accepted
from services.ports import Doubt
from services.problems import Code, Fault
from services.recipes import Operation
from tests.adapters.providers.musicgpt.orders import JOB, an_order
from tests.fakes.jobs import START
from tests.fakes.musicgpt import ALWAYS
from tests.fakes.musicgpt import Fault as Wrong

DOUBT = Doubt(START)


@pytest.fixture
async def lost(provider, fake):
    """A submission that was taken, but whose answer never came."""
    fake.fail("denoise", Wrong(swallow=True, reset=True))
    with pytest.raises(Fault) as caught:
        await provider.submit(an_order(token="job.token"))
    assert caught.value.problem.code is Code.PROVIDER_UNSURE
    return await fake.submitted()


async def unsure(provider, order=None, doubt=DOUBT) -> Code:
    with pytest.raises(Fault) as caught:
        await provider.find(order or an_order(), doubt)
    return caught.value.problem.code


def listing(fake, *entries):
    fake.fail("byUser", Wrong(200, {"success": True, "conversions": list(entries)}), times=ALWAYS)


def an_entry(number=1, **changes):
    told = {
        "task_id": f"t{number}",
        "conversion_id": f"c{number}",
        "conversion_type": "DENOISING",
        "status": "IN_QUEUE",
        "createdAt": START.isoformat(),
    }
    return {**told, **changes}


async def test_the_one_that_must_be_it_is_taken_for_it(provider, lost, clock):
    clock.turn(seconds=30)
    ref = f"{lost.task_id}/{lost.conversion_id}"
    patience = timedelta(minutes=10)
    assert await provider.find(an_order(), DOUBT) == Accepted(ref, clock.at, clock.at + patience)


async def test_the_question_is_as_documented(provider, fake):
    assert await provider.find(an_order(Operation.STEMS), DOUBT) is None
    [seen] = fake.asked("byUser")
    assert seen.query == {  # MG-X-13
        "limit": "100",
        "sortOrder": "desc",
        "startDate": "2026-03-01T11:55:00Z",
        "conversionType": "EXTRACTION",
    }
    assert seen.headers["authorization"] == fake.key


async def test_what_is_not_there_may_be_sent_again(provider, fake):
    assert await provider.find(an_order(), DOUBT) is None
    assert await provider.find(an_order(), replace(DOUBT, is_alone=False)) is None


@pytest.mark.parametrize(
    "marked",
    [
        pytest.param({"title": f"{JOB}-1.wav"}, id="the name of our upload"),
        pytest.param({"input": {"files": [f"uploads/{JOB}-1"]}}, id="somewhere below"),
        pytest.param({"webhook_url": "https://u.example/webhooks/musicgpt/job.token"}, id="token"),
    ],
)
async def test_what_bears_our_mark_is_ours_for_certain(provider, fake, marked):
    listing(fake, an_entry(1), an_entry(2, createdAt="?", **marked), an_entry(3))
    found = await provider.find(an_order(token="job.token"), replace(DOUBT, is_alone=False))
    assert found.ref == "t2/c2"


async def test_another_attempt_is_not_this_one(provider, fake):
    listing(fake, an_entry(1, title=f"{JOB}-12.wav"), an_entry(2, title=f"{JOB}-1.wav"))
    assert (await provider.find(an_order(), DOUBT)).ref == "t2/c2"


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(an_entry(createdAt="2026-03-01T11:54:59+00:00"), id="long before it"),
        pytest.param(an_entry(conversion_type="DEECHO"), id="of another type"),
        pytest.param(an_entry(7), id="another job of ours"),
    ],
)
async def test_what_cannot_be_it_is_passed_over(provider, fake, entry):
    listing(fake, entry)
    assert await provider.find(an_order(), replace(DOUBT, claimed={"t7/c7"})) is None


async def test_their_clock_may_be_a_little_slow(provider, fake):
    listing(fake, an_entry(createdAt="2026-03-01T11:59:58+00:00"))
    assert (await provider.find(an_order(), DOUBT)).ref == "t1/c1"


@pytest.mark.parametrize(
    ("entries", "is_alone"),
    [
        pytest.param([an_entry(1), an_entry(2)], True, id="two"),
        pytest.param([an_entry(1)], False, id="another is in doubt"),
        pytest.param([an_entry(1, createdAt="2026-03-01T11:59:57Z")], True, id="a slow clock"),
        pytest.param([an_entry(1, createdAt="yesterday")], True, id="no time"),
        pytest.param([an_entry(1, createdAt=None)], True, id="null for a time"),
        pytest.param([an_entry(1, task_id="a b")], True, id="an unsafe id"),
        pytest.param([an_entry(1, conversion_id="")], True, id="no id"),
        pytest.param([7], True, id="no entry"),
        pytest.param([an_entry(n, conversion_type="DEECHO") for n in range(100)], True, id="page"),
    ],
)
async def test_where_more_is_possible_nobody_can_say(provider, fake, entries, is_alone):
    listing(fake, *entries)
    assert await unsure(provider, doubt=replace(DOUBT, is_alone=is_alone)) is Code.PROVIDER_UNSURE


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        pytest.param(Wrong(404, "Not Found"), Code.PROVIDER_UNSURE, id="404"),
        pytest.param(Wrong(400, {"success": False, "error": "x"}), Code.PROVIDER_UNSURE, id="400"),
        pytest.param(Wrong(405), Code.PROVIDER_UNSURE, id="405"),
        pytest.param(Wrong(200, "<html>"), Code.PROVIDER_UNSURE, id="a page"),
        pytest.param(Wrong(200, {"success": True}), Code.PROVIDER_UNSURE, id="no list"),
        pytest.param(Wrong(200, {"success": False, "conversions": []}), Code.PROVIDER_UNSURE,
                     id="a no"),
        pytest.param(Wrong(500), Code.PROVIDER_DOWN, id="500"),
        pytest.param(Wrong(reset=True), Code.PROVIDER_DOWN, id="reset"),
        pytest.param(Wrong(401), Code.PROVIDER_KEY, id="401"),
        pytest.param(Wrong(429), Code.PROVIDER_BUSY, id="429"),
    ],
)  # fmt: skip
async def test_a_list_that_does_not_come_says_nothing(provider, fake, fault, code):
    fake.fail("byUser", fault, times=ALWAYS)
    assert await unsure(provider) is code


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-01T12:00:00Z",
        "2026-03-01T12:00:00",
        "2026-03-01 13:00:00+01:00",
        "2026-03-01T12:00:00.000Z",
        "Sun, 01 Mar 2026 12:00:00 GMT",
        1772366400,
        1772366400.0,
        1772366400000,
    ],
)
def test_times_are_read_in_every_usual_form(value):
    assert created(value) == datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("value", ["", "soon", None, [], float("nan"), 1e300, True, -1e18])
def test_other_times_say_nothing(value):
    with pytest.raises(Unclear):
        created(value)


async def test_where_a_callback_will_come_only_a_name_is_proof(provider, fake):
    """Others may use this key as well: what stands alone in the list may be theirs."""
    listing(fake, an_entry())
    asked = an_order(callback_url="https://sound.example/webhooks/musicgpt/token")
    assert await unsure(provider, asked) is Code.PROVIDER_UNSURE
