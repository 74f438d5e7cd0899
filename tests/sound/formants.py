"""A voice from numpy alone: glottal pulses and hiss through moving formants, with pauses.

It says nothing, but it has what the engine looks at: a pitch that moves, formants, voiced and
unvoiced sounds, syllables and pauses (D. Klatt, J. Acoust. Soc. Am. 67(3), 1980).
"""

from functools import cache

import numpy as np
from scipy.signal import lfilter, resample_poly

RATE = 16_000
STEP = 80  # samples in which the mouth does not move: 5 ms

# First three formants in Hz of eight vowels of a male speaker (Peterson and Barney, 1952).
VOWELS = np.array(
    [
        (270, 2290, 3010),
        (390, 1990, 2550),
        (530, 1840, 2480),
        (660, 1720, 2410),
        (730, 1090, 2440),
        (570, 840, 2410),
        (440, 1020, 2240),
        (300, 870, 2240),
    ]
)
WIDTHS = (70.0, 100.0, 140.0, 250.0, 350.0)
HISSES = ((4_500.0, 1_500.0), (2_700.0, 900.0), (6_200.0, 2_000.0))  # centre and width in Hz


@cache
def speak(seed: int, seconds: float, sample_rate: int = 48_000) -> np.ndarray:
    """`seconds` of one generated speaker, peak 0.5; even seeds low, odd seeds high voices."""
    random = np.random.default_rng(seed)
    pitch = random.uniform(90, 130) if seed % 2 == 0 else random.uniform(175, 225)
    size = 1.0 if seed % 2 == 0 else 1.16
    total = round(seconds * RATE) + RATE
    parts: list[np.ndarray] = [np.zeros(round(0.3 * RATE))]
    while sum(map(len, parts)) < total:
        parts += _phrase(random, pitch, size)
    voice = np.concatenate(parts)[:total]
    voice = resample_poly(voice, sample_rate // 1_000, RATE // 1_000)
    voice = voice[: round(seconds * sample_rate)]
    return (0.5 * voice / np.abs(voice).max()).astype(np.float32)


def _phrase(random: np.random.Generator, pitch: float, size: float) -> list[np.ndarray]:
    """Four to nine syllables that fall in pitch, and the pause after them."""
    count = int(random.integers(4, 10))
    loud = random.uniform(0.6, 1.0)
    parts = []
    mouth = _formants(random, size)
    for fall in np.linspace(1.12, 0.88, count):
        if random.random() < 0.6:
            parts.append(loud * _hiss(random))
        target = _formants(random, size)
        parts.append(loud * _vowel(random, pitch * fall, mouth, target))
        mouth = target
        if random.random() < 0.25:
            parts.append(np.zeros(round(random.uniform(0.02, 0.06) * RATE)))
    parts.append(np.zeros(round(random.uniform(0.25, 0.8) * RATE)))
    return parts


def _formants(random: np.random.Generator, size: float) -> np.ndarray:
    vowel = VOWELS[random.integers(len(VOWELS))] * random.normal(1, 0.03, 3)
    return size * np.array([*vowel, 3_500.0, 4_500.0])


def _vowel(
    random: np.random.Generator, pitch: float, before: np.ndarray, after: np.ndarray
) -> np.ndarray:
    steps = int(random.integers(18, 50))
    samples = steps * STEP
    source = _glottis(random, pitch, samples)
    glide = np.clip(np.linspace(-0.2, 1.8, steps), 0, 1)
    voice = np.empty(samples)
    states = [np.zeros(2) for _ in WIDTHS]
    for k in range(steps):
        part = source[k * STEP : (k + 1) * STEP]
        for f, (low, high) in enumerate(zip(before, after, strict=True)):
            poles = _poles(low + glide[k] * (high - low), WIDTHS[f])
            part, states[f] = lfilter([poles.sum()], poles, part, zi=states[f])
        voice[k * STEP : (k + 1) * STEP] = part
    return _shaped(voice, 0.025) / (np.sqrt(np.mean(voice**2)) + 1e-9) * 0.1


def _glottis(random: np.random.Generator, pitch: float, samples: int) -> np.ndarray:
    """Rosenberg pulses with jitter, shimmer and some breath; their derivative, as lips give it."""
    drift = np.cumsum(random.normal(0, 0.0004, samples))
    wobble = 0.02 * np.sin(2 * np.pi * 5 * np.arange(samples) / RATE + random.uniform(0, 6))
    phase = np.cumsum(pitch * (1 + drift + wobble) / RATE)
    within = phase % 1
    shimmer = random.normal(1, 0.04, int(phase[-1]) + 2)[phase.astype(int)]
    rising = 0.5 * (1 - np.cos(np.pi * within / 0.4))
    closing = np.cos(np.pi / 2 * (within - 0.4) / 0.16)
    pulse = np.where(within < 0.4, rising, np.where(within < 0.56, closing, 0.0)) * shimmer
    breath = random.normal(0, 0.02, samples) * (0.3 + pulse)
    return np.diff(pulse + breath, prepend=0.0)


def _hiss(random: np.random.Generator) -> np.ndarray:
    centre, width = HISSES[random.integers(len(HISSES))]
    samples = round(random.uniform(0.05, 0.14) * RATE)
    poles = _poles(centre, width)
    noise = lfilter([1.0, 0.0, -1.0], poles, random.normal(0, 1, samples))
    return _shaped(noise, 0.015) / (np.std(noise) + 1e-9) * random.uniform(0.015, 0.04)


def _poles(hertz: float, width: float) -> np.ndarray:
    radius = np.exp(-np.pi * width / RATE)
    return np.array([1.0, -2 * radius * np.cos(2 * np.pi * hertz / RATE), radius**2])


def _shaped(sound: np.ndarray, seconds: float) -> np.ndarray:
    edge = min(round(seconds * RATE), len(sound) // 2)
    slope = 0.5 - 0.5 * np.cos(np.pi * np.arange(edge) / edge)
    shaped = sound.copy()
    shaped[:edge] *= slope
    shaped[-edge:] *= slope[::-1]
    return shaped
