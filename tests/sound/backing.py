"""The players of `songs`: drums, basses, and what plays chords. All give (2, samples)."""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from scipy.signal import butter, fftconvolve, sosfilt

from tests.sound import music

Random = np.random.Generator
tone = lru_cache(maxsize=128)(music.tone)  # the same notes come again and again
BEATS = {  # sixteenths of a bar for kick, snare, hi-hat
    "straight": ((0, 6, 8), (4, 12), range(0, 16, 2)),
    "rock": ((0, 2, 8, 10), (4, 12), range(0, 16, 2)),
    "house": ((0, 4, 8, 12), (4, 12), (2, 6, 10, 14)),
    "slow": ((0, 10), (8,), range(0, 16, 4)),
    "busy": ((0, 3, 6, 10), (4, 7, 12), range(16)),
}


def hertz(semitones: float) -> float:
    """The pitch so far over 220 Hz."""
    return float(220.0 * 2 ** (semitones / 12))


def panned(sound: np.ndarray, place: float) -> np.ndarray:
    """(samples,) to (2, samples): place -1 is left, 0 the middle, 1 right, the power the same."""
    angle = (place + 1) * np.pi / 4
    return np.stack([np.cos(angle) * sound, np.sin(angle) * sound])


def room(random: Random, sound: np.ndarray, rate: int, seconds: float) -> np.ndarray:
    """What a room adds to (2, samples): another decaying noise for each ear, RMS as the sound."""
    time = np.arange(round(seconds * rate)) / rate
    dull = butter(1, 5_000, fs=rate, output="sos")
    late = np.stack(
        [sosfilt(dull, random.normal(0, 1, len(time))) * 10 ** (-3 * time / seconds) for _ in "LR"]
    )
    late[:, : round(0.012 * rate)] = 0
    wet = fftconvolve(sound, late, axes=1)[:, : sound.shape[1]]
    return wet * np.sqrt(np.mean(sound**2) / (np.mean(wet**2) + 1e-20))


def lay(total: np.ndarray, sound: np.ndarray, first: int) -> None:
    """Add (2, n) to (2, samples) from sample `first` on, as far as it fits."""
    fits = max(min(sound.shape[1], total.shape[1] - first), 0)
    total[:, first : first + fits] += sound[:, :fits]


def drums(random: Random, samples: int, rate: int, beat: float, kind: str) -> np.ndarray:
    """Kick, snare, hi-hat, now and then a cymbal or a fill; never twice quite the same."""
    kit = _kit(random, rate)
    places = {"kick": 0.0, "snare": 0.05, "hat": random.uniform(-0.4, 0.4), "cymbal": -0.4}
    total = np.zeros((2, samples))
    for bar in range(int(samples / rate / (4 * beat)) + 1):
        steps = dict(zip(("kick", "snare", "hat"), BEATS[kind], strict=True))
        hits = [(name, step) for name, part in steps.items() for step in part]
        hits += [("cymbal", 0)] if bar % 4 == 0 else []
        hits += [("tom", step) for step in (13, 14, 15)] if bar % 4 == 3 else []
        for name, step in hits:
            first = round(((bar + step / 16) * 4 * beat + random.uniform(0, 0.008)) * rate)
            place = places.get(name, (step - 14) * 0.3)
            hit = random.uniform(0.7, 1) * kit[name] * (1 if random.random() > 0.05 else 0)
            lay(total, panned(hit, place), first)
    return total + 0.12 * room(random, total, rate, 0.5)


def _kit(random: Random, rate: int) -> dict[str, np.ndarray]:
    time = np.arange(round(0.5 * rate)) / rate
    hiss = random.normal(0, 1, len(time))
    high = sosfilt(butter(2, 6_500, "highpass", fs=rate, output="sos"), hiss)
    low, fall = random.uniform(42, 60), random.uniform(2, 8)
    sweep = 2 * np.pi * (low * time + fall * 0.03 * 20 / 8 * (1 - np.exp(-time / 0.03)))
    click = sosfilt(butter(1, 3_000, "highpass", fs=rate, output="sos"), hiss)
    body, ring = random.uniform(160, 220), random.uniform(0.06, 0.14)
    snare = 0.7 * hiss * np.exp(-time / ring)
    snare += 0.6 * np.sin(2 * np.pi * body * time) * np.exp(-time / 0.08)
    tom = np.sin(2 * np.pi * (110 * time + 2 * (1 - np.exp(-time / 0.05)))) * np.exp(-time / 0.15)
    return {
        "kick": 1.2 * np.sin(sweep) * np.exp(-time / random.uniform(0.04, 0.08))
        + 0.6 * click * np.exp(-time / 0.006),
        "snare": snare,
        "hat": 0.6 * high * np.exp(-time / random.uniform(0.02, 0.05)),
        "cymbal": 0.35 * high * np.exp(-time / 0.25),
        "tom": tom + 0.1 * hiss * np.exp(-time / 0.02),
    }


