"""One process owns a data folder; the operating system forgets the lock when that process dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.store.errors import AlreadyRunning

NAME = "undertone.lock"


@contextmanager
def lock_file(data_dir: Path) -> Iterator[Path]:
    """Own `data_dir` inside the context.

    Raises `AlreadyRunning` at once when another process does. Operator commands do not call this.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / NAME
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            owner = file.read().strip() or "unknown"
            raise AlreadyRunning(
                f"The folder {data_dir} is in use by process {owner}, another `undertone run`. "
                "Stop that one, or give this one a folder of its own with UNDERTONE_DATA_DIR."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        # The file stays: removing it would let two processes lock two files of one name.
        yield path
