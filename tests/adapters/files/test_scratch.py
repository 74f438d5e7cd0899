"""Scratch folders outlive neither their use nor their process."""

import subprocess
import sys

from adapters.files.scratch import open_scratch

LEAVING = """
import asyncio, os, sys
from pathlib import Path
from adapters.files.scratch import open_scratch

async def main():
    with open_scratch(Path(sys.argv[1])) as scratch:
        async with scratch.folder() as folder:
            (folder / "left").write_bytes(b"x")
            print("made", flush=True)
            sys.stdin.read()

asyncio.run(main())
"""


def started(folder):
    process = subprocess.Popen(
        [sys.executable, "-c", LEAVING, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout and process.stdout.readline() == "made\n"
    return process


def left(folder):
    return [*folder.rglob("left")]


def test_a_living_process_keeps_its_folders(tmp_path):
    with started(tmp_path) as owner:
        with open_scratch(tmp_path):
            assert len(left(tmp_path)) == 1
        owner.kill()


def test_what_a_dead_process_left_is_swept(tmp_path):
    with started(tmp_path) as owner:
        owner.kill()
    assert len(left(tmp_path)) == 1
    with open_scratch(tmp_path):
        assert left(tmp_path) == []


def test_nothing_stays_when_it_closes(tmp_path):
    with open_scratch(tmp_path):
        assert [*tmp_path.iterdir()]
    assert [*tmp_path.iterdir()] == []
