"""Port Workers: what every implementation must guarantee, tried on real child processes."""

import asyncio
import os
import random
import socket
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.workers import lane, open_workers
from services.ports import SoundTask
from services.problems import Code, Fault
from tests.hostile import bad, sounds

LONG = timedelta(seconds=60)


@pytest.fixture
async def workers(tmp_path):
    folder = tmp_path / "workers"
    folder.mkdir()
    async with open_workers(1, warm=False, folder=folder, tasks="tests.hostile.tasks") as opened:
        yield opened
    assert not list(folder.iterdir())


@pytest.fixture
def file(tmp_path):
    """Writes a file and gives its path."""

    def write(data, name="input"):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


async def refused(workers, task, timeout=LONG):
    with pytest.raises(Fault) as raised:
        await workers.run(task, timeout=timeout)
    return raised.value.problem


async def me(workers):
    return await workers.run(SoundTask("me", ()), timeout=LONG)


async def test_a_task_gets_its_files_and_gives_plain_values(workers, file, tmp_path):
    outputs = [tmp_path / "a", tmp_path / "b"]
    task = SoundTask("copy", [file(b"one", "1"), file(b"two", "2")], outputs, {"x": [1, None]})
    assert await workers.run(task, timeout=LONG) == {"bytes": 6, "args": {"x": [1, None]}}
    assert [path.read_bytes() for path in outputs] == [b"onetwo", b"onetwo"]


async def test_progress_is_told(workers, file, tmp_path):
    told = []
    task = SoundTask("copy", [file(b"one")], [tmp_path / "a"])
    await workers.run(task, timeout=LONG, progress=told.append)
    assert [each.fraction for each in told] == [1.0]


async def test_what_a_task_says_of_bad_input_arrives_whole(workers):
    problem = await refused(workers, SoundTask("complain", (), args={"seconds": 90}))
    assert problem.code is Code.TOO_LONG
    assert problem.args == {"seconds": 90, "limit": 60}
    assert problem.detail == "said the task"


@pytest.mark.parametrize("death", ["segfault", "leave"])
async def test_a_crash_fails_one_task_and_the_next_one_works(workers, death):
    before = await me(workers)
    problem = await refused(workers, SoundTask(death, ()))
    assert problem.code is Code.WORKER_DIED
    assert (await me(workers))["process"] != before["process"]


async def test_a_child_cannot_eat_the_memory_of_the_machine(workers):
    problem = await refused(workers, SoundTask("eat", ()))
    assert problem.code is Code.WORKER_DIED


async def test_a_stumble_is_ours_and_costs_no_child(workers):
    before = await me(workers)
    problem = await refused(workers, SoundTask("stumble", ()))
    assert problem.code is Code.INTERNAL
    assert "KeyError" in problem.detail
    assert (await me(workers))["process"] == before["process"]


async def test_past_the_timeout_the_child_is_killed(workers, tmp_path):
    before = await me(workers)
    task = SoundTask("hang", (), [tmp_path / "out"])
    problem = await refused(workers, task, timedelta(seconds=2))
    assert problem.code is Code.TOOK_TOO_LONG
    assert (tmp_path / "out").read_bytes() == b"at work"
    assert (await me(workers))["process"] != before["process"]
    assert not Path(f"/proc/{before['process']}").exists()


async def started(workers, task):
    """A running task, after its first sign of life."""
    begun = asyncio.Event()
    running = asyncio.create_task(
        workers.run(task, timeout=LONG, progress=lambda _progress: begun.set())
    )
    await begun.wait()
    return running


async def test_a_cancelled_task_stops_and_its_child_goes_on(workers, monkeypatch):
    monkeypatch.setattr(lane, "GRACE_SECONDS", 20.0)
    before = await me(workers)
    running = await started(workers, SoundTask("obey", ()))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (await me(workers))["process"] == before["process"]


async def test_a_child_that_does_not_stop_is_killed(workers, tmp_path):
    before = await me(workers)
    task = SoundTask("hang", (), [tmp_path / "out"])
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(2):
            await workers.run(task, timeout=LONG)
    assert (await me(workers))["process"] != before["process"]


