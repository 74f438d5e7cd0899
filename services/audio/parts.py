"""The files of one cleaning: the clean sound and what was taken away, side by side."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from services.audio.decoding import Form
from services.audio.encoding import Encoder, Writing
from services.audio.quantising import Quantiser
from services.recipes import CLEAN, RESIDUAL

Audio = npt.NDArray[np.float32]


class Parts:
    """Writes every part, block by block.

    All parts together are the original, in a lossless format to the last bit: the residual is
    what is left of the rounded original when the rounded clean sound is taken away.
    """

    def __init__(self, encoders: Mapping[str, Encoder], writing: Writing) -> None:
        self._encoders = encoders
        self._is_lossless = writing.is_lossless
        self._quantiser = Quantiser(writing.depth)

    @property
    def needs_original(self) -> bool:
        """Whether some part is made from more than the clean sound."""
        return RESIDUAL in self._encoders

    @property
    def seconds(self) -> dict[str, float]:
        """How long each part is so far."""
        return {part: encoder.seconds for part, encoder in self._encoders.items()}

    def write(self, original: Audio, clean: Audio) -> None:
        """Append two blocks of equal length; the original may be anything where none is needed."""
        if self._is_lossless:
            self._write_whole(original, clean)
            return
        for part, encoder in self._encoders.items():
            encoder.push(clean if part == CLEAN else original - clean)

    def _write_whole(self, original: Audio, clean: Audio) -> None:
        whole = self._quantiser.whole(clean)
        for part, encoder in self._encoders.items():
            encoder.push_whole(
                whole if part == CLEAN else self._quantiser.difference(original, whole)
            )


@contextmanager
def open_parts(
    names: Sequence[str], files: Sequence[BinaryIO], form: Form, writing: Writing
) -> Iterator[Parts]:
    """One encoder per part; the files are finished when the context ends without an error."""
    assert set(names) <= {CLEAN, RESIDUAL}
    with ExitStack() as stack:
        encoders = {
            name: stack.enter_context(Encoder(file, form, writing))
            for name, file in zip(names, files, strict=True)
        }
        yield Parts(encoders, writing)
