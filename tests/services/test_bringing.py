"""What a provider gives back: how much of it is taken before it is believed."""

from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from services.bringing import Bringing
from services.model import Result
from services.problems import Code, Fault, fault
from tests.fakes.jobs import CLIP, a_job


class Files:
    """Port Files that only counts what it is given."""

    def __init__(self, folder):
        self._folder = folder

    async def delete(self, key):
        pass

    async def put(self, key, data, *, max_bytes):
        size = sum([len(piece) async for piece in data])
        if size > max_bytes:
            raise fault(Code.TOO_LARGE)

    async def put_path(self, key, path):
        pass

    @asynccontextmanager
    async def local(self, key):
        yield self._folder

    @asynccontextmanager
    async def scratch(self):
        yield self._folder


class Workers:
    """Port Workers that finds the sound as long as it was and not silent."""

    async def run(self, task, *, timeout, progress=None):
        return {"tags": {}, "seconds": CLIP.seconds * 20, "peak": 0.5}


class Fetcher:
    """Port Fetcher with one result of this many bytes."""

    def __init__(self, size):
        self._size = size

    async def open_result(self, url, hosts):
        for _ in range(0, self._size, 1 << 20):
            yield bytes(min(self._size, 1 << 20))


@pytest.mark.parametrize(
    ("rate", "size", "is_taken"),
    [
        pytest.param(8_000, 1200 * 48_000 * 2 * 4, True, id="a phone's, back at 48 kHz"),
        pytest.param(48_000, 1200 * 48_000 * 2 * 8 + 22_000_000, False, id="more than it can be"),
    ],
)
async def test_a_result_may_have_a_higher_rate_than_what_was_sent(tmp_path, rate, size, is_taken):
    clip = replace(CLIP, seconds=CLIP.seconds * 20, sample_rate=rate)
    bringing = Bringing(Files(tmp_path), Workers(), Fetcher(size), {})
    bring = bringing.bring(a_job(clip=clip), clip, (Result("clean", url="https://a/b"),), 1e9)
    if is_taken:
        assert [result.part for result in await bring] == ["clean"]
        return
    with pytest.raises(Fault, match="provider_failed: more than"):
        await bring
