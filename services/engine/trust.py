"""How far the speech estimate may be believed, frame by frame.

Works on the power of three signals in the band where speech is strongest: what was heard, what
the network kept of it, and the noise that the minima show; and on how surely the network hears
somebody. Among voices it drops the speech and still hears a voice, in wind and keystrokes it drops
the noise and hears none: that tells one from the other.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.ndimage

from services.engine.rnnoise import VOICES, Floats

BAND = (200.0, 4000.0)  # Hz
SPAN = 3.0  # seconds over which trust and SNR are averaged
NEAR = 0.1  # seconds before and after in which kept speech counts as near
SUDDEN = 0.5  # seconds in which trust may be lost at once
HELD = 0.06  # seconds a sound must last to be more than a click
AHEAD = SPAN / 2 + NEAR  # seconds behind a frame that its guards need
PAST = 10.0  # seconds for which what was heard in pauses is remembered
VOICED = (0.3, 0.6)  # voice from which a frame may be, and is, no pause
LEAST = 0.06  # seconds of pause that say anything


@dataclass(frozen=True, slots=True)
class Guards:
    """One number per frame.

    `trust`: 0..1, how much of the lasting sound the network keeps.
    `sure`: 0..1, whether that is nearly all of it: a voice of the kind it was trained with.
    `pause`: 0..1, how surely the network hears no speech near by.
    `snr`: dB, lasting sound over the tracked noise.
    """

    trust: Floats
    sure: Floats
    pause: Floats
    snr: Floats


class Watch:
    """Guards for a stream of frames, which may be taken `context` frames late."""

    def __init__(self, sample_rate: int, window: int, hop: int) -> None:
        self._seconds = hop / sample_rate
        self.context = math.ceil(AHEAD / self._seconds) + 1
        self._middle, self._step = (hop - window / 2) / sample_rate, hop / sample_rate
        self._memory = math.ceil(PAST / self._seconds)
        self._seen = np.zeros((6, 0), np.float32)
        self._past = self._frames = 0
        # One value stands before the start and is kept when all that was heard is used up.
        self._voice, self._used = np.zeros(1, np.float32), -1

    def hear(self, voice: Floats) -> None:
        """Take how surely somebody speaks, (`VOICES` a second,), ahead of the frames."""
        self._voice = np.concatenate((self._voice, voice))

    def push(self, levels: Floats) -> None:
        """Take the frames' powers, (5, frames).

        Heard, kept and noise in `BAND`; heard and noise from 0 Hz to its upper end.
        """
        frames = self._frames + np.arange(levels.shape[1])
        self._frames += len(frames)
        places = np.floor((self._middle + frames * self._step) * VOICES).astype(int) - self._used
        places = np.clip(places, 0, len(self._voice) - 1)
        fresh = np.concatenate((levels, self._voice[np.newaxis, places]))
        self._seen = np.concatenate((self._seen, fresh), axis=1)
        used = places[-1] if len(places) else 0
        self._voice, self._used = self._voice[used:], self._used + used

    def take(self, count: int) -> Guards:
        """The guards of the next `count` frames."""
        found = _guards(self._seen, self._seconds)
        stop = self._past + count
        now = slice(self._past, stop)
        self._past = min(stop, self._memory)
        self._seen = self._seen[:, stop - self._past :]
        return Guards(found.trust[now], found.sure[now], found.pause[now], found.snr[now])


def _guards(seen: Floats, seconds: float) -> Guards:
    """Guards for frames that are `seconds` apart: (6, frames) levels, then the voice."""
    heard, kept, noise, deep_heard, deep_noise, voice = seen
    lasts = scipy.ndimage.minimum_filter1d(heard, max(1, round(HELD / seconds))) > 4 * noise
    share = _kept_db(heard, kept, lasts, SPAN / seconds)
    trust = np.clip((share + 8) / 5, 0, 1)
    sure = np.clip((share + 2) / 1.5, 0, 1)
    low, high = VOICED
    near = max(1, round(2 * NEAR / seconds))
    around = scipy.ndimage.maximum_filter1d(kept / (heard + 1e-15), near)
    spoken = scipy.ndimage.maximum_filter1d(voice, near)
    pause = np.clip(1 - around / 0.3, 0, 1) * np.clip((high - spoken) / (high - low), 0, 1)
    snr = np.minimum(
        _ratio_db(heard, noise, lasts, pause, seconds),
        # Wind and rumble lie under the band: they spare it, not the listener.
        _ratio_db(deep_heard, deep_noise, lasts, pause, seconds),
    )
    # A vowel that the network does not know is dropped while it still hears somebody; in much
    # noise it is the noise that is dropped.
    sudden = np.clip((-2 - _kept_db(heard, kept, lasts, SUDDEN / seconds)) / 3, 0, 1)
    sudden *= np.clip((_average(voice, SUDDEN / seconds) - low) / (high - low), 0, 1)
    trust *= 1 - sudden * np.clip((snr - 10) / 4, 0, 1)
    found = (trust, sure, pause, snr)
    return Guards(*(each.astype(np.float32) for each in found))


def _kept_db(
    heard: Floats, kept: Floats, lasts: npt.NDArray[np.bool_], frames: float
) -> npt.NDArray[np.float64]:
    """How much of the lasting sound is kept, 0 where there is none."""
    lasting = _average(np.where(lasts, heard, 0), frames)
    believed = _average(np.where(lasts, kept, 0), frames)
    share = 10 * np.log10((believed + 1e-15) / (lasting + 1e-15))
    return np.asarray(np.where(lasting < 1e-12, 0, share))


def _ratio_db(
    heard: Floats, noise: Floats, lasts: npt.NDArray[np.bool_], pause: Floats, seconds: float
) -> npt.NDArray[np.float64]:
    """What lasts over what is there without it, in dB."""
    frames = SPAN / seconds
    active = _average(lasts, frames)
    level = _average(np.where(lasts, heard, 0), frames) / np.maximum(active, 1e-3)
    # What is heard in pauses counts as noise even when the minima miss it: keystrokes, gusts.
    pauses = np.maximum(_recent(pause, seconds), LEAST / (PAST + AHEAD))
    floor = np.maximum(_average(noise, frames), _recent(pause * heard, seconds) / pauses)
    return np.asarray(10 * np.log10((level + 1e-15) / (floor + 1e-15)))


def _average(values: npt.NDArray[np.generic], frames: float) -> npt.NDArray[np.float64]:
    mean = scipy.ndimage.uniform_filter1d(values.astype(float), max(3, round(frames)))
    # The running sum behind this may end a hair under zero.
    return np.asarray(np.maximum(mean, 0))


def _recent(values: Floats, seconds: float) -> npt.NDArray[np.float64]:
    """The mean from `PAST` before to `AHEAD` behind each frame, with nothing outside the stream."""
    frames = max(3, round((PAST + AHEAD) / seconds))
    back = min(round((PAST - AHEAD) / 2 / seconds), (frames - 1) // 2)
    mean = scipy.ndimage.uniform_filter1d(
        values.astype(float), frames, mode="constant", origin=back
    )
    return np.asarray(np.maximum(mean, 0))
