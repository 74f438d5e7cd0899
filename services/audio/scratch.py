"""Float sound on disk between two sweeps: a file without a name, gone with the process."""

import errno
import shutil
import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

from services.problems import Code, fault

Audio = npt.NDArray[np.float32]

SPARE = 64_000_000  # bytes of the disk that are left to everybody else
LOOK_EVERY = 50_000_000  # bytes


class Scratch:
    """Write all of it, then read all of it as often as needed."""

    def __init__(self, channels: int) -> None:
        self._channels = channels
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 – closed by __exit__
        self._unseen = LOOK_EVERY
        self.samples = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def write(self, sound: Audio) -> None:
        """Append a block, (channels, samples). Raises `Fault` with `DISK_FULL`."""
        self._unseen += sound.nbytes
        if self._unseen >= LOOK_EVERY:
            self._unseen = 0
            if shutil.disk_usage(tempfile.gettempdir()).free < LOOK_EVERY + SPARE:
                raise fault(Code.DISK_FULL, "scratch")
        try:
            self._file.write(np.ascontiguousarray(sound.T).data)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
                raise fault(Code.DISK_FULL, "scratch") from error
            raise
        self.samples += sound.shape[1]

    def blocks(self, samples: int) -> Iterator[Audio]:
        """Everything from the start, (channels, up to `samples`) at a time."""
        self._file.seek(0)
        while raw := self._file.read(samples * self._channels * 4):
            yield np.ascontiguousarray(np.frombuffer(raw, np.float32).reshape(-1, self._channels).T)
