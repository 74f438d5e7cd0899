"""Turns down what is left of an echo that is no longer an exact copy.

A lossy codec between the echo and us codes a repeat unlike the sound it repeats. What remains
then has the spectrum of the echo that was taken out, some decibels lower; how many is measured.
"""

import numpy as np
import numpy.typing as npt
import scipy.fft
import scipy.ndimage

from services.engine.frames import root_hann, window_for
from services.engine.rnnoise import Floats

Spectra = npt.NDArray[np.complex64]

WINDOW = 0.032  # seconds; frames overlap by half
PIECE = 10.0  # seconds worked on together
LEAST, MOST = 5e-3, 0.25  # shares of the echo's power: less is not heard, more is no rest
PERCENTILE = 10.0  # of the frames full of echo have nothing else in them …
BIAS = 3.0  # … and lie so far under the mean of what remains
OVER = 1.5  # times the measured rest is taken out
FLOOR = 0.18  # the least gain
NOISE_BIAS = 1.5
STRONG = 0.1  # of the mean power of the echo, where it counts
NEAR = (3, 9)  # frames and bins over which powers are smooth


def without_rest(clean: Floats, echo: Floats, first: int, sample_rate: int) -> Floats:
    """`clean`[first:] with less of what is like the `echo` that was taken out; (samples,)."""
    window = window_for(sample_rate, WINDOW)
    step = round(PIECE * sample_rate)
    result = clean[first:].copy()
    leak, noise = _measured(clean[first:], echo[first:], window, sample_rate)
    if leak.max() < LEAST:
        return result
    for start in range(first, len(clean), step):
        stop = min(start + step, len(clean))
        near = slice(max(0, start - window), stop + window)
        spectra = _spectra(clean[near], window)
        power = _smooth(spectra)
        rest = np.float32(OVER) * leak * _smooth(_spectra(echo[near], window))
        least = np.maximum(np.float32(FLOOR), np.sqrt(np.minimum(noise / (power + 1e-20), 1)))
        gain = np.maximum(1 - rest / (power + np.float32(1e-20)), least)
        sound = _sound(spectra * gain, window)
        early = start - near.start
        result[start - first : stop - first] = sound[early : early + stop - start]
    result[clean[first:] == 0] = 0
    return result


def _measured(clean: Floats, echo: Floats, window: int, sample_rate: int) -> tuple[Floats, Floats]:
    """The share of the echo's power that remains, and the power of the noise, in each bin."""
    most = round(2 * PIECE * sample_rate)
    power, echoed = _smooth(_spectra(clean[:most], window)), _smooth(_spectra(echo[:most], window))
    noise = np.float32(NOISE_BIAS) * np.percentile(power, PERCENTILE, axis=0)
    full = echoed > STRONG * echoed.mean(axis=0)
    ratio = np.maximum(power - noise, 0) / (echoed + np.float32(1e-20))
    lowest = np.nanpercentile(np.where(full, ratio, np.nan), PERCENTILE, axis=0)
    lowest = scipy.ndimage.uniform_filter1d(np.nan_to_num(lowest), NEAR[1])
    return np.minimum(BIAS * lowest, MOST).astype(np.float32), noise.astype(np.float32)


def _smooth(spectra: Spectra) -> Floats:
    power = spectra.real**2 + spectra.imag**2
    # Running sums end a little under zero where it is silent.
    return np.asarray(np.maximum(scipy.ndimage.uniform_filter(power, NEAR), 0), np.float32)


def _spectra(sound: Floats, window: int) -> Spectra:
    hop = window // 2
    padded = np.pad(sound, (hop, window))
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop]
    return np.asarray(scipy.fft.rfft(frames * root_hann(window), axis=1), np.complex64)


def _sound(spectra: Spectra, window: int) -> Floats:
    hop = window // 2
    frames = scipy.fft.irfft(spectra, window, axis=1) * root_hann(window)
    total = np.zeros((len(frames) + 1) * hop, np.float32)
    total[:-hop].reshape(-1, hop)[:] += frames[:, :hop]
    total[hop:].reshape(-1, hop)[:] += frames[:, hop:]
    return total[hop:]
