"""How far the speech estimate may be believed, frame by frame.

Works on the power of three signals in the band where speech is strongest: what was heard, what
the network kept of it, and the noise that the minima show.
"""

from dataclasses import dataclass

import numpy as np
import scipy.ndimage

from services.engine.rnnoise import Floats

BAND = (200.0, 4000.0)  # Hz
SPAN = 3.0  # seconds over which trust and SNR are averaged
NEAR = 0.2  # seconds in which kept speech counts as near
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


def guards(heard: Floats, kept: Floats, noise: Floats, seconds: float) -> Guards:
    """Guards for frames that are `seconds` apart; all arrays are (frames,) powers."""
    frames = max(3, round(SPAN / seconds))
    lasts = scipy.ndimage.minimum_filter1d(heard, max(1, round(HELD / seconds))) > 4 * noise
    lasting = scipy.ndimage.uniform_filter1d(np.where(lasts, heard, 0).astype(np.float64), frames)
    believed = scipy.ndimage.uniform_filter1d(np.where(lasts, kept, 0).astype(np.float64), frames)
    share = 10 * np.log10((np.maximum(believed, 0) + 1e-15) / (np.maximum(lasting, 0) + 1e-15))
    trust = np.where(lasting < 1e-12, 1, np.clip((share + 8) / 5, 0, 1))
    near = max(1, round(2 * NEAR / seconds))
    around = scipy.ndimage.maximum_filter1d(kept / (heard + 1e-15), near)
    pause = np.clip(1 - around / 0.3, 0, 1)
    active = scipy.ndimage.uniform_filter1d(lasts.astype(np.float64), frames)
    floor = scipy.ndimage.uniform_filter1d(noise.astype(np.float64), frames)
    level = np.maximum(lasting, 0) / np.maximum(active, 1e-3)
    snr = 10 * np.log10((level + 1e-15) / (np.maximum(floor, 0) + 1e-15))
    return Guards(
        trust.astype(np.float32), pause.astype(np.float32), snr.astype(np.float32)
    )
