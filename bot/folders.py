"""A folder for one run of one command, on a disk that has room."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from adapters.store import lock
from adapters.store.errors import AlreadyRunning

FOLDER = "undertone-process-"
ROOMY = "/var/tmp"  # noqa: S108 – a folder of our own is made in it


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder for this run alone, once those are gone that killed runs left behind."""
    place = _place()
    for left in place.glob(f"{FOLDER}*"):
        with suppress(OSError, AlreadyRunning):
            if left.lstat().st_uid == os.getuid() and (left / lock.NAME).exists():
                with lock.lock_file(left):
                    shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=FOLDER, dir=place) as name, lock.lock_file(Path(name)):
        yield Path(name)


def _place() -> Path:
    """Where big files may lie for a while: the system's /tmp is often made of memory."""
    if "TMPDIR" not in os.environ and os.access(ROOMY, os.W_OK):
        return Path(ROOMY)
    return Path(tempfile.gettempdir())
