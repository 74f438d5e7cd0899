"""Ten backgrounds, each with its own make-up; all come with an RMS of 0.1."""

from collections.abc import Callable
from functools import cache

import numpy as np
from scipy.signal import butter, sosfilt

from tests.sound import voices

Random = np.random.Generator


@cache
def noise(kind: str, seed: int, seconds: float, sample_rate: int = 48_000) -> np.ndarray:
    """`seconds` of one of `KINDS`."""
    # crc-like mixing would do as well; what matters is that kinds do not share their noise.
    random = np.random.default_rng([seed, sorted(KINDS).index(kind)])
    made = KINDS[kind](random, round(seconds * sample_rate), sample_rate)
    made = made - made.mean()
    return (0.1 * made / np.sqrt(np.mean(made**2))).astype(np.float32)


def tilted(random: Random, samples: int, sample_rate: int, slope: float) -> np.ndarray:
    """Noise whose power changes by `slope` dB per octave between 20 Hz and the top."""
    spectrum = np.fft.rfft(random.normal(0, 1, samples))
    frequency = np.fft.rfftfreq(samples, 1 / sample_rate)
    octaves = np.log2(np.maximum(frequency, 20.0) / 1_000)
    spectrum *= 10 ** (slope * octaves / 20) * (frequency >= 20)
    return np.fft.irfft(spectrum, samples)


def slow(random: Random, samples: int, sample_rate: int, hertz: float) -> np.ndarray:
    """A random curve that moves about `hertz` times a second, mean 0, deviation 1."""
    points = random.normal(0, 1, max(int(samples / sample_rate * hertz * 2), 2) + 2)
    place = np.linspace(0, len(points) - 1, samples)
    return np.interp(place, np.arange(len(points)), points)


def _white(random: Random, samples: int, _rate: int) -> np.ndarray:
    return random.normal(0, 1, samples)


def _pink(random: Random, samples: int, rate: int) -> np.ndarray:
    return tilted(random, samples, rate, -3.0)


def _brown(random: Random, samples: int, rate: int) -> np.ndarray:
    return tilted(random, samples, rate, -6.0)


def _hum(random: Random, samples: int, rate: int) -> np.ndarray:
    mains = random.choice([50.0, 60.0]) + random.uniform(-0.05, 0.05)
    time = np.arange(samples) / rate
    total = np.zeros(samples)
    for harmonic in range(1, 21):
        level = random.uniform(0.3, 1.0) / harmonic**1.1
        total += level * np.sin(2 * np.pi * (mains * harmonic * time + random.random()))
    return total + 0.05 * tilted(random, samples, rate, -3.0)


def _fan(random: Random, samples: int, rate: int) -> np.ndarray:
    """Rush of air, pulsed by the blades, and the tones of the motor."""
    time = np.arange(samples) / rate
    blades = random.uniform(60, 110)
    rush = tilted(random, samples, rate, -4.5) / 0.6
    rush *= 1 + 0.15 * np.sin(2 * np.pi * blades * time)
    rush /= rush.std()
    for k in range(1, 5):
        rush += 0.25 / k * np.sin(2 * np.pi * (blades * k * time + random.random()))
    return rush


def _keyboard(random: Random, samples: int, rate: int) -> np.ndarray:
    """Strokes of 30 ms with a click at each end, five to nine a second, on a soft room tone."""
    total = 0.02 * tilted(random, samples, rate, -3.0)
    at = 0.1 * rate
    while at < samples:
        for delay, level in ((0.0, 1.0), (random.uniform(0.06, 0.1), 0.5)):
            stroke = _click(random, rate) * level * random.uniform(0.5, 1.0)
            first = round(at + delay * rate)
            fits = max(min(len(stroke), samples - first), 0)
            total[first : first + fits] += stroke[:fits]
        pause = random.exponential(0.6) if random.random() < 0.12 else 0.0
        at += (random.uniform(0.09, 0.22) + pause) * rate
    return total


def _click(random: Random, rate: int) -> np.ndarray:
    length = round(0.03 * rate)
    decay = np.exp(-np.arange(length) / (random.uniform(0.002, 0.006) * rate))
    low, high = random.uniform(800, 2_000), random.uniform(4_000, 7_000)
    # Thirty milliseconds are short: one butterworth each is cheap.
    band = butter(1, (low, min(high, 0.45 * rate)), "bandpass", fs=rate, output="sos")
    return sosfilt(band, random.normal(0, 1, length) * decay) * 3


def _traffic(random: Random, samples: int, rate: int) -> np.ndarray:
    """A low rumble, and cars that come and go every few seconds."""
    total = tilted(random, samples, rate, -6.0)
    total *= 0.5 / total.std()
    time = np.arange(samples) / rate
    at = random.uniform(0, 3)
    while at < time[-1]:
        width = random.uniform(0.8, 2.0)
        swell = np.exp(-0.5 * ((time - at) / width) ** 2)
        tyres = tilted(random, samples, rate, -3.0)
        engine = np.sin(
            2 * np.pi * np.cumsum(random.uniform(50, 90) * (1.03 - 0.03 * time / 30)) / rate
        )
        total += swell * random.uniform(0.4, 1.2) * (tyres / tyres.std() + 0.3 * engine)
        at += random.uniform(2, 5)
    return total


def _wind(random: Random, samples: int, rate: int) -> np.ndarray:
    """Gusts: very low noise whose level moves by 20 dB, with some hiss in the strong ones."""
    gusts = slow(random, samples, rate, 0.7) + 0.4 * slow(random, samples, rate, 4)
    level = 10 ** (8 * np.clip(gusts, -2, 2) / 20)
    low = tilted(random, samples, rate, -9.0)
    hiss = tilted(random, samples, rate, -3.0)
    return level * low / low.std() + 0.05 * level**1.5 * hiss / hiss.std()


def _babble(random: Random, samples: int, rate: int) -> np.ndarray:
    """Eight other voices at once."""
    total = np.zeros(samples)
    for _ in range(8):
        # Seeds from 1000 on are never used for a talker.
        other = voices.talk(1_000 + int(random.integers(6)), 20.0, rate)
        total += random.uniform(0.5, 1.0) * np.resize(
            np.roll(other, random.integers(len(other))), samples
        )
    return total


def _cafe(random: Random, samples: int, rate: int) -> np.ndarray:
    """Babble behind room noise, with cups and a steam valve now and then."""
    babble = _babble(random, samples, rate)
    total = babble / babble.std()
    room = tilted(random, samples, rate, -4.0)
    total += 0.5 * room / room.std()
    for _ in range(max(int(samples / rate * 0.8), 1)):
        cup = _ring(random, rate)
        first = int(random.integers(max(samples - len(cup), 1)))
        fits = min(len(cup), samples - first)
        total[first : first + fits] += random.uniform(0.5, 2.0) * cup[:fits]
    return total


def _ring(random: Random, rate: int) -> np.ndarray:
    time = np.arange(round(0.25 * rate)) / rate
    tones = [np.sin(2 * np.pi * random.uniform(2_000, 6_500) * time) for _ in range(4)]
    return np.sum(tones, axis=0) * np.exp(-time / random.uniform(0.02, 0.08)) / 2


KINDS: dict[str, Callable[[Random, int, int], np.ndarray]] = {
    "white": _white,
    "pink": _pink,
    "brown": _brown,
    "hum": _hum,
    "fan": _fan,
    "keyboard": _keyboard,
    "traffic": _traffic,
    "wind": _wind,
    "babble": _babble,
    "cafe": _cafe,
}
