"""The files of one piece of work, side by side, which together are the sound they came from."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from services.audio.decoding import Form
from services.audio.encoding import Encoder, Writing
from services.audio.quantising import Quantiser, Whole
from services.recipes import CLEAN, RESIDUAL

Audio = npt.NDArray[np.float32]

Rests = Mapping[str, Sequence[str]]
"""Parts that are what remains of the original when others are taken away from it."""

OF_CLEANING: Rests = {RESIDUAL: (CLEAN,)}


class Parts:
    """Writes every part, block by block.

    A rest and what it is the rest of are the original together, in a lossless format to the
    last bit: the rounded others are taken away from the rounded original.
    """

    def __init__(self, encoders: Mapping[str, Encoder], writing: Writing, rests: Rests) -> None:
        self._encoders = encoders
        self._rests = {name: rests[name] for name in encoders if name in rests}
        self._is_lossless = writing.is_lossless
        self._quantiser = Quantiser(writing.depth)

    @property
    def needs_original(self) -> bool:
        """Whether some part is a rest."""
        return bool(self._rests)

    @property
    def made(self) -> tuple[str, ...]:
        """What `write` must be given: all that is written but for the rests, and what they lack."""
        plain = [name for name in self._encoders if name not in self._rests]
        return tuple(dict.fromkeys((*plain, *(n for rest in self._rests.values() for n in rest))))

    @property
    def seconds(self) -> dict[str, float]:
        """How long each part is so far."""
        return {part: encoder.seconds for part, encoder in self._encoders.items()}

    def write(self, original: Audio, made: Mapping[str, Audio]) -> None:
        """Append blocks of equal length; the original may be anything where none is needed."""
        if self._is_lossless:
            self._write_whole(original, made)
            return
        for part, encoder in self._encoders.items():
            rest = self._rests.get(part)
            encoder.push(made[part] if rest is None else original - sum(made[n] for n in rest))

    def _write_whole(self, original: Audio, made: Mapping[str, Audio]) -> None:
        whole = {name: self._quantiser.whole(made[name]) for name in self.made}
        for part, encoder in self._encoders.items():
            rest = self._rests.get(part)
            if rest is None:
                encoder.push_whole(whole[part])
            else:
                taken: Whole = np.sum([whole[name] for name in rest], axis=0)
                encoder.push_whole(self._quantiser.difference(original, taken))


@contextmanager
def open_parts(
    names: Sequence[str],
    files: Sequence[BinaryIO],
    form: Form,
    writing: Writing,
    rests: Rests = OF_CLEANING,
) -> Iterator[Parts]:
    """One encoder per part; the files are finished when the context ends without an error."""
    with ExitStack() as stack:
        encoders = {
            name: stack.enter_context(Encoder(file, form, writing))
            for name, file in zip(names, files, strict=True)
        }
        yield Parts(encoders, writing, rests)
