"""noise-remover.com's dialect, served: how often a key may ask, and what every answer tells."""

import pytest

from services import keys
from tests.adapters.api.engine import quick_room
from tests.adapters.api.room import Program, tone
from tests.fakes.clock import Clock

HEADERS = {
    "NR-R-03a": "X-RateLimit-Limit",
    "NR-R-03b": "X-RateLimit-Remaining",
    "NR-R-03c": "X-RateLimit-Reset",
}
WINDOW = 60  # seconds


@pytest.fixture
def clock():
    """Thirteen seconds into a minute, and it stays there."""
    clock = Clock()
    clock.turn(seconds=13)
    return clock


@pytest.fixture
async def still(tmp_path, clock):
    """A room that takes jobs and does not work on them."""
    async with quick_room(tmp_path, works=False, clock=clock) as room:
        yield room


async def asked(program, times, paths=("/usage",)):
    """The answers to so many questions, of each path in turn."""
    return [await program.remover("GET", paths[n % len(paths)]) for n in range(times)]


@pytest.mark.parametrize(
    ("plan", "most"),
    [
        pytest.param("api_dev", 60, id="NR-R-01 Dev"),
        pytest.param("api_pro", 120, id="NR-R-01 Pro"),
        pytest.param("api_business", 300, id="NR-R-01 Business"),
    ],
)
async def test_all_addresses_together_are_counted(still, plan, most):
    program = await still.program(plan=plan)
    told = await asked(
        program, most, ("/usage", "/jobs", "/job/job_0", "/nowhere", "/jobs?limit=x")
    )
    assert 429 not in {one.status for one in told}
    assert [one.headers["X-RateLimit-Remaining"] for one in told] == [
        str(left) for left in range(most - 1, -1, -1)
    ]
    over = await program.remover("GET", "/usage")
    assert (over.status, over.error) == (429, "rate_limit_exceeded")


async def test_who_asks_too_often_is_told_how_long_to_wait(still, clock):  # NR-R-02, NR-ERR-13
    program = await still.program(plan="api_dev")
    await asked(program, 60)
    over = await program.remover("GET", "/usage")
    assert over.status == 429
    assert over.headers["Retry-After"] == "47"
    assert over.headers["X-RateLimit-Remaining"] == "0"

    clock.turn(seconds=46)
    assert (await program.remover("GET", "/usage")).status == 429
    clock.turn(seconds=1)
    assert (await program.remover("GET", "/usage")).status == 200


async def test_a_file_that_is_sent_too_often_is_not_read(still):  # NR-R-02
    program = await still.program(plan="api_dev")
    await asked(program, 60)
    assert (await program.enhance()).status == 429
    assert await still.jobs() == []
    assert [key async for key, _ in still.app.files.list("")] == []


async def test_keys_are_counted_apart(still):  # NR-R-01
    one, other = await still.program("one", "api_dev"), await still.program("other", "api_dev")
    await asked(one, 61)
    assert (await other.remover("GET", "/usage")).headers["X-RateLimit-Remaining"] == "59"


async def test_keys_that_are_wrong_are_counted_by_address(still, clock):  # NR-R-02
    nobody = Program(still, "nr_live_sk_" + 43 * "a")
    assert {one.status for one in await asked(nobody, 60)} == {401}
    assert (await nobody.remover("GET", "/usage")).status == 429
    # Whoever has a key is not in the way of others at the same address.
    assert (await (await still.program()).remover("GET", "/usage")).status == 200
    clock.turn(seconds=WINDOW)
    assert (await nobody.remover("GET", "/usage")).status == 401


async def test_behind_a_proxy_wrong_keys_are_counted_by_who_knocks_there(still):  # NR-R-02
    nobody = Program(still, "nr_live_sk_" + 43 * "a")

    async def from_there(address):
        headers = {"X-Forwarded-For": address}
        return (await nobody.remover("GET", "/usage", headers=headers)).status

    assert {await from_there("203.0.113.1") for _ in range(60)} == {401}
    assert await from_there("203.0.113.1") == 429
    assert await from_there("203.0.113.2") == 401


