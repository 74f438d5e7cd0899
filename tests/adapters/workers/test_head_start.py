"""A child that starts before anybody asks for it."""

from datetime import timedelta

from adapters.workers import head_start, open_workers
from services.ports import SoundTask

PATIENCE = timedelta(minutes=2)


async def test_the_first_heavy_task_goes_to_the_child_that_was_begun(tmp_path):
    async with (
        head_start(tmp_path) as first,
        open_workers(1, folder=tmp_path, first=first) as workers,
    ):
        await workers.run(SoundTask("warm", ()), timeout=PATIENCE)
        child = await first
        assert child.tasks == 2
    assert not child.is_alive


async def test_another_child_takes_over_where_the_first_is_gone(tmp_path):
    async with (
        head_start(tmp_path) as first,
        open_workers(1, folder=tmp_path, first=first) as workers,
    ):
        await (await first).kill()
        assert "ready" in await workers.run(SoundTask("warm", ()), timeout=PATIENCE)


async def test_a_child_that_nobody_wanted_is_gone_at_the_end(tmp_path):
    async with head_start(tmp_path) as first:
        pass
    assert first.cancelled() or not first.result().is_alive
    assert list(tmp_path.iterdir()) == []
