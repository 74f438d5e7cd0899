"""The pretended MusicGPT keeps to its documents, and does what tests ask of it."""

import json

import aiohttp
import pytest
from aiohttp import web

from tests.fakes.clock import Clock
from tests.fakes.loopback import served
from tests.fakes.musicgpt import FakeMusicGpt, Fault, model, shapes

SOUND = b"RIFF a sound"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def fake(clock):
    async with FakeMusicGpt.running(now=clock) as running:
        yield running


@pytest.fixture
async def session(fake):
    async with aiohttp.ClientSession(headers={"Authorization": fake.key}) as opened:
        yield opened


@pytest.fixture
async def heard():
    """A place to be called back: its address, and the bodies that came."""
    bodies = []

    async def hear(request):
        bodies.append(await request.read())
        return web.Response(status=200)

    app = web.Application()
    app.router.add_post("/hook", hear)
    async with served(app) as origin:
        yield f"{origin}/hook", bodies


async def post(session, fake, path, **fields):
    form = aiohttp.FormData(default_to_multipart=True)
    for name, value in fields.items():
        form.add_field(name, value, filename="a.wav" if name == "audio_file" else None)
    async with session.post(f"{fake.base}/v1/{path}", data=form) as response:
        return response.status, await response.json()


async def a_task(session, fake, path="deecho", **fields):
    status, said = await post(session, fake, path, audio_file=SOUND, **fields)
    assert status == 200
    return fake.tasks[said["task_id"]]


@pytest.mark.parametrize("wording", [model.EITHER, model.BOTH])
async def test_without_a_sound_it_refuses_in_either_wording(fake, session, wording):
    fake.wording = wording
    refusal = (422, {"success": False, "error": wording})
    assert await post(session, fake, "denoise", audio_url="", webhook_url="") == refusal


@pytest.mark.parametrize("stems", ["vocals", '{"a": 1}', "[1]", '["Vocals"]', '["other"]'])
async def test_lists_of_names_are_checked(fake, session, stems):
    status, said = await post(session, fake, "Extraction", audio_url="https://a/b", stems=stems)
    assert (status, said["success"]) == (422, False)
    assert fake.tasks == {}


@pytest.mark.parametrize("stems", [None, "", "[]"])
async def test_no_stems_are_the_four_of_the_composite(fake, session, stems):
    given = {} if stems is None else {"stems": stems}
    task = await a_task(session, fake, "Extraction", **given)
    assert task.stems == ["drums", "bass", "piano", "guitar"]  # MG-X-08


async def test_paths_have_their_case(fake, session):
    assert (await post(session, fake, "extraction", audio_url="https://a/b"))[0] == 404
    fake.is_capital = True
    assert (await post(session, fake, "extraction", audio_url="https://a/b"))[0] == 200
    assert (await post(session, fake, "Extraction", audio_url="https://a/b"))[0] == 404


async def test_what_an_honest_client_does_not_do_is_written_down(fake, session):
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {fake.key}"}) as other:
        assert (await post(other, fake, "denoise", audio_url="https://a/b"))[0] == 401
    await post(session, fake, "denoise", audio_url="https://a/b", audio_file=SOUND, more="x")
    assert len(fake.broken) == 3


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"task_id": "t"},
        {"conversionType": "DEECHO"},
        {"conversionType": "Deecho", "task_id": "t"},
        {"conversionType": "DEECHO", "task_id": "t", "conversion_id": "c"},
    ],
)
async def test_a_question_needs_a_type_and_one_id(fake, session, query):
    async with session.get(f"{fake.base}/v1/byId", params=query) as response:
        assert response.status == 400


