"""From blocks to a file in one of our formats, written to an open file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import TracebackType
from typing import Any, BinaryIO, Self

import av
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream

from services.audio import covers
from services.audio.decoding import Form
from services.audio.formats import (
    CODINGS,
    DEEP_CODECS,
    VOICE_BIT_RATE,
    bit_rate_for,
    sample_rate_for,
)
from services.audio.overlap import Behind
from services.audio.quantising import Quantiser, Whole
from services.audio.resampling import Resampler
from services.fitting import HEAD, LOSSLESS
from services.recipes import Format

Audio = npt.NDArray[np.float32]

BUFFER = 1 << 18  # bytes written at a time


@dataclass(frozen=True, slots=True)
class Writing:
    """How a file is to be written.

    depth: 16 or 24 bits, for the lossless formats. bit_rate: bits per second; None: the usual.
    is_voice: as a voice note, where the format is OGG; it has no cover.
    """

    format: Format
    depth: int = 16
    bit_rate: int | None = None
    is_voice: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
    cover: bytes | None = None  # a JPEG, for the formats that hold one

    @property
    def is_lossless(self) -> bool:
        """Whether samples come back as they were written."""
        return self.format in LOSSLESS

    @property
    def is_note(self) -> bool:
        """Whether it becomes a voice note, which is mono."""
        return self.is_voice and self.format is Format.OGG


def _has_room(writing: Writing, cover: bytes) -> bool:
    """Whether the format holds a cover, and the bytes that the file may have do too."""
    holds = writing.format in covers.HOLD and not writing.is_note
    return holds and (writing.bit_rate is None or len(cover) <= HEAD // 2)


class Encoder:
    """Writes one file; `seconds` says how much was taken so far.

    Encoding runs in a thread of its own, one block behind, and what fails there is raised by
    the next call. Leaving the context finishes the file.
    """

    def __init__(self, file: BinaryIO, form: Form, writing: Writing) -> None:
        self._writing = writing
        self._form = form
        self._channels = 1 if writing.is_note else form.channels
        self._rate = sample_rate_for(writing.format, form.sample_rate)
        self._container = av.open(
            file,
            "w",
            format=CODINGS[writing.format].muxer,
            options=dict(CODINGS[writing.format].muxer_options),
            buffer_size=BUFFER,
        )
        self._container.metadata.update(writing.tags)
        self._stream = self._add_stream()
        if writing.cover is not None and _has_room(writing, writing.cover):
            self._add_cover(writing.cover)
        self._resampler = Resampler(form.sample_rate, self._rate, self._channels)
        self._quantiser = Quantiser(writing.depth)
        self._taken = 0
        self._written = 0
        self._behind = Behind()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self._finish()
        finally:
            self._behind.close()

    @property
    def seconds(self) -> float:
        """How long the file is so far."""
        return self._taken / self._form.sample_rate

    def push(self, sound: Audio) -> None:
        """Append a block, (channels, samples); it must not be changed afterwards."""
        self._taken += sound.shape[1]
        self._behind.do(self._write_sound, sound)

    def push_whole(self, whole: Whole) -> None:
        """Append a block of integers of the depth; only for a lossless format."""
        assert self._writing.is_lossless
        self._taken += whole.shape[1]
        self._behind.do(self._write_whole, whole)

    def _add_stream(self) -> AudioStream:
        writing = self._writing
        coding = CODINGS[writing.format]
        is_deep = writing.is_lossless and writing.depth > 16
        codec = DEEP_CODECS.get(writing.format, coding.codec) if is_deep else coding.codec
        stream = self._container.add_stream(codec, rate=self._rate)
        assert isinstance(stream, AudioStream)
        context = stream.codec_context
        context.layout = "mono" if self._channels == 1 else "stereo"
        context.format = "s32" if is_deep else coding.sample_format
        context.time_base = Fraction(1, self._rate)
        context.options = dict(coding.options)
        asked = writing.bit_rate or (VOICE_BIT_RATE if writing.is_note else None)
        bit_rate = bit_rate_for(writing.format, self._rate, self._channels, asked)
        if bit_rate is not None:
            context.bit_rate = bit_rate
        return stream

    def _add_cover(self, cover: bytes) -> None:
        if self._writing.format is Format.OGG:
            self._container.metadata[covers.OGG_TAG] = covers.tag_of(cover)
            return
        stream = covers.add_stream(self._container, cover)
        self._container.start_encoding()
        covers.write(self._container, stream, cover)

    def _write_sound(self, sound: Audio) -> None:
        if len(sound) > self._channels:
            sound = sound.mean(axis=0, keepdims=True)
        if self._form.sample_rate != self._rate:
            sound = self._resampler.push(sound)
        self._write_resampled(sound)

    def _write_resampled(self, sound: Audio) -> None:
        if self._writing.is_lossless:
            self._write_whole(self._quantiser.whole(sound))
        else:
            self._encode(np.clip(sound, -1.0, 1.0))

    def _write_whole(self, whole: Whole) -> None:
        # libav keeps 24 bits in the upper part of 32.
        self._encode(whole.astype(np.int16) if self._writing.depth == 16 else whole << 8)

    def _encode(self, values: npt.NDArray[Any]) -> None:
        if not values.shape[1]:
            return
        kind = self._stream.codec_context.format
        laid = values if kind.is_planar else values.T.reshape(1, -1)
        layout = "mono" if self._channels == 1 else "stereo"
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(laid), kind.name, layout)
        frame.sample_rate = self._rate
        frame.pts = self._written
        frame.time_base = Fraction(1, self._rate)
        self._written += values.shape[1]
        self._container.mux(self._stream.encode(frame))

    def _finish(self) -> None:
        self._behind.wait()
        if self._form.sample_rate != self._rate:
            self._write_resampled(self._resampler.finish())
        self._container.mux(self._stream.encode(None))
        self._container.close()
