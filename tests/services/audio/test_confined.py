"""What a child may do at all, tried from inside as by a file that got hold of it."""

import os
import socket
from datetime import timedelta

import pytest

from adapters.workers import open_workers
from adapters.workers.child import Child, Setup
from services.ports import SoundTask
from services.problems import Code, Fault
from tests.hostile.media import mp3

LONG = timedelta(seconds=60)
TASKS = "tests.hostile.escaping"
GIGABYTE = 1 << 30

ALWAYS = {"nice", "limits", "no_new_privileges", "dies_with_parent"}
"""What every kernel gives."""

FILES, CALLS, NETWORK, POWERS = "few_files", "fewer_system_calls", "no_network", "few_privileges"

ATTEMPTS = {
    "read a file": {FILES},
    "read it by another way": {FILES},
    "read the users": {FILES},
    "read the parent's secrets": {FILES},
    "look around": {FILES},
    "write a file": {FILES},
    "link a file": {FILES},
    "move a file": {FILES},
    "empty a file": {CALLS},
    "open a file to others": {CALLS},
    "give a file away": {CALLS, POWERS},
    "change its times": {CALLS},
    "call this machine": {CALLS, NETWORK},
    "make a socket": {CALLS},
    "fork": {CALLS},
    "run a program": {CALLS},
    "end the parent": {CALLS},
    "end a thread of the parent": {CALLS},
    "look into the parent": {CALLS},
    "limit the parent": {CALLS},
    "lift its own limits": {POWERS},
    "make a namespace": {CALLS},
    "mount": {CALLS, POWERS},
    "share memory": {CALLS},
    "call by other numbers": {CALLS},
    "remove a file": {FILES},
}
"""What is tried, and what prevents it; one of these is enough."""


@pytest.fixture
async def workers(tmp_path):
    private = tmp_path / "private"
    private.mkdir()
    async with open_workers(1, warm=False, folder=private, tasks=TASKS) as opened:
        yield opened


@pytest.fixture
def canary(tmp_path):
    path = tmp_path / "canary"
    path.write_text("somebody's voice")
    return path


async def test_what_every_kernel_gives_is_there(workers):
    await workers.run(SoundTask("allowed", ()), timeout=LONG)
    assert {name for name in ALWAYS if not workers.sandbox()[name]} == set()


@pytest.mark.parametrize("attempt", ATTEMPTS)
async def test_a_child_gets_out_nowhere(workers, canary, attempt):
    with socket.create_server(("127.0.0.1", 0)) as server:
        args = {"name": str(canary), "port": server.getsockname()[1], "only": [attempt]}
        answer = await workers.run(SoundTask("escape", (), args=args), timeout=LONG)
    active = {name for name, is_on in workers.sandbox().items() if is_on}
    if not ATTEMPTS[attempt] & active:
        pytest.skip(f"this kernel has none of {sorted(ATTEMPTS[attempt])}")
    assert answer == {attempt: False}
    assert canary.read_text() == "somebody's voice"


async def test_every_attempt_is_known_to_the_child(workers, canary):
    args = {"name": str(canary), "port": 1}
    answer = await workers.run(SoundTask("escape", (), args=args), timeout=LONG)
    assert answer.keys() == ATTEMPTS.keys()


async def test_a_child_has_limits(workers):
    said = await workers.run(SoundTask("allowed", ()), timeout=LONG)
    limits = {name: hard for name, (_soft, hard) in said["limits"].items()}
    assert limits["AS"] == GIGABYTE
    assert 0 < limits["FSIZE"] <= 16 * GIGABYTE
    assert limits["NOFILE"] <= 64
    assert limits["CORE"] == 0
    assert 0 < said["limits"]["CPU"][0] <= 2 * LONG.total_seconds() + 5
    assert said["status"]["NoNewPrivs"] == "1"


async def test_a_child_holds_no_power_but_to_write_compiled_code(workers):
    said = await workers.run(SoundTask("allowed", ()), timeout=LONG)
    if not workers.sandbox()[POWERS]:
        pytest.skip("this kernel does not let go of powers")
    assert int(said["status"]["CapEff"], 16) | 2 == 2


@pytest.fixture
async def child(tmp_path):
    started = await Child.start(Setup(GIGABYTE, TASKS, tmp_path))
    yield started
    await started.kill()


async def test_processor_time_is_bounded_even_where_nobody_watches_the_clock(child):
    task = SoundTask("spin", (), args={"seconds": 60})
    with pytest.raises(Fault) as raised:
        await child.do(task, 1, lambda _fraction: None)
    assert raised.value.problem.code is Code.TOOK_TOO_LONG


async def test_processor_time_is_counted_for_each_task(child):
    task = SoundTask("spin", (), args={"seconds": 0.8})
    for _ in range(4):
        assert await child.do(task, 1, lambda _fraction: None) == {}


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "[]",
        "{}",
        "[" * 50_000,
        '{"progress": "half"}',
        '{"progress": NaN}',
        '{"progress": 1e9}',
        '{"done": {}}',
        '{"done": 1, "memory": 1}',
        '{"fault": {"code": "nobody", "args": {}, "detail": ""}, "memory": 1}',
        '{"fault": {"code": [], "args": {}, "detail": ""}, "memory": 1}',
        '{"fault": {"code": "internal", "args": {"x": {"y": 1}}, "detail": ""}, "memory": 1}',
        '{"done": {"codec": "\\ud800"}, "memory": 1}',
        '{"done": {"seconds": Infinity}, "memory": 1}',
        '{"stopped": false, "memory": 1}',
    ],
)
async def test_a_child_that_talks_nonsense_is_ended_and_the_next_one_works(workers, text):
    before = await workers.run(SoundTask("me", ()), timeout=LONG)
    with pytest.raises(Fault) as raised:
        await workers.run(SoundTask("babble", (), args={"text": text}), timeout=LONG)
    assert raised.value.problem.code is Code.WORKER_DIED
    after = await workers.run(SoundTask("me", ()), timeout=LONG)
    assert after["process"] != before["process"]
    assert not os.path.exists(f"/proc/{before['process']}")


async def test_a_file_may_be_called_what_it_likes(workers, tmp_path, canary):
    for name in (f"concat:{canary.name}", "data:audio;base64,AAAA", "-i.wav", "pipe:0", "http:x"):
        (tmp_path / name).write_bytes(mp3())
        said = await workers.run(SoundTask("inspect", (tmp_path / name,)), timeout=LONG)
        assert said["codec"] == "mp3"
