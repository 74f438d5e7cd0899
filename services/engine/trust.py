"""How far the speech estimate may be believed, frame by frame.

Works on the power of three signals in the band where speech is strongest: what was heard, what
the network kept of it, and the noise that the minima show.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.ndimage

from services.engine.rnnoise import Floats

BAND = (200.0, 4000.0)  # Hz
SPAN = 3.0  # seconds over which trust and SNR are averaged
NEAR = 0.1  # seconds before and after in which kept speech counts as near
HELD = 0.06  # seconds a sound must last to be more than a click
CONTEXT = SPAN / 2 + NEAR  # seconds needed before and after a frame


@dataclass(frozen=True, slots=True)
class Guards:
    """One number per frame.

    `trust`: 0..1, how much of the lasting sound the network keeps.
    `pause`: 0..1, how surely the network hears no speech near by.
    `snr`: dB, lasting sound over the tracked noise.
    """

    trust: Floats
    pause: Floats
    snr: Floats


def guards(levels: Floats, seconds: float) -> Guards:
    """Guards for frames that are `seconds` apart.

    levels: (5, frames) powers: heard, kept and noise in `BAND`; heard and noise down to 0 Hz.
    """
    heard, kept, noise, deep_heard, deep_noise = levels
    frames = max(3, round(SPAN / seconds))
    held = max(1, round(HELD / seconds))
    lasts = scipy.ndimage.minimum_filter1d(heard, held) > 4 * noise
    lasting = _average(np.where(lasts, heard, 0), frames)
    believed = _average(np.where(lasts, kept, 0), frames)
    share = 10 * np.log10((believed + 1e-15) / (lasting + 1e-15))
    trust = np.where(lasting < 1e-12, 1, np.clip((share + 8) / 5, 0, 1))
    near = max(1, round(2 * NEAR / seconds))
    around = scipy.ndimage.maximum_filter1d(kept / (heard + 1e-15), near)
    # What lasts is no pause, at its full length: the network also drops voices among voices.
    whole = scipy.ndimage.maximum_filter1d(lasts, held)
    pause = np.clip(1 - around / 0.3, 0, 1) * ~whole
    snr = _ratio_db(heard, noise, lasts, pause, frames)
    # Wind and rumble lie under the band: they spare it, not the listener.
    snr = np.minimum(snr, _ratio_db(deep_heard, deep_noise, lasts, pause, frames))
    return Guards(trust.astype(np.float32), pause.astype(np.float32), snr.astype(np.float32))


def _ratio_db(
    heard: Floats, noise: Floats, lasts: npt.NDArray[np.bool_], pause: Floats, frames: int
) -> npt.NDArray[np.float64]:
    """What lasts over what is there without it, in dB."""
    active = _average(lasts, frames)
    level = _average(np.where(lasts, heard, 0), frames) / np.maximum(active, 1e-3)
    # What is heard in pauses counts as noise even when the minima miss it: keystrokes, babble.
    pauses = _average(pause, frames)
    between = _average(pause * heard, frames) / np.maximum(pauses, 0.02)
    floor = np.maximum(_average(noise, frames), between)
    return np.asarray(10 * np.log10((level + 1e-15) / (floor + 1e-15)))


def _average(values: npt.NDArray[np.generic], frames: int) -> npt.NDArray[np.float64]:
    # The running sum behind this may end a hair under zero.
    return np.asarray(np.maximum(scipy.ndimage.uniform_filter1d(values.astype(float), frames), 0))
