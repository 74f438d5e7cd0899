"""What only a local folder meets: a disk that is really full, and other file systems."""

import errno
import os
import tempfile
from pathlib import Path

import pytest

from adapters.files.blobs import open_files
from adapters.files.receiving import saying_full
from services.problems import Code, Fault
from tests.conftest import Storage


async def stream(*pieces):
    for piece in pieces:
        yield piece


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_the_systems_words_for_a_full_disk_become_ours(number):
    with pytest.raises(Fault) as caught, saying_full():
        raise OSError(number, os.strerror(number))
    assert caught.value.problem.code is Code.DISK_FULL


async def test_a_file_made_elsewhere_is_copied_in(tmp_path):
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system")
    async with open_files(None, tmp_path, Storage()) as files:
        with tempfile.TemporaryDirectory(dir=memory) as elsewhere:
            made = Path(elsewhere, "made")
            made.write_bytes(b"abc")
            assert await files.put_path("job/a", made) == 3
    assert (tmp_path / "files" / "job" / "a").read_bytes() == b"abc"


async def test_a_local_path_is_the_file_itself(tmp_path):
    async with open_files(None, tmp_path, Storage()) as files:
        await files.put("job/a", stream(b"abc"))
        async with files.local("job/a") as path:
            assert path == tmp_path / "files" / "job" / "a"


async def test_an_emptied_folder_goes_too(tmp_path):
    async with open_files(None, tmp_path, Storage()) as files:
        await files.put("job/a/b", stream(b""))
        await files.delete("job/")
        assert not (tmp_path / "files" / "job").exists()


async def test_an_unknown_kind_of_place_is_refused(tmp_path):
    with pytest.raises(ValueError, match="ftp"):
        async with open_files("ftp://host/folder", tmp_path, Storage()):
            pass
