"""The pretended noise-remover.com keeps to its document."""

from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web

from tests.fakes.clock import Clock
from tests.fakes.loopback import served
from tests.fakes.noise_remover import FakeNoiseRemover
from tests.fakes.noise_remover import Fault as Trouble
from tests.fakes.noise_remover.model import ERRORS

FILE = ("a.wav", b"RIFF sound")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def fake(clock):
    async with FakeNoiseRemover.running(clock, plan="dev") as fake:
        yield fake


class Client:
    """Asks with the right key."""

    def __init__(self, fake, session):
        self.fake = fake
        self.session = session

    async def __call__(self, method, path, **given):
        headers = {"Authorization": f"Bearer {self.fake.key}"} | given.pop("headers", {})
        url = path if "://" in path else self.fake.base_url + path
        async with self.session.request(
            method, url, headers=headers, allow_redirects=False, **given
        ) as answer:
            body = await answer.json() if "json" in answer.content_type else await answer.read()
            return answer.status, body, answer.headers

    async def submit(self, file=FILE, **fields):
        form = aiohttp.FormData(fields, default_to_multipart=True)
        if file:
            form.add_field("file", file[1], filename=file[0])
        return await self("POST", "/enhance", data=form)


@pytest.fixture
async def client(fake):
    async with aiohttp.ClientSession() as session:
        yield Client(fake, session)


@pytest.mark.parametrize(
    ("file", "fields", "code"),
    [
        (None, {}, "invalid_request"),
        (FILE, {"preset": "loud"}, "invalid_preset"),
        (FILE, {"output_format": "opus"}, "invalid_format"),
        (FILE, {"metadata": "no json"}, "invalid_request"),
        (FILE, {"metadata": '{"a":"' + "x" * 1024 + '"}'}, "invalid_request"),
        (FILE, {"speed": "2"}, "invalid_request"),
        (FILE, {"webhook_url": "https://x.example/"}, "plan_restriction"),
        (("a.webm", b"x"), {}, "unsupported_format"),
        (("a.wav", b""), {}, "file_corrupted"),
        (("a.wav", b"x" * 1001), {}, "file_too_large"),
    ],
)
async def test_what_is_wrong_is_refused_in_the_printed_shape(fake, client, file, fields, code):
    fake.most_bytes = 1000
    status, body, _ = await client.submit(file, **fields)
    error = body["error"]
    assert (status, error["code"], error["status"]) == (ERRORS[code], code, ERRORS[code])
    assert set(error) == {"code", "message", "status"}
    assert fake.accepted == []


@pytest.mark.parametrize("code", list(ERRORS))
async def test_every_row_of_the_table_can_be_had(fake, client, code):
    fake.fail("GET /usage", Trouble(code))
    status, body, _ = await client("GET", "/usage")
    assert (status, body["error"]["code"]) == (ERRORS[code], code)


@pytest.mark.parametrize("key", ["Bearer nr_live_sk_other", "nr_live_sk_x", "Basic x", ""])
async def test_only_its_key_opens_it(client, key):
    status, body, headers = await client("GET", "/usage", headers={"Authorization": key})
    assert (status, body["error"]["code"]) == (401, "unauthorized")
    assert headers["X-RateLimit-Limit"] == "60"


async def test_a_job_goes_from_pending_to_completed(fake, client, clock):
    status, job, _ = await client.submit(preset="call", metadata='{"a":"b"}')
    assert (status, job["status"], job["metadata"]) == (202, "pending", {"a": "b"})
    path = f"/job/{job['job_id']}"
    fake.start(job["job_id"])
    assert (await client("GET", path))[1]["status"] == "processing"
    await fake.finish(job["job_id"])
    told = (await client("GET", path))[1]
    assert (told["status"], told["preset"], told["output_format"]) == ("completed", "call", "wav")
    assert (await client("GET", told["download_url"]))[1] == FILE[1]
    clock.turn(hours=1)
    assert (await client("GET", told["download_url"]))[0] == 404
    assert (await client("GET", path))[1]["error"]["code"] == "job_not_found"


