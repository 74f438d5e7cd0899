"""Short pieces of synthesised music in a few styles: no song, but tones, beats and decays."""

from collections.abc import Callable
from functools import cache

import numpy as np
from scipy.signal import butter, sosfilt

Random = np.random.Generator
CHORDS = ((0, 4, 7, 11), (9, 12, 16, 19), (5, 9, 12, 16), (7, 11, 14, 17))


@cache
def play(style: str, seed: int, seconds: float, sample_rate: int = 48_000) -> np.ndarray:
    """`seconds` of one of `STYLES`, peak 0.6."""
    random = np.random.default_rng([seed, sorted(STYLES).index(style)])
    piece = STYLES[style](random, round(seconds * sample_rate), sample_rate)
    return (0.6 * piece / np.abs(piece).max()).astype(np.float32)


def tone(hertz: float, seconds: float, rate: int, decay: float, partials: int = 8) -> np.ndarray:
    """A struck or plucked note: harmonics that die away, the high ones first."""
    time = np.arange(round(seconds * rate)) / rate
    total = np.zeros(len(time))
    for k in range(1, partials + 1):
        if k * hertz < 0.45 * rate:
            total += np.exp(-time * k**0.7 / decay) * np.sin(2 * np.pi * k * hertz * time) / k
    edge = min(240, len(time) // 2)
    total[-edge:] *= np.linspace(1, 0, edge)
    total[:48] *= np.linspace(0, 1, 48)[: len(total)]
    return total


def _hertz(semitones: float) -> float:
    return 220.0 * 2 ** (semitones / 12)


def _lay(total: np.ndarray, sound: np.ndarray, first: int) -> None:
    fits = max(min(len(sound), len(total) - first), 0)
    total[first : first + fits] += sound[:fits]


def _keys(random: Random, samples: int, rate: int) -> np.ndarray:
    """Broken chords, as on a piano."""
    total = np.zeros(samples)
    for k, first in enumerate(range(0, samples, rate // 4)):
        chord = CHORDS[k // 8 % 4]
        note = chord[random.integers(4)] + 12 * int(random.integers(0, 2))
        _lay(total, random.uniform(0.5, 1) * tone(_hertz(note), 1.5, rate, 0.6), first)
        if k % 8 == 0:
            _lay(total, tone(_hertz(chord[0] - 24), 2.0, rate, 1.0), first)
    return total


def _strings(random: Random, samples: int, rate: int) -> np.ndarray:
    """Long soft chords with vibrato, four players a note."""
    total = np.zeros(samples)
    time = np.arange(2 * rate) / rate
    swell = np.sin(np.pi * time / 2) ** 0.5
    for k, first in enumerate(range(0, samples, 2 * rate)):
        for note in CHORDS[k % 4]:
            for _ in range(4):
                wobble = 0.004 * np.sin(2 * np.pi * random.uniform(4.5, 6) * time)
                bend = _hertz(note) * (1 + random.normal(0, 0.002) + wobble)
                phase = 2 * np.pi * np.cumsum(bend) / rate
                for partial in range(1, 9):
                    _lay(total, swell * np.sin(partial * phase) / partial**1.3, first)
    return total


def _drums(random: Random, samples: int, rate: int) -> np.ndarray:
    time = np.arange(round(0.3 * rate)) / rate
    kick = np.sin(2 * np.pi * (45 * time + 8 * (1 - np.exp(-time / 0.03)))) * np.exp(-time / 0.12)
    high = butter(2, 6_000, "highpass", fs=rate, output="sos")
    total = np.zeros(samples)
    for k, first in enumerate(range(0, samples, rate // 4)):
        hiss = random.normal(0, 1, len(time))
        _lay(total, 0.15 * sosfilt(high, hiss) * np.exp(-time / 0.03), first)
        if k % 4 == 0:
            _lay(total, 1.2 * kick, first)
        if k % 4 == 2:
            snare = 0.4 * hiss * np.exp(-time / 0.08) + 0.4 * np.sin(
                2 * np.pi * 190 * time
            ) * np.exp(-time / 0.1)
            _lay(total, snare, first)
    return total


def _pop(random: Random, samples: int, rate: int) -> np.ndarray:
    """Drums, bass, chords and a lead."""
    total = _drums(random, samples, rate)
    for k, first in enumerate(range(0, samples, rate // 2)):
        chord = CHORDS[k // 4 % 4]
        _lay(total, 0.9 * tone(_hertz(chord[0] - 24), 0.45, rate, 0.4, 5), first)
        for note in chord:
            _lay(total, 0.15 * tone(_hertz(note), 0.5, rate, 0.3), first)
        lead = tone(_hertz(chord[random.integers(4)] + 12), 0.4, rate, 0.5, 12)
        _lay(total, 0.35 * lead, first)
    return total


def _rock(random: Random, samples: int, rate: int) -> np.ndarray:
    """Distorted fifths over drums."""
    guitar = np.zeros(samples)
    for k, first in enumerate(range(0, samples, rate // 4)):
        root = CHORDS[k // 8 % 4][0] - 12
        for note in (root, root + 7, root + 12):
            _lay(guitar, tone(_hertz(note) * random.normal(1, 0.001), 0.3, rate, 0.8, 6), first)
    low = butter(2, 5_500, "lowpass", fs=rate, output="sos")
    return 0.6 * sosfilt(low, np.tanh(4 * guitar)) + _drums(random, samples, rate)


def _electronic(random: Random, samples: int, rate: int) -> np.ndarray:
    """A saw-tooth arpeggio through a moving filter, over a sustained bass."""
    time = np.arange(samples) / rate
    steps = random.integers(0, 4, samples // (rate // 8) + 1)
    notes = np.array([CHORDS[k // 16 % 4][s] for k, s in enumerate(steps)])
    hertz = 220.0 * 2 ** (np.repeat(notes, rate // 8)[:samples] / 12)
    phase = np.cumsum(hertz) / rate
    open_ = 2 + 5 * (1 + np.sin(2 * np.pi * 0.2 * time))
    saw = sum(np.exp(-k / open_) * np.sin(2 * np.pi * k * phase) / k for k in range(1, 16))
    bass = np.sin(2 * np.pi * 55 * time) + 0.3 * np.sin(2 * np.pi * 110 * time)
    return 0.5 * saw + 0.6 * bass + 0.7 * _drums(random, samples, rate)


STYLES: dict[str, Callable[[Random, int, int], np.ndarray]] = {
    "keys": _keys,
    "strings": _strings,
    "pop": _pop,
    "rock": _rock,
    "electronic": _electronic,
}