async def test_results_are_what_was_sent_unless_told_otherwise(fake, session):
    task = await a_task(session, fake)
    async with aiohttp.ClientSession() as stranger:
        async with stranger.get(task.url("no_echo")) as early:
            assert early.status == 403
        await fake.finish(task, {"echo": b"echo"})
        async with stranger.get(task.url("no_echo", "wav")) as clean:
            assert await clean.read() == SOUND
        async with stranger.get(task.url("echo")) as echo:
            assert (await echo.read(), echo.content_type) == (b"echo", "audio/mpeg")
    assert fake.broken == []


async def test_results_go_wrong_in_every_way(fake, session):
    task = await a_task(session, fake)
    await fake.finish(task)
    fake.fail(
        "results",
        Fault(403, "<Error><Code>AccessDenied</Code></Error>"),
        Fault(200, "<html>", {"Content-Type": "text/html"}),
        Fault(302, headers={"Location": "http://127.0.0.1:1/x"}),
        Fault(200, SOUND, cut=4),
        Fault(endless=10**10),
    )
    seen = []
    async with aiohttp.ClientSession() as stranger:
        for _ in range(3):
            async with stranger.get(task.url("echo"), allow_redirects=False) as response:
                seen.append(response.status)
        with pytest.raises(aiohttp.ClientError):
            async with stranger.get(task.url("echo")) as response:
                await response.read()
        async with stranger.get(task.url("echo")) as response:
            assert response.content_length == 10**10
            assert await response.content.readexactly(100_000) == bytes(100_000)
    assert seen == [403, 200, 302]


@pytest.mark.parametrize("shape", shapes.SHAPES)
async def test_callbacks_come_in_every_shape_as_often_as_wanted(fake, session, heard, shape):
    url, bodies = heard
    task = await a_task(session, fake, webhook_url=url)
    assert await fake.call_back(task, shape) == [200]
    assert await fake.call_back(task, shape, at_once=10, task_id="forged") == [200] * 10
    assert await fake.call_back(task, raw=b"not json") == [200]
    assert json.loads(bodies[0])["task_id"] == task.task_id
    assert json.loads(bodies[10])["task_id"] == "forged"
    assert bodies[11] == b"not json"


async def test_nobody_is_called_without_an_address(fake, session):
    assert await fake.call_back(await a_task(session, fake)) == []


async def test_it_can_finish_and_call_by_itself(fake, session, heard):
    url, bodies = heard
    fake.auto_finish, fake.auto_call = 2, "deecho"
    task = await a_task(session, fake, webhook_url=url)
    query = {"conversionType": "DEECHO", "task_id": task.task_id}
    states = []
    for _ in range(3):
        async with session.get(f"{fake.base}/v1/byId", params=query) as response:
            states.append((await response.json())["conversion"]["status"])
    assert states == ["IN_QUEUE", "COMPLETED", "COMPLETED"]
    assert len(bodies) == 1


async def test_the_list_is_cut_sorted_and_filtered(fake, session, clock):
    fake.shows_names = True
    tasks = []
    for path in ("deecho", "denoise", "deecho"):
        tasks.append(await a_task(session, fake, path))
        clock.turn(seconds=10)
    query = {"sortOrder": "desc", "conversionType": "DEECHO", "limit": "1"}
    async with session.get(f"{fake.base}/v1/byUser", params=query) as response:
        [entry] = (await response.json())["conversions"]
    assert entry["task_id"] == tasks[2].task_id
    query = {"startDate": tasks[1].created_at.isoformat()}
    async with session.get(f"{fake.base}/v1/byUser", params=query) as response:
        found = (await response.json())["conversions"]
    assert [one["task_id"] for one in found] == [one.task_id for one in tasks[1:]]


async def test_a_minute_has_sixty_conversions(fake, session, clock):
    for _ in range(60):
        await a_task(session, fake)  # MG-X-06
    fake.retry_after = "soon"
    async with session.post(f"{fake.base}/v1/deecho", data={"audio_url": "https://a/b"}) as no:
        assert (no.status, no.headers["Retry-After"]) == (429, "soon")
    assert fake.limited == ["deecho"]
    clock.turn(seconds=60)
    await a_task(session, fake)
