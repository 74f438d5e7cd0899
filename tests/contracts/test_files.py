"""Any place for files stores all or nothing, and finds what it stored."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from adapters.files.blobs import open_files
from services.problems import Code, Fault
from tests.conftest import Storage

MEGABYTE = 1024 * 1024


async def stream(*pieces):
    for piece in pieces:
        yield piece


async def breaking_off(error):
    yield b"x" * MEGABYTE
    raise error


async def read(files, key, **part):
    return b"".join([block async for block in files.get(key, **part)])


async def keys(files, prefix=""):
    return sorted([key async for key, _ in files.list(prefix)])


async def test_bytes_come_back_as_they_were(files):
    pieces = [bytes([n]) * 300_000 for n in range(9)]
    assert await files.put("job/source.wav", stream(*pieces)) == 2_700_000
    assert await read(files, "job/source.wav") == b"".join(pieces)
    assert await files.size("job/source.wav") == 2_700_000


async def test_an_empty_file_is_a_file(files):
    assert await files.put("job/empty", stream()) == 0
    assert await read(files, "job/empty") == b""


async def test_a_large_file_goes_in_parts(files):
    await files.put("job/large", stream(*[b"0123456789abcdef" * 65_536] * 12))
    assert await files.size("job/large") == 12 * MEGABYTE
    assert await read(files, "job/large", start=12 * MEGABYTE - 3) == b"def"


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        pytest.param({"start": 2}, b"23456789", id="to the end"),
        pytest.param({"end": 3}, b"012", id="from the beginning"),
        pytest.param({"start": 2, "end": 4}, b"23", id="the middle"),
        pytest.param({"start": 8, "end": 99}, b"89", id="past the end"),
        pytest.param({"start": 10}, b"", id="at the end"),
        pytest.param({"start": 99}, b"", id="behind the end"),
        pytest.param({"start": 3, "end": 3}, b"", id="nothing"),
    ],
)
async def test_a_range_is_read(files, part, expected):
    await files.put("job/a", stream(b"0123456789"))
    assert await read(files, "job/a", **part) == expected


async def test_a_key_is_written_once(files):
    await files.put("job/a", stream(b"first"))
    with pytest.raises(FileExistsError):
        await files.put("job/a", stream(b"second"))
    assert await read(files, "job/a") == b"first"


async def test_of_many_writers_of_one_key_one_wins(files):
    writing = (files.put("job/a", stream(bytes([n]))) for n in range(6))
    answers = await asyncio.gather(*writing, return_exceptions=True)
    winner = answers.index(1)
    assert [type(answer) for answer in answers].count(FileExistsError) == 5
    assert await read(files, "job/a") == bytes([winner])


async def test_a_finished_file_replaces_what_was_there(files):
    await files.put("job/a", stream(b"old"))
    async with files.scratch() as folder:
        made = folder / "made"
        made.write_bytes(b"newer")
        assert await files.put_path("job/a", made) == 5
    assert await read(files, "job/a") == b"newer"


async def test_a_local_path_has_the_bytes(files):
    await files.put("job/a.wav", stream(b"abc"))
    async with files.local("job/a.wav") as path:
        assert path.read_bytes() == b"abc"
        assert path.name == "a.wav"


async def test_what_is_missing_is_said(files):
    with pytest.raises(FileNotFoundError):
        await files.size("job/none")
    with pytest.raises(FileNotFoundError):
        await read(files, "job/none")
    with pytest.raises(FileNotFoundError):
        async with files.local("job/none"):
            pass


async def nothing_is_left(files, tmp_path):
    """Neither a key nor anything half done on this machine."""
    left = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".lock"]
    return await keys(files) == [] and left == []


async def test_too_much_is_refused_while_it_comes(files, tmp_path):
    with pytest.raises(Fault) as caught:
        await files.put("job/a", stream(*[b"x" * MEGABYTE] * 5), max_bytes=2 * MEGABYTE)
    assert caught.value.problem.code is Code.TOO_LARGE
    assert await nothing_is_left(files, tmp_path)


async def test_exactly_the_limit_is_taken(files):
    assert await files.put("job/a", stream(b"123"), max_bytes=3) == 3


async def test_a_sender_that_breaks_off_leaves_nothing(files, tmp_path):
    with pytest.raises(ConnectionError):
        await files.put("job/a", breaking_off(ConnectionError()))
    assert await nothing_is_left(files, tmp_path)


async def test_a_cancelled_put_leaves_nothing(files, tmp_path):
    has_begun = asyncio.Event()

    async def endless():
        yield b"x" * MEGABYTE
        has_begun.set()
        await asyncio.Event().wait()
        yield b""

    putting = asyncio.ensure_future(files.put("job/a", endless()))
    await has_begun.wait()
    putting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await putting
    assert await nothing_is_left(files, tmp_path)


@pytest.mark.parametrize("turns", [0, 2, 8, 30, 60, 100, 200, 300, 500, 800, 1600, 3200])
async def test_a_put_cancelled_anywhere_is_whole_or_gone(files, tmp_path, turns):
    putting = asyncio.ensure_future(files.put("job/a", stream(b"x")))
    for _ in range(turns):
        await asyncio.sleep(0)
    was_done = putting.done()
    putting.cancel()
    await asyncio.gather(putting, return_exceptions=True)
    if was_done:
        assert await read(files, "job/a") == b"x"
    else:
        assert await nothing_is_left(files, tmp_path)


async def test_keys_are_listed_by_how_they_begin(files):
    for key in ("a/1", "a/10", "a/b/2", "ab/1", "b/1"):
        await files.put(key, stream(b""))
    assert await keys(files) == ["a/1", "a/10", "a/b/2", "ab/1", "b/1"]
    assert await keys(files, "a/") == ["a/1", "a/10", "a/b/2"]
    assert await keys(files, "a/1") == ["a/1", "a/10"]
    assert await keys(files, "a") == ["a/1", "a/10", "a/b/2", "ab/1"]
    assert await keys(files, "none/") == []


async def test_a_key_tells_when_it_changed(files):
    await files.put("a/1", stream(b""))
    ((_, changed),) = [one async for one in files.list("a/")]
    assert abs(datetime.now(UTC) - changed) < timedelta(minutes=1)


async def test_delete_removes_what_begins_so_and_repeats_harmlessly(files):
    for key in ("a/1", "a/10", "a/b/2", "ab/1"):
        await files.put(key, stream(b""))
    assert await files.delete("a/1") == 2
    assert await files.delete("a/") == 1
    assert await files.delete("a/") == 0
    assert await keys(files) == ["ab/1"]


async def test_a_deleted_key_can_be_written_again(files):
    await files.put("a/1", stream(b"old"))
    await files.delete("a/")
    await files.put("a/1", stream(b"new"))
    assert await read(files, "a/1") == b"new"


@pytest.mark.parametrize(
    "key",
    ["", "a", "/a", "a/", "../a", "a/../b", "a/.hidden", ".x/a", "a//b", "a/b\n", "a/ü", "a/b c"],
)
async def test_odd_keys_are_refused(files, key):
    with pytest.raises(ValueError, match="not a key"):
        await files.put(key, stream(b""))


@pytest.mark.parametrize("prefix", ["", "../", ".", "/", "a/../", "a/.i"])
async def test_odd_prefixes_remove_nothing(files, prefix):
    with pytest.raises(ValueError, match=r"prefix|beginning"):
        await files.delete(prefix)


async def test_scratch_is_empty_private_and_gone_at_the_end(files):
    async with files.scratch() as one, files.scratch() as other:
        assert one != other
        assert list(one.iterdir()) == []
        (one / "left").write_bytes(b"x")
    assert not one.exists()


async def test_little_room_refuses_new_files_only(files, files_place, tmp_path):
    await files.put("job/a", stream(b"x"))
    url, storage = files_place
    tight = Storage(storage.endpoint, min_free_mb=10**9)
    async with open_files(url, tmp_path, tight) as full:
        with pytest.raises(Fault) as caught:
            await full.put("job/b", stream(b"x"))
        assert await read(full, "job/a") == b"x"
    assert caught.value.problem.code is Code.DISK_FULL
