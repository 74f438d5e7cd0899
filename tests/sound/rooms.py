"""Voices in rooms: impulse responses by image sources, and what a close microphone would hear.

Image sources after J. Allen and D. Berkley (J. Acoust. Soc. Am. 65(4), 1979). Sound decays with
the distance it has travelled, so that the reverberation time of each band is exactly known; the
images are moved a little (E. De Sena et al., IEEE/ACM Trans. Audio 23(4), 2015), as no wall is
perfect.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.signal import butter, oaconvolve, sosfilt

from tests.sound import voices

SOUND = 343.0  # m/s
EARLY = 0.032  # seconds of reflections that count as truth
FADE = 0.004  # seconds, around EARLY
UNEVEN = 0.03  # m, how far an image may be off
EARS = 0.17  # m between the microphones of a pair
RT60S = (0.3, 0.45, 0.6, 0.8, 1.1, 1.5)  # seconds at 1 kHz
# Shares of the reverberation time in bands: dull rooms are the rule (centre Hz, share).
BANDS = ((250.0, 1.1), (1_000.0, 1.0), (4_000.0, 0.8), (12_000.0, 0.45))


class Heard(NamedTuple):
    """All (channels, samples): `truth` is the direct sound with `EARLY` of reflections."""

    heard: np.ndarray
    truth: np.ndarray


class Response(NamedTuple):
    """(channels, samples), and the sample at which the direct sound arrives first."""

    samples: np.ndarray
    direct: int


def reverberant(
    seed: int,
    rt60: float,
    seconds: float = 10.0,
    *,
    channels: int = 1,
    sample_rate: int = 48_000,
) -> Heard:
    """One talker in one room; the speaker and the room follow from the seed and `rt60`."""
    return placed(voices.talk(seed, seconds, sample_rate), seed, rt60, channels, sample_rate)


def placed(
    sound: np.ndarray, seed: int, rt60: float, channels: int = 1, sample_rate: int = 48_000
) -> Heard:
    """Any (samples,) played in a room of the seed; heard with a peak of 0.5."""
    response = impulse(seed, rt60, channels, sample_rate)
    early = response.samples * _early(response, sample_rate)
    pair = [oaconvolve(sound[None], h, axes=1)[:, : len(sound)] for h in (response.samples, early)]
    factor = 0.5 / (np.abs(pair[0]).max() + 1e-9)
    return Heard(*((factor * made).astype(np.float32) for made in pair))


@cache
def impulse(seed: int, rt60: float, channels: int = 1, sample_rate: int = 48_000) -> Response:
    """The response of a room from 25 to 190 m³ at 0.7 to 2.5 m."""
    random = np.random.default_rng([seed, round(1_000 * rt60)])
    size = random.uniform((3.5, 2.8, 2.4), (8.0, 6.5, 3.6))
    ear = size * random.uniform(0.3, 0.7, 3)
    mouth = _apart(random, size, ear, random.uniform(0.7, 2.5))
    angle = random.uniform(0, np.pi)
    aside = EARS / 2 * np.array([np.cos(angle), np.sin(angle), 0])
    sides = np.linspace(-1, 1, channels) if channels > 1 else (0.0,)
    places = [ear + side * aside for side in sides]
    jitter = int(random.integers(1 << 30))
    made = np.stack([_images(size, mouth, p, rt60, sample_rate, jitter) for p in places])
    first = min(float(np.linalg.norm(mouth - p)) for p in places)
    low = butter(2, 60, "highpass", fs=sample_rate, output="sos")  # air cannot move as a whole
    return Response(sosfilt(low, made, axis=1), round(first / SOUND * sample_rate))


def _apart(
    random: np.random.Generator, size: np.ndarray, ear: np.ndarray, distance: float
) -> np.ndarray:
    """A place in the room `distance` from the ear, or as near to that as the walls allow."""
    tries = random.normal(0, 1, (50, 3)) * (1, 1, 0.3)
    tries = ear + distance * tries / np.linalg.norm(tries, axis=1, keepdims=True)
    inside = np.all((tries > 0.3) & (tries < size - 0.3), axis=1)
    return tries[inside][0] if inside.any() else np.clip(tries[0], 0.3, size - 0.3)


def _images(
    size: np.ndarray, mouth: np.ndarray, ear: np.ndarray, rt60: float, rate: int, jitter: int
) -> np.ndarray:
    random = np.random.default_rng(jitter)
    length = round((0.85 * rt60 + 0.05) * rate)
    reach = length / rate * SOUND
    axes = []
    for room, source, place in zip(size, mouth, ear, strict=True):
        turns = 2 * room * np.arange(-int(reach / room / 2) - 1, int(reach / room / 2) + 2)
        axes.append(np.concatenate((turns + source, turns - source)) - place)
    across = axes[1][:, None] ** 2 + axes[2] ** 2
    bands = np.zeros((len(BANDS), length))
    nearest = float(np.linalg.norm(mouth - ear))
    for x in axes[0]:
        distance = np.sqrt(across + x * x)
        moved = distance + random.uniform(-UNEVEN, UNEVEN, distance.shape) * (distance > nearest)
        moved = moved[moved < reach - 1]
        at = np.rint(moved / SOUND * rate).astype(int)
        for n, (_, share) in enumerate(BANDS):
            level = np.exp(-3 * np.log(10) * moved / SOUND / (rt60 * share)) / moved
            bands[n] += np.bincount(at, level, length)
    return _joined(bands, rate)


def _joined(bands: np.ndarray, rate: int) -> np.ndarray:
    """One response that fades from band to band over the octaves between the centres."""
    spectra = np.fft.rfft(bands, 2 * bands.shape[1])
    octave = np.log2(np.maximum(np.fft.rfftfreq(2 * bands.shape[1], 1 / rate), 1.0))
    centres = np.log2([centre for centre, _ in BANDS])
    shares = [np.interp(octave, centres, row) for row in np.eye(len(BANDS))]
    return np.fft.irfft(np.sum(spectra * shares, axis=0))[: bands.shape[1]]


def _early(response: Response, rate: int) -> np.ndarray:
    time = (np.arange(response.samples.shape[1]) - response.direct) / rate
    return np.clip(0.5 + (EARLY - time) / FADE, 0, 1)