async def test_what_is_left_goes_down_until_the_minute_is_over(still, clock):
    """NR-R-03a, NR-R-03b, NR-R-03c."""
    program = await still.program(plan="api_pro")
    told = await asked(program, 3)
    assert [one.headers["X-RateLimit-Limit"] for one in told] == ["120"] * 3
    assert [one.headers["X-RateLimit-Remaining"] for one in told] == ["119", "118", "117"]
    ends = int(clock.at.timestamp()) + 47
    assert {one.headers["X-RateLimit-Reset"] for one in told} == {str(ends)}


async def too_large(program, still):
    """Told before any of it is sent."""
    head = {"Content-Length": "250000000", "Content-Type": "multipart/form-data; boundary=b"}
    return await program.remover(
        "POST", "/enhance", headers=head, data=never(), expect100=True, chunked=None
    )


async def never():
    """Nothing of a large body."""
    for chunk in ():
        yield chunk


async def revoked(program, still):
    await still.app.store.write(lambda tx: keys.revoke(tx, "program", still.app.now()))
    return await program.remover("GET", "/usage")


async def too_often(program, still):
    await asked(program, 60)
    return await program.remover("GET", "/usage")


async def broken(program, still):
    """The storage falls over."""

    async def put(*given, **more):
        raise RuntimeError("a bug")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(still.app.files, "put", put)
        return await program.enhance()


def plainly(method, path):
    async def ask(program, still):
        return await program.remover(method, path)

    return ask


def sending(sound=None, **fields):
    async def ask(program, still):
        return await program.enhance(sound=sound, **fields)

    return ask


ANSWERS = [
    pytest.param(200, plainly("GET", "/usage"), id="200"),
    pytest.param(202, sending(), id="202"),
    pytest.param(400, sending(preset="loud"), id="400"),
    pytest.param(401, revoked, id="401"),
    pytest.param(403, sending(webhook_url="https://1.1.1.1/"), id="403"),
    pytest.param(404, plainly("GET", "/job/job_0"), id="404 no such job"),
    pytest.param(404, plainly("GET", "/nowhere"), id="404 no such address"),
    pytest.param(404, plainly("GET", ""), id="404 the base address"),
    pytest.param(404, plainly("GET", "/audio/download/job_0.wav"), id="404 download"),
    pytest.param(405, plainly("PUT", "/usage"), id="405"),
    pytest.param(405, plainly("HEAD", "/jobs"), id="405 HEAD"),
    pytest.param(413, too_large, id="413"),
    pytest.param(415, sending(sound=b"words and no sound"), id="415"),
    pytest.param(422, sending(sound=tone()[:100]), id="422"),
    pytest.param(429, too_often, id="429"),
    pytest.param(500, broken, id="500"),
]


@pytest.mark.parametrize(("status", "ask"), ANSWERS)
async def test_every_answer_says_where_the_key_stands(still, clock, status, ask):
    """NR-R-03a, NR-R-03b, NR-R-03c."""
    answer = await ask(await still.program(plan="api_dev"), still)
    assert answer.status == status
    limit, left, ends = (int(answer.headers[name]) for name in HEADERS.values())
    assert limit == 60
    assert 0 <= left <= 60
    assert ends == int(clock.at.timestamp()) + 47


async def test_a_sound_says_so_too(tmp_path):
    """NR-R-03a, NR-R-03b, NR-R-03c: a link needs no key, and tells of the one that it is for."""
    async with quick_room(tmp_path) as room:
        program = await room.program(plan="api_pro")
        job = await program.enhanced()
        got = await program.call("GET", job["download_url"])
        part = await program.call("GET", job["download_url"], headers={"Range": "bytes=0-9"})
    assert (got.status, part.status) == (200, 206)
    assert all(set(HEADERS.values()) <= set(one.headers) for one in (got, part))
    assert got.headers["X-RateLimit-Limit"] == "120"