def bass(
    random: Random, samples: int, rate: int, beat: float, roots: Sequence[float], kind: str
) -> np.ndarray:
    """Notes on the roots of the chords, one chord a bar; `kind` is plucked, picked, soft, synth."""
    decay, partials = {
        "plucked": (0.5, 8),
        "picked": (0.7, 14),
        "soft": (1.0, 5),
        "synth": (3, 20),
    }[kind]
    rhythm = (0, 3, 4, 6, 7) if kind != "soft" else (0, 4)
    total = np.zeros((2, samples))
    for bar in range(int(samples / rate / (4 * beat)) + 1):
        root = roots[bar % len(roots)] - 24
        for step, end in zip(rhythm, (*rhythm[1:], 8), strict=True):
            note = root + random.choice([0, 0, 0, 7, 12, 5])
            length = (end - step) * beat / 2 * random.uniform(0.75, 1)
            sound = tone(hertz(note), length + 0.02, rate, decay, partials)
            first = round((bar * 4 * beat + step * beat / 2 + random.uniform(0, 0.01)) * rate)
            lay(total, panned(random.uniform(0.8, 1) * sound, 0), first)
    if kind == "synth":
        total = sosfilt(butter(2, 700, fs=rate, output="sos"), total)
    return np.tanh(1.5 * total) if kind == "picked" else total


def chords(
    random: Random, samples: int, rate: int, beat: float, bars: Sequence[Sequence[float]], kind: str
) -> np.ndarray:
    """One of `PLAYERS` through the bars, (2, samples), in the middle where not wide by itself."""
    total = np.zeros((2, samples))
    for bar in range(int(samples / rate / (4 * beat)) + 1):
        first = bar * 4 * beat
        for start, sound in PLAYERS[kind](random, bars[bar % len(bars)], beat, rate):
            lay(total, sound, round((first + start + random.uniform(0, 0.012)) * rate))
    return total


def _middle(sound: np.ndarray) -> np.ndarray:
    return panned(sound, 0)


def _guitar(random: Random, notes, beat, rate):
    """Strummed."""
    for stroke in (0, 1, 1.5, 2.5, 3, 3.5):
        for n, note in enumerate(notes):
            sound = tone(hertz(note), 1.2 * beat, rate, 0.5, 12) * random.uniform(0.5, 1)
            yield stroke * beat + 0.008 * n, _middle(sound)


def _piano(random: Random, notes, beat, rate):
    """Broken chords, low notes left and high ones right."""
    for k in range(8):
        note = notes[random.integers(len(notes))] + 12 * int(random.integers(0, 2))
        sound = random.uniform(0.5, 1) * tone(hertz(note), 3 * beat, rate, 0.8, 10)
        yield k * beat / 2, panned(sound, np.clip(note / 30, -0.6, 0.6))
    for note in notes:
        yield 0.0, panned(0.5 * tone(hertz(note), 4 * beat, rate, 1.2), np.clip(note / 30, -1, 1))


def _pad(random: Random, notes, beat, rate):
    """Two players for each note, one on each side."""
    time = np.arange(round(4.2 * beat * rate)) / rate
    shape = np.clip(time / 0.3, 0, 1) * np.clip((time[-1] - time) / 0.3, 0, 1)
    for note in notes:
        for place in (-0.8, 0.8):
            phase = 2 * np.pi * hertz(note + random.normal(0, 0.06)) * time + random.uniform(0, 6)
            sound = sum(np.sin(k * phase) / k**1.4 for k in range(1, 10))
            yield 0.0, panned(0.5 * shape * sound, place)


def _strings(random: Random, notes, beat, rate):
    """As the pad, with vibrato."""
    time = np.arange(round(4.2 * beat * rate)) / rate
    shape = np.clip(time / 0.25, 0, 1) * np.clip((time[-1] - time) / 0.25, 0, 1)
    for note in notes:
        for place in (-0.7, -0.2, 0.5):
            wobble = 1 + 0.004 * np.sin(2 * np.pi * random.uniform(4.5, 6) * time)
            phase = 2 * np.pi * np.cumsum(hertz(note + random.normal(0, 0.04)) * wobble) / rate
            sound = sum(np.sin(k * phase) / k**1.2 for k in range(1, 10))
            yield 0.0, panned(0.4 * shape * sound, place)


def _distorted(random: Random, notes, beat, rate):
    """Fifths through an amplifier, played twice: once on each side."""
    dull = butter(2, min(5_500, 0.45 * rate), fs=rate, output="sos")
    root = notes[0] - 12
    for step in range(8):
        for place in (-0.85, 0.85):
            chord = sum(
                tone(hertz(n) * random.normal(1, 0.001), 0.55 * beat, rate, 0.8, 6)
                for n in (root, root + 7, root + 12)
            )
            yield step * beat / 2, panned(sosfilt(dull, np.tanh(4 * chord)), place)


def _arpeggio(random: Random, notes, beat, rate):
    """Sixteenths of a saw that walk from side to side."""
    for step in range(16):
        note = notes[random.integers(len(notes))] + 12
        sound = tone(hertz(note), 0.3 * beat, rate, 2.0, 16)
        yield step * beat / 4, panned(sound, 0.7 * np.sin(step))


def _organ(random: Random, notes, beat, rate):
    time = np.arange(round(1.9 * beat * rate)) / rate
    shape = np.clip(time / 0.01, 0, 1) * np.clip((time[-1] - time) / 0.02, 0, 1)
    for half in (0, 2):
        for note in notes:
            turn = 2 * np.pi * hertz(note) * time
            sound = sum(np.sin(k * turn + random.uniform(0, 6)) / k for k in (1, 2, 3, 4, 6, 8))
            yield half * beat, _middle(0.5 * shape * sound)


PLAYERS: dict[str, Callable] = {
    "guitar": _guitar,
    "piano": _piano,
    "pad": _pad,
    "strings": _strings,
    "distorted": _distorted,
    "arpeggio": _arpeggio,
    "organ": _organ,
}
