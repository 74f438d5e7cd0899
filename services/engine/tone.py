"""What a voice sounds like over the length of some speech, and what it lacks."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.engine.audio import Audio
from services.engine.biquads import Biquad, high_pass, high_shelf, low_shelf, peak

Doubles = npt.NDArray[np.float64]

# Long-term average speech spectrum, men and women together, dB in thirds of an octave from
# 100 Hz to 10 kHz (D. Byrne et al., J. Acoust. Soc. Am. 96(4), 1994, table II).
CENTRES = 1_000 * 2 ** (np.arange(-10, 11) / 3)
USUAL = np.array(
    (
        *(54.4, 57.7, 56.8, 60.2, 60.3, 59.0, 62.1, 62.1, 60.5, 56.8, 53.7),
        *(53.0, 52.0, 48.7, 48.1, 46.8, 45.6, 44.5, 44.3, 43.7, 43.4),
    )
)
ANCHOR = (400.0, 2_000.0)  # Hz; what the other bands are compared with

FRAME = 0.05  # seconds
SPOKEN_DB = -15.0  # frames this far under the loud ones still count as speech
TOLERANCE = 4.0  # dB by which healthy voices differ
EMPTY = -22.0  # dB under the usual; there the recording ends, and lifting it would lift hiss
MOST = 4.0  # dB
RUMBLE_DB = -18.0  # of the speech, below 70 Hz: from here on it is cut


@dataclass(frozen=True, slots=True)
class Tone:
    """What `listen` found.

    level: mean square of the speech, 0 where there is none; seconds: how much of it was heard.
    lacks: per third of an octave of `CENTRES`, dB over (+) or under (-) the usual voice; NaN
    above the bandwidth of the file. rumble_db: energy below 70 Hz against all.
    """

    level: float
    seconds: float
    lacks: Doubles
    rumble_db: float


def listen(sound: Audio, sample_rate: int) -> Tone:
    """Measure the frames of `sound`, (channels, samples), in which somebody speaks."""
    length = max(round(FRAME * sample_rate), 1)
    count = sound.shape[1] // length
    nothing = Tone(0.0, 0.0, np.full(len(CENTRES), np.nan), -np.inf)
    if not count:
        return nothing
    frames = sound[:, : count * length].mean(axis=0, dtype=np.float64).reshape(count, length)
    energies = np.mean(frames**2, axis=1)
    # Channels in opposite phase cancel in the middle: the level is that of the channels.
    powers = np.mean(sound[:, : count * length].reshape(-1, count, length) ** 2, axis=(0, 2))
    if powers.max() <= 1e-10:
        return nothing
    spoken = powers >= np.percentile(powers, 95) * 10 ** (SPOKEN_DB / 10)
    spectrum = _spectrum(frames[spoken & (energies > 0)], length)
    hertz = np.fft.rfftfreq(length, 1 / sample_rate)
    low = spectrum[hertz < 70].sum() / (spectrum.sum() + 1e-30)
    return Tone(
        level=float(powers[spoken].mean()),
        seconds=float(spoken.sum() * FRAME),
        lacks=_lacks(spectrum, hertz),
        rumble_db=float(10 * np.log10(low + 1e-30)),
    )


def missing(tone: Tone, sample_rate: int, amount: float) -> list[Biquad]:
    """The few gentle filters that bring a voice nearer to a usual one; none for a good one."""
    filters = []
    if tone.rumble_db > RUMBLE_DB:
        filters.append(high_pass(sample_rate, 70))
    if (warmth := amount * _change(tone, 160, 315)) != 0:
        filters.append(low_shelf(sample_rate, 200, warmth))
    if (mud := amount * min(_change(tone, 240, 420), 0)) != 0:
        filters.append(peak(sample_rate, 320, mud, 0.9))
    if (presence := amount * _change(tone, 2_400, 4_500)) != 0:
        filters.append(peak(sample_rate, 3_300, presence, 0.7))
    if (air := amount * _change(tone, 6_000, 10_500)) != 0:
        filters.append(high_shelf(sample_rate, 7_000, air))
    return filters


def _spectrum(frames: Doubles, length: int) -> Doubles:
    power: Doubles = np.zeros(length // 2 + 1)
    for frame in frames:
        power += np.abs(np.fft.rfft(frame * np.hanning(length))) ** 2
    return power


def _lacks(spectrum: Doubles, hertz: npt.NDArray[np.floating]) -> Doubles:
    levels = np.full(len(CENTRES), np.nan)
    for k, centre in enumerate(CENTRES):
        inside = (hertz >= centre * 2 ** (-1 / 6)) & (hertz < centre * 2 ** (1 / 6))
        if inside.any() and centre < 0.9 * hertz[-1]:
            # The frames resolve 20 Hz: scale the few low bins up to the width of the band.
            width = centre * (2 ** (1 / 6) - 2 ** (-1 / 6))
            levels[k] = 10 * np.log10(spectrum[inside].mean() * width + 1e-30)
    differences: Doubles = levels - USUAL
    return differences - np.nanmean(differences[_thirds(*ANCHOR)])


def _thirds(low: float, high: float) -> npt.NDArray[np.bool_]:
    """Which of the bands have their centre within the two frequencies, ends included."""
    return np.logical_and(low * 0.97 <= CENTRES, high * 1.03 >= CENTRES)


def _change(tone: Tone, low: float, high: float) -> float:
    """By how many dB the band should move: half of what it is off beyond the tolerance."""
    band = tone.lacks[_thirds(low, high)]
    if np.isnan(band).any():
        return 0.0
    off = float(band.mean())
    if off < EMPTY or abs(off) <= TOLERANCE:
        return 0.0
    wanted = 0.5 * (abs(off) - TOLERANCE)
    return float(np.copysign(min(wanted, MOST), -off))
