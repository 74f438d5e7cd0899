"""A sung voice from numpy alone: harmonics under moving formants, with vibrato and consonants."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.signal import butter, sosfilt

from tests.sound.formants import VOWELS, WIDTHS

STEP = 0.005  # seconds in which the mouth does not move
TOP = 11_000.0  # Hz of the highest harmonic


class Note(NamedTuple):
    """One syllable: when and how long, in seconds, and how high, in semitones over 220 Hz."""

    start: float
    seconds: float
    semitones: float


def sing(random: np.random.Generator, notes: Sequence[Note], samples: int, rate: int) -> np.ndarray:
    """The notes in the words of nobody, (samples,); another singer for each `random`."""
    steps = int(samples / rate / STEP) + 2
    hertz, loud = _pitch(random, notes, steps), _loudness(random, notes, steps)
    mouth = _mouth(random, notes, steps)
    places = np.arange(samples) / rate / STEP
    voice = _voiced(hertz, loud, mouth, places, rate)
    breath = sosfilt(
        butter(2, [900, min(9_000, 0.45 * rate)], "bandpass", fs=rate, output="sos"),
        random.normal(0, 1, samples),
    )
    voice += random.uniform(0.01, 0.03) * breath * np.interp(places, np.arange(steps), loud)
    voice /= np.sqrt(np.mean(voice**2)) + 1e-12
    return voice + _consonants(random, notes, samples, rate)


def _pitch(random: np.random.Generator, notes: Sequence[Note], steps: int) -> np.ndarray:
    """Hz for each step: notes that glide into each other, vibrato that grows, some drift."""
    time = np.arange(steps) * STEP
    wanted = np.full(steps, notes[0].semitones)
    grown = np.zeros(steps)
    for note in notes:
        wanted[time >= note.start] = note.semitones
        inside = (time >= note.start) & (time < note.start + note.seconds + 0.1)
        grown[inside] = np.clip((time[inside] - note.start - 0.12) / 0.25, 0, 1)
    glide = np.hanning(int(random.uniform(0.06, 0.14) / STEP) | 1)
    edge = len(glide) // 2
    wanted = np.convolve(np.pad(wanted, edge, "edge"), glide / glide.sum(), "valid")
    speed = random.uniform(4.6, 6.2) + 0.3 * _slow(random, steps, 1.0)
    vibrato = random.uniform(0.15, 0.6) * grown * np.sin(2 * np.pi * np.cumsum(speed) * STEP)
    drift = 0.12 * _slow(random, steps, 2.0)
    return 220.0 * 2 ** ((wanted + vibrato + drift) / 12)


def _loudness(random: np.random.Generator, notes: Sequence[Note], steps: int) -> np.ndarray:
    time = np.arange(steps) * STEP
    loud = np.zeros(steps)
    attack = random.uniform(0.03, 0.07)
    for note in notes:
        since, left = time - note.start, note.start + note.seconds - time
        shape = np.clip(since / attack, 0, 1) * np.clip(left / 0.09, 0, 1)
        loud = np.maximum(loud, random.uniform(0.6, 1.0) * shape)
    return loud * (1 + 0.1 * _slow(random, steps, 4.0))


def _mouth(random: np.random.Generator, notes: Sequence[Note], steps: int) -> np.ndarray:
    """(formants, steps) in Hz, another vowel for each note."""
    size = random.uniform(1.0, 1.18)
    mouth = np.empty((len(WIDTHS), steps))
    time = np.arange(steps) * STEP
    for k, note in enumerate(notes):
        first, second, third = VOWELS[random.integers(len(VOWELS))] * random.normal(1, 0.03, 3)
        vowel = size * np.array([first, second, third, 3_300.0, 4_500.0])
        mouth[:, (time >= note.start) | (k == 0)] = vowel[:, np.newaxis]
    glide = np.hanning(21)
    return np.stack(
        [np.convolve(np.pad(f, 10, "edge"), glide / glide.sum(), "valid") for f in mouth]
    )


def _voiced(
    hertz: np.ndarray, loud: np.ndarray, mouth: np.ndarray, places: np.ndarray, rate: int
) -> np.ndarray:
    """The harmonics of the vocal folds, each as loud as mouth and lips leave it."""
    phase = 2 * np.pi * np.cumsum(np.interp(places, np.arange(len(hertz)), hertz)) / rate
    top = min(TOP, 0.45 * rate)
    voice = np.zeros(len(places))
    for k in range(1, int(top / hertz[loud > 0].min()) + 1):
        tone = k * hertz
        level = loud / k * (tone < top)
        for centre, width in zip(mouth, WIDTHS, strict=True):
            level = level * centre**2 / np.hypot(centre**2 - tone**2, width * tone)
            # What the resonances above do: without them each would take 12 dB per octave away.
            level *= np.where(tone > centre, np.sqrt(tone / centre), 1.0)
        if level.max() > 0:
            voice += np.interp(places, np.arange(len(hertz)), level) * np.sin(k * phase)
    return voice


def _consonants(
    random: np.random.Generator, notes: Sequence[Note], samples: int, rate: int
) -> np.ndarray:
    total = np.zeros(samples)
    for note in notes:
        if random.random() < 0.5:
            continue
        centre, seconds = random.uniform(2_500, 7_000), random.uniform(0.04, 0.11)
        band = [0.7 * centre, min(1.4 * centre, 0.45 * rate)]
        burst = random.normal(0, 1, round(seconds * rate)) * np.hanning(round(seconds * rate))
        burst = sosfilt(butter(1, band, "bandpass", fs=rate, output="sos"), burst)
        first = max(0, round((note.start - 0.7 * seconds) * rate))
        fits = max(0, min(len(burst), samples - first))
        total[first : first + fits] += random.uniform(0.3, 0.9) * burst[:fits]
    return total


def _slow(random: np.random.Generator, steps: int, hertz: float) -> np.ndarray:
    points = random.normal(0, 1, max(int(steps * STEP * hertz * 2), 2) + 2)
    return np.interp(np.linspace(0, len(points) - 1, steps), np.arange(len(points)), points)