async def test_it_finishes_by_itself_after_so_many_questions(fake, client):
    fake.done_after = 2
    path = f"/job/{(await client.submit())[1]['job_id']}"
    states = [(await client("GET", path))[1]["status"] for _ in range(2)]
    assert states == ["processing", "completed"]


async def test_the_list_is_newest_first_and_cut_into_pages(fake, client):
    ids = [(await client.submit())[1]["job_id"] for _ in range(3)]
    await fake.break_off(ids[0])
    listed = (await client("GET", "/jobs", params={"limit": "2"}))[1]["jobs"]
    assert [job["job_id"] for job in listed] == [ids[2], ids[1]]
    listed = (await client("GET", "/jobs", params={"offset": "2"}))[1]["jobs"]
    assert [job["error_message"] for job in listed] == ["No voice found."]
    listed = (await client("GET", "/jobs", params={"status": "pending"}))[1]["jobs"]
    assert len(listed) == 2
    assert (await client("GET", "/jobs", params={"limit": "101"}))[0] == 400


@pytest.mark.parametrize(("window", "turned"), [("fixed", 60), ("sliding", 60)])
async def test_the_call_over_the_limit_is_refused_until_the_window_is_over(
    fake, client, clock, window, turned
):
    fake.rates.window = window
    for left in range(59, -1, -1):
        _, _, headers = await client("GET", "/usage")
        assert headers["X-RateLimit-Remaining"] == str(left)
    status, body, headers = await client("GET", "/usage")
    assert (status, body["error"]["code"]) == (429, "rate_limit_exceeded")
    assert headers["Retry-After"] == "60"
    assert fake.over_limit == 1
    clock.turn(seconds=turned)
    assert (await client("GET", "/usage"))[0] == 200


async def test_a_job_can_be_taken_and_the_answer_lost(fake, client):
    fake.fail("POST /enhance", Trouble(accept=True, cut=True))
    with pytest.raises(aiohttp.ClientError):
        await client.submit()
    assert len(fake.accepted) == 1
    assert fake.calls[0].status == 0


@pytest.mark.parametrize(
    ("trouble", "status"), [("redirect", 302), ("html", 200), ("empty", 200), ("503", 503)]
)
async def test_downloads_go_wrong_as_told(fake, client, trouble, status):
    job = await fake.finish((await client.submit())[1]["job_id"])
    fake.downloads.trouble.append(trouble)
    assert (await client("GET", fake.link(job)))[0] == status
    assert (await client("GET", fake.link(job)))[1] == FILE[1]


@pytest.mark.parametrize("trouble", ["truncated", "endless"])
async def test_downloads_end_early_or_never(fake, client, trouble):
    job = await fake.finish((await client.submit())[1]["job_id"])
    fake.downloads.trouble.append(trouble)
    async with client.session.get(fake.link(job)) as answer:
        assert int(answer.headers["Content-Length"]) > 5
        if trouble == "truncated":
            with pytest.raises(aiohttp.ClientError):
                await answer.read()


async def test_a_link_without_its_token_opens_nothing(fake, client):
    job = await fake.finish((await client.submit())[1]["job_id"])
    assert (await client("GET", fake.link(job)[:-1]))[0] == 401


@pytest.mark.parametrize(("times", "heard"), [(0, 0), (1, 1), (2, 2)])
async def test_callbacks_come_as_often_as_told(clock, times, heard):
    bodies = []

    async def hear(request):
        bodies.append(await request.read())
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", hear)
    async with (
        served(app) as origin,
        FakeNoiseRemover.running(clock) as fake,
        aiohttp.ClientSession() as session,
    ):
        fake.webhooks.times = times
        _, job, _ = await Client(fake, session).submit(webhook_url=f"{origin}/hook")
        clock.turn(seconds=52)
        done = await fake.finish(job["job_id"])
        assert len(bodies) == heard
        assert done.completed_at == clock() - timedelta(0)
        await fake.webhooks.post(f"{origin}/hook", b"forged")
        assert bodies[heard:] == [b"forged"]
        assert fake.webhooks.sent[-1] == (b"forged", 200)