async def test_a_broken_listener_does_not_spoil_the_child(workers, monkeypatch):
    monkeypatch.setattr(lane, "GRACE_SECONDS", 20.0)
    before = await me(workers)
    with pytest.raises(ZeroDivisionError):
        await workers.run(SoundTask("obey", ()), timeout=LONG, progress=lambda _progress: 1 // 0)
    assert (await me(workers))["process"] == before["process"]


async def test_a_missing_input_is_said_and_costs_no_child(workers, tmp_path):
    before = await me(workers)
    with pytest.raises(FileNotFoundError):
        await workers.run(SoundTask("inspect", [tmp_path / "nothing"]), timeout=LONG)
    assert (await me(workers))["process"] == before["process"]


async def test_a_quick_task_does_not_wait_behind_a_long_one(tmp_path, file):
    async with open_workers(1, warm=False, folder=tmp_path, tasks="tests.hostile.heavy") as workers:
        running = await started(workers, SoundTask("clean", ()))
        task = SoundTask("inspect", [file(sounds.encoded(sounds.tone()))])
        assert (await workers.run(task, timeout=LONG))["seconds"] == 1.0
        assert not running.done()
        running.cancel()


async def test_a_child_knows_nothing_and_has_a_folder_of_its_own(workers, monkeypatch):
    monkeypatch.setenv("UNDERTONE_TELEGRAM__TOKEN", "secret")
    child = await me(workers)
    assert child["secrets"] == []
    assert child["nice"] >= 10
    assert Path(child["folder"]).is_dir()
    assert Path(child["folder"]).stat().st_mode & 0o077 == 0


async def test_a_child_reaches_nobody(workers):
    with socket.create_server(("127.0.0.1", 0)) as server:
        task = SoundTask("call_out", (), args={"port": server.getsockname()[1]})
        answer = await workers.run(task, timeout=LONG)
    assert answer["reached"] is not workers.sandbox()["no_network"]


async def test_a_child_starts_no_program(workers):
    answer = await workers.run(SoundTask("start_program", ()), timeout=LONG)
    assert answer["started"] is not workers.sandbox()["fewer_system_calls"]


async def test_a_child_opens_no_file_by_name(workers, file):
    task = SoundTask("read_name", (), args={"name": str(file(b"somebody's voice"))})
    answer = await workers.run(task, timeout=LONG)
    assert (answer["read"] == 0) is workers.sandbox()["few_files"]


async def test_a_hundred_bad_files_leave_nothing_behind(workers, file):
    good = sounds.encoded(sounds.tone(0.2), wanted="mp3")
    dice = random.Random(3)
    await me(workers)
    before, ours = await me(workers), len(os.listdir("/proc/self/fd"))
    for n in range(100):
        bent = bad.flipped(good, n) if n % 2 else dice.randbytes(3_000)
        task = SoundTask("inspect", [file(bent)])
        await asyncio.gather(workers.run(task, timeout=LONG), return_exceptions=True)
    after = await me(workers)
    assert after["files"] == before["files"]
    # Other children of this process may have ended meanwhile.
    assert len(os.listdir("/proc/self/fd")) <= ours


async def test_a_playlist_never_opens_what_it_names(workers, file, tmp_path):
    canary = file(sounds.encoded(sounds.tone(5.0)), "canary.wav")
    os.utime(canary, (0, 0))
    for kind, text in bad.playlists(str(canary)).items():
        problem = await refused(workers, SoundTask("inspect", [file(text.encode(), kind)]))
        assert problem.code is Code.PLAYLIST
    assert canary.stat().st_atime == 0


async def test_closing_ends_what_still_runs(tmp_path):
    folder = tmp_path / "workers"
    folder.mkdir()
    async with open_workers(1, warm=False, folder=folder, tasks="tests.hostile.tasks") as workers:
        running = await started(workers, SoundTask("obey", ()))
    with pytest.raises(Fault) as raised:
        await running
    assert raised.value.problem.code is Code.WORKER_DIED
    assert not list(folder.iterdir())


async def test_a_worn_child_is_replaced(workers):
    first = (await me(workers))["process"]
    for _ in range(50):
        last = (await me(workers))["process"]
    assert last != first
