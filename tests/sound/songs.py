"""Short songs whose stems are known: a voice, drums, a bass, and the rest of the band."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from tests.sound import backing, singing, voices

STEMS = ("vocals", "drums", "bass", "other")
# Mean energy shares: a mixture then has -2.4, -5, -6.5 and -6.2 dB SDR as an estimate of each.
SHARES = {"vocals": 0.365, "drums": 0.24, "bass": 0.183, "other": 0.193}
SPREAD = 1.5  # dB by which the shares differ from song to song
PROGRESSIONS = (
    ((0, 4, 7, 11), (9, 12, 16), (5, 9, 12, 16), (7, 11, 14)),
    ((-3, 0, 4), (5, 9, 12), (0, 4, 7), (7, 11, 14)),
    ((2, 5, 9, 12), (7, 11, 14), (0, 4, 7, 11), (-3, 0, 4, 7)),
)
SCALE = (-5, -3, 0, 2, 4, 7, 9, 12, 14)  # semitones; pentatonic, which suits all the chords


@dataclass(frozen=True, slots=True)
class Style:
    """Who plays what from where; places run from -1, left, to 1, right."""

    tempo: float
    beat: str
    bass: str
    players: tuple[tuple[str, float], ...]
    spoken: bool = False
    voices: tuple[float, ...] = (0.0,)
    reverb: float = 0.15
    channels: int = 2


STYLES = {
    "pop": Style(112, "straight", "plucked", (("guitar", -0.6), ("piano", 0.3), ("pad", 0.0))),
    "rock": Style(128, "rock", "picked", (("distorted", 0.0), ("organ", 0.4)), reverb=0.1),
    "electronic": Style(124, "house", "synth", (("arpeggio", 0.0), ("pad", 0.0)), spoken=True),
    "ballad": Style(72, "slow", "soft", (("piano", 0.0), ("strings", 0.0)), reverb=0.25),
    "funk": Style(104, "busy", "picked", (("guitar", 0.7), ("organ", -0.3)), reverb=0.08),
    "wide": Style(
        100, "straight", "plucked", (("guitar", 0.5), ("strings", 0.0)), voices=(-0.5, 0.6)
    ),
    "mono": Style(108, "straight", "plucked", (("guitar", 0.0), ("piano", 0.0)), channels=1),
}


@dataclass(frozen=True, slots=True)
class Song:
    """`mix` is exactly the sum of `stems`; all (channels, samples), float32, mix peak 0.7."""

    mix: np.ndarray
    stems: dict[str, np.ndarray]

    def truth(self, name: str) -> np.ndarray:
        """One of the stems, or the instrumental."""
        if name == "instrumental":
            return self.mix - self.stems["vocals"]
        return self.stems[name]


@cache
def song(seed: int, style: str, seconds: float, sample_rate: int = 48_000) -> Song:
    """`seconds` of a song in one of `STYLES`; the same for the same seed."""
    random = np.random.default_rng([seed, *style.encode()])
    plan = STYLES[style]
    samples, beat = round(seconds * sample_rate), 60 / plan.tempo * random.uniform(0.92, 1.08)
    key = int(random.integers(-4, 4))
    shape = PROGRESSIONS[random.integers(len(PROGRESSIONS))]
    bars = tuple(tuple(note + key for note in chord) for chord in shape)
    made = {
        "vocals": _vocals(random, plan, samples, sample_rate, (beat, key, seed)),
        "drums": backing.drums(random, samples, sample_rate, beat, plan.beat),
        "bass": backing.bass(
            random, samples, sample_rate, beat, [chord[0] for chord in bars], plan.bass
        ),
        "other": _others(random, plan, samples, sample_rate, beat, bars),
    }
    return _balanced(random, made, plan.channels)


def _balanced(random: np.random.Generator, made: dict[str, np.ndarray], channels: int) -> Song:
    """The stems at their shares, and their sum."""
    if channels == 1:
        made = {name: stem.mean(axis=0, keepdims=True) for name, stem in made.items()}
    for name, stem in made.items():
        level = SHARES[name] / np.mean(stem**2) * 10 ** (random.uniform(-SPREAD, SPREAD) / 10)
        made[name] = np.sqrt(level) * stem
    peak = np.abs(sum(made.values())).max()
    # Rounded to 24 bit: sums of four such numbers are exact in float32.
    stems = {
        n: (np.round(0.7 / peak * s * 2**23) / 2**23).astype(np.float32) for n, s in made.items()
    }
    return Song(sum(stems.values()), stems)


def _vocals(
    random: np.random.Generator, plan: Style, samples: int, rate: int, where: tuple[float, int, int]
) -> np.ndarray:
    """One singer or talker, or one for each place, with some reverberation."""
    beat, key, seed = where
    notes = _melody(random, samples / rate, beat, key + (0 if random.random() < 0.5 else -8))
    total = np.zeros((2, samples))
    for place in plan.voices:
        if plan.spoken:
            voice = voices.talk(seed, samples / rate, rate).astype(np.float64)
        else:
            voice = singing.sing(random, notes, samples, rate)
        total += backing.panned(voice, place) * (1 if place == plan.voices[0] else 0.5)
    return total + plan.reverb * backing.room(random, total, rate, random.uniform(0.6, 1.4))


def _melody(
    random: np.random.Generator, seconds: float, beat: float, key: int
) -> list[singing.Note]:
    """Phrases of some bars that walk through the scale, with rests between them."""
    notes, time, place = [], 0.5 * beat, int(random.integers(2, 6))
    while time < seconds - 0.3 or not notes:
        for _ in range(random.integers(5, 11)):
            length = beat * random.choice([0.5, 0.5, 1.0, 1.0, 1.5, 2.0])
            place = int(np.clip(place + random.integers(-2, 3), 0, len(SCALE) - 1))
            notes.append(singing.Note(time, 0.93 * length, key + SCALE[place]))
            time += length
        time += beat * random.choice([0.5, 1.0, 2.0, 3.0])
    return notes


def _others(
    random: np.random.Generator, plan: Style, samples: int, rate: int, beat: float, bars
) -> np.ndarray:
    total = np.zeros((2, samples))
    for kind, place in plan.players:
        played = backing.chords(random, samples, rate, beat, bars, kind)
        played /= np.sqrt(np.mean(played**2)) + 1e-12
        # A balance control: it keeps what is wide by itself wide.
        total += played * np.sqrt(2) * backing.panned(np.ones(1), place)
    return total + 0.08 * backing.room(random, total, rate, 0.7)
