"""From an open sound to blocks of float32: counted, all of them numbers, cut to a range."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.packet import Packet

from services.audio.downmix import to_two
from services.audio.opening import Sound, without_paths
from services.audio.resampling import Resampler
from services.limits import LONGEST_SECONDS, MAX_CHANNELS, SAMPLE_RATES
from services.problems import Code, Fault, fault

Audio = npt.NDArray[np.float32]  # (channels, samples), full scale 1.0

BLOCK_SECONDS = 5.0
LOUDEST = 8.0  # full scales; float files hold what they like, and 1e30 breaks every gain
BLOCK_BYTES = 32 << 20  # of samples as decoded: sixteen channels fill it in less than a second
MAX_BROKEN = 200  # packets
MAX_CHANGES = 1_000  # of rate or channels midway; each costs a new resampler

# Packets lie side by side in a file, so together they are no larger. libav's FLAC parser can be
# brought to give the same bytes again and again: 24 kB became 20 MB, and four times at the double.
PACKETS_PER_FILE = 2
SPARE_BYTES = 1 << 20

Checkpoint = Callable[[], None]
"""Called often; raises when the work is no longer wanted."""


@dataclass(frozen=True, slots=True)
class Form:
    """What blocks look like: Hz and channels, 1 or 2."""

    sample_rate: int
    channels: int

    def of_one(self) -> "Form":
        """The same with one channel."""
        return Form(self.sample_rate, 1)


@dataclass(frozen=True, slots=True)
class Span:
    """Which seconds of a sound; `end` None: to its end."""

    start: float = 0.0
    end: float | None = None


WHOLE = Span()


def form_of(sound: Sound) -> Form:
    """How blocks of this sound come: its rate kept between 8 and 192 kHz, two channels at most."""
    return Form(min(max(sound.sample_rate, 8_000), 192_000), min(sound.channels, 2))


def frames(
    sound: Sound, checkpoint: Checkpoint, max_seconds: float = LONGEST_SECONDS
) -> Iterator[tuple[AudioFrame, int]]:
    """Decoded frames, each with how many of its samples count; some broken packets are left out.

    Raises `Fault`: `UNREADABLE_AUDIO` when the file holds more noise than sound or becomes what
    would have been refused at its head, `TOO_LONG` as soon as more than `max_seconds` came out,
    whatever the header said.
    """
    seconds, constancy = 0.0, _Constancy()
    held: tuple[AudioFrame, int] | None = None
    for packet, decoded in _decoded(sound, checkpoint):
        for frame in decoded:
            constancy.check(frame)
            if held is not None:
                yield held[0], held[0].samples
            held = (frame, _kept(sound, packet, frame))
            seconds += frame.samples / frame.sample_rate
            if seconds > max_seconds:
                raise _too_long(sound, seconds, max_seconds)
    if held is not None:
        yield held


def _too_long(sound: Sound, counted: float, limit: float) -> Fault:
    """Here decoding ends, and not the sound: only its head may know how long that is."""
    if sound.seconds is not None and sound.seconds > counted:
        return fault(Code.TOO_LONG, "counted", seconds=sound.seconds, limit=limit)
    return fault(Code.TOO_LONG, "counted", limit=limit)


class _Constancy:
    """Watches what a head cannot promise: that a file goes on as it began."""

    def __init__(self) -> None:
        self._last: tuple[int, int] | None = None
        self._changes = 0

    def check(self, frame: AudioFrame) -> None:
        now = frame.sample_rate, len(frame.layout.channels)
        if now == self._last:
            return
        self._last = now
        self._changes += 1
        rate, channels = now
        is_fine = rate in SAMPLE_RATES and 1 <= channels <= MAX_CHANNELS
        if not is_fine or self._changes > MAX_CHANGES:
            detail = f"{rate} Hz, {channels} channels at change {self._changes}"
            raise fault(Code.UNREADABLE_AUDIO, detail)


def _decoded(
    sound: Sound, checkpoint: Checkpoint
) -> Iterator[tuple["Packet[Any]", list[AudioFrame]]]:
    broken = good = 0
    left = PACKETS_PER_FILE * sound.container.size + SPARE_BYTES
    packets = sound.container.demux(sound.stream)
    while True:
        checkpoint()
        try:
            packet = next(packets, None)
            if packet is None:
                return
            left -= packet.size
            if left < 0:
                raise fault(Code.UNREADABLE_AUDIO, "more bytes came out than the file has")
            decoded = packet.decode()
        except av.FFmpegError as error:
            broken += 1
            if broken >= MAX_BROKEN and broken > good:
                raise fault(Code.UNREADABLE_AUDIO, without_paths(error)) from error
            continue
        good += 1
        yield packet, decoded


def _kept(sound: Sound, packet: "Packet[Any]", frame: AudioFrame) -> int:
    # Only MP4 says in the last packet's duration where the padding of the encoder begins, and
    # libav leaves it to us; anywhere else than at the end a short duration means nothing.
    if sound.name != "mov" or not packet.duration or packet.time_base is None:
        return frame.samples
    told = round(packet.duration * packet.time_base * frame.sample_rate)
    return min(told, frame.samples)


def blocks(
    sound: Sound,
    form: Form,
    span: Span = WHOLE,
    checkpoint: Checkpoint = lambda: None,
    max_seconds: float = LONGEST_SECONDS,
) -> Iterator[Audio]:
    """The samples of the span in blocks of up to about five seconds, (form.channels, samples).

    No NaN, no infinity, nothing beyond `LOUDEST`. Raises `Fault` as `frames` does.
    """
    first = round(span.start * form.sample_rate)
    last = None if span.end is None else round(span.end * form.sample_rate)
    at = 0
    for block in _shaped(sound, form, checkpoint, max_seconds):
        begin, end = max(first - at, 0), None if last is None else last - at
        at += block.shape[1]
        wanted = block[:, begin:end]
        if wanted.shape[1]:
            yield wanted
        if last is not None and at >= last:
            return


@dataclass(frozen=True, slots=True)
class _Look:
    """What neighbouring frames must have in common to be treated as one."""

    sample_rate: int
    speakers: tuple[str, ...]
    is_planar: bool


def _shaped(
    sound: Sound, form: Form, checkpoint: Checkpoint, max_seconds: float
) -> Iterator[Audio]:
    shaper = _Shaper(form)
    for look, raw in _gathered(sound, checkpoint, max_seconds):
        yield from shaper.take(look, raw)
    yield from shaper.finish()


def _gathered(
    sound: Sound, checkpoint: Checkpoint, max_seconds: float
) -> Iterator[tuple[_Look, npt.NDArray[Any]]]:
    """Up to about five seconds of frames that look alike, (channels, samples) as decoded."""
    look, parts, seconds, size = None, list[npt.NDArray[Any]](), 0.0, 0
    for frame, kept in frames(sound, checkpoint, max_seconds):
        speakers = tuple(each.name for each in frame.layout.channels)
        now = _Look(frame.sample_rate, speakers, frame.format.is_planar)
        if look is not None and (now != look or seconds >= BLOCK_SECONDS or size >= BLOCK_BYTES):
            yield look, np.concatenate(parts, axis=1)
            parts, seconds, size = [], 0.0, 0
        look = now
        raw = frame.to_ndarray()
        parts.append(raw[:, : kept if now.is_planar else kept * len(speakers)])
        seconds += kept / frame.sample_rate
        size += raw.nbytes
    if look is not None and parts:
        yield look, np.concatenate(parts, axis=1)


class _Shaper:
    """Turns what was decoded into blocks of one form, also where a file changes midway."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._resampler: Resampler | None = None

    def take(self, look: _Look, raw: npt.NDArray[Any]) -> Iterator[Audio]:
        if not look.is_planar:
            raw = raw.reshape(-1, len(look.speakers)).T
        sound = self._mixed(to_float(raw), look)
        if self._resampler is not None and self._resampler.from_rate != look.sample_rate:
            yield from self.finish()
        if self._resampler is None and look.sample_rate != self._form.sample_rate:
            self._resampler = Resampler(
                look.sample_rate, self._form.sample_rate, self._form.channels
            )
        yield sound if self._resampler is None else self._resampler.push(sound)

    def finish(self) -> Iterator[Audio]:
        if self._resampler is not None:
            yield self._resampler.finish()
            self._resampler = None

    def _mixed(self, sound: Audio, look: _Look) -> Audio:
        if len(sound) == self._form.channels:
            return sound
        two = sound if len(sound) == 2 else to_two(sound, look.speakers)
        if len(sound) == 1:
            two = np.repeat(sound, 2, axis=0)
        return two if self._form.channels == 2 else two.mean(axis=0, keepdims=True)


def to_float(raw: npt.NDArray[Any]) -> Audio:
    """Samples of any kind as contiguous float32, full scale 1.0, every one of them a number."""
    match raw.dtype.kind, raw.dtype.itemsize:
        case "u", 1:
            return np.ascontiguousarray((raw.astype(np.float32) - 128) / 128)
        case "i", size:
            scale = np.float32(2.0 ** (1 - 8 * size))
            scaled: Audio = np.multiply(raw, scale, dtype=np.float32, order="C", casting="unsafe")
            return scaled
    with np.errstate(over="ignore", invalid="ignore"):
        sound = np.array(raw, np.float32, order="C")
    is_number = np.isfinite(sound)
    if not is_number.all():
        sound[~is_number] = 0
    return np.clip(sound, -LOUDEST, LOUDEST, out=sound)
