"""The first pass: measures a recording block by block in constant memory."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.engine.audio import Audio
from services.engine.decimate import Decimator
from services.engine.frames import Analysis, window_for
from services.engine.hum import Hum, HumFinder
from services.engine.minima import MinimaTracker
from services.engine.repair import repaired
from services.engine.rnnoise import Floats
from services.engine.tonality import Tonality

WINDOW = 0.043  # seconds in one spectrum
LEVEL = 0.020  # seconds in one level of the histogram
STEP_DB = 0.5
LOWEST_DB = -120.0
SILENT_DB = -90.0  # frames under this say nothing about levels
SAME = 1e-4  # amplitude ratio (-80 dB) under which two channels are one
PIECE = 2.0  # seconds worked on at a time
EDGE_DB = 75.0  # what lies further under the strongest band than this is no signal
HUM_IN_MUSIC = 5  # of the first six harmonics: bass notes share a few with the mains


@dataclass(frozen=True, slots=True)
class Measurements:
    """What is known about a recording; levels in dB relative to full scale, RMS."""

    seconds: float
    sample_rate: int
    channels: int
    dual_mono: bool
    guide: int | None  # the channel that stands for all of them; None is their mean
    noise_floor_db: float
    speech_level_db: float
    loud_db: float  # the level that a tenth of the 20 ms frames exceed
    snr_db: float
    bandwidth_hz: float
    hum: Hum | None
    musicness: float
    dc: tuple[float, ...]
    peak: float

    @property
    def hum_hz(self) -> float | None:
        """The fundamental of mains hum, if there is any."""
        return None if self.hum is None else self.hum.fundamental


class Survey:
    """Takes a recording block by block and says what it is like."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        self._rate = sample_rate
        self._samples = 0
        self._sums = np.zeros(channels)
        self._energy = np.zeros(channels + 1)
        self._differences = 0.0
        self._peak = 0.0
        self._levels = Levels(sample_rate)
        self._noise = NoiseFloor(sample_rate)
        self._low = Decimator(sample_rate)
        self._hum = HumFinder(self._low.rate)
        self._tonality = Tonality(self._low.rate)
        self._waiting: list[Audio] = []
        self._held = 0

    def add(self, block: Audio) -> None:
        """Take the next (channels, samples)."""
        self._waiting.append(repaired(block))
        self._held += block.shape[1]
        if self._held >= PIECE * self._rate:
            self._measure()

    def finish(self) -> Measurements:
        """What was measured over all blocks."""
        self._measure()
        hum = self._hum.finish()
        musicness = self._tonality.musicness(hum)
        if hum is not None and musicness > 0 and sum(n <= 6 for n in hum.harmonics) < HUM_IN_MUSIC:
            hum = None
            musicness = self._tonality.musicness(None)
        floor, speech = self._noise.levels()
        return Measurements(
            seconds=self._samples / self._rate,
            sample_rate=self._rate,
            channels=len(self._sums),
            dual_mono=self._is_dual_mono(),
            guide=self._guide(),
            noise_floor_db=floor,
            speech_level_db=speech,
            loud_db=self._levels.percentile(90),
            snr_db=speech - floor,
            bandwidth_hz=self._noise.bandwidth(),
            hum=hum,
            musicness=musicness,
            dc=tuple((self._sums / max(self._samples, 1)).tolist()),
            peak=self._peak,
        )

    def _measure(self) -> None:
        if self._held == 0:
            return
        sound = np.concatenate(self._waiting, axis=1)
        self._waiting, self._held = [], 0
        middle = sound.mean(axis=0)
        self._samples += len(middle)
        self._sums += sound.sum(axis=1, dtype=np.float64)
        self._energy[:-1] += np.einsum("ij,ij->i", sound, sound)
        self._energy[-1] += float(middle @ middle)
        difference = sound - middle
        self._differences += float(np.einsum("ij,ij->", difference, difference))
        self._peak = max(self._peak, float(np.abs(sound).max(initial=0)))
        self._levels.add(middle)
        self._noise.add(middle)
        low = self._low.push(middle)
        self._hum.push(low)
        self._tonality.push(low)

    def _is_dual_mono(self) -> bool:
        several = len(self._sums) > 1
        return several and self._differences <= SAME**2 * float(self._energy[:-1].sum())

    def _guide(self) -> int | None:
        """The loudest channel where the mean cancels more than 6 dB of it."""
        loudest = int(np.argmax(self._energy[:-1]))
        return None if self._energy[-1] >= self._energy[loudest] / 4 else loudest


class Levels:
    """A histogram of short-time levels."""

    def __init__(self, sample_rate: int) -> None:
        self._length = max(1, round(LEVEL * sample_rate))
        self._counts = np.zeros(round(-LOWEST_DB / STEP_DB) + 60, np.int64)
        self._waiting = np.zeros(0, np.float32)

    def add(self, samples: Floats) -> None:
        """Count the frames of (samples,)."""
        samples = np.concatenate((self._waiting, samples))
        count = len(samples) // self._length
        frames = samples[: count * self._length].reshape(count, self._length)
        self._waiting = samples[count * self._length :]
        level = 10 * np.log10(np.einsum("ij,ij->i", frames, frames) / self._length + 1e-12)
        places = np.clip((level - LOWEST_DB) / STEP_DB, 0, len(self._counts) - 1).astype(int)
        self._counts += np.bincount(places, minlength=len(self._counts))

    def percentile(self, percent: float) -> float:
        """The level in dB that `percent` of the frames that are not silent stay under."""
        counts = self._counts.copy()
        counts[: round((SILENT_DB - LOWEST_DB) / STEP_DB)] = 0
        if counts.sum() == 0:
            return LOWEST_DB
        reached = np.cumsum(counts) >= percent / 100 * counts.sum()
        return LOWEST_DB + STEP_DB * (int(np.argmax(reached)) + 0.5)


class NoiseFloor:
    """Noise power by minima, speech power by the louder frames, and the mean spectrum."""

    def __init__(self, sample_rate: int) -> None:
        self._window = window_for(sample_rate, WINDOW)
        self._rate = sample_rate
        self._analysis = Analysis(1, self._window, self._window)
        self._minima = MinimaTracker(self._window // 2 + 1, self._window / sample_rate, 0.1)
        self._noise, self._frames = 0.0, 0
        self._spectrum: npt.NDArray[np.float64] = np.zeros(self._window // 2 + 1)
        # Energy and number of frames for each level: speech is what the loudest 40 % hold.
        self._sums = np.zeros(400)
        self._counts = np.zeros(400, np.int64)

    def add(self, samples: Floats) -> None:
        """Take the next (samples,)."""
        spectra = self._analysis.push(samples[np.newaxis])[0]
        if len(spectra) == 0:
            return
        # Sum of the squared window times two halves of the spectrum: powers as mean squares.
        power = (spectra.real**2 + spectra.imag**2) * np.float32(4 / self._window**2)
        found = self._minima.push(power * self._window).noise.sum(axis=1) / self._window
        total = power.sum(axis=1)
        sounds = total > 10 ** (SILENT_DB / 10)
        self._noise += float(found[sounds].sum())
        self._frames += int(sounds.sum())
        self._spectrum += power.sum(axis=0)
        level = 10 * np.log10(total[sounds] + 1e-12)
        places = np.clip((level + 120) / 0.4, 0, 399).astype(int)
        np.add.at(self._sums, places, total[sounds])
        np.add.at(self._counts, places, 1)

    def levels(self) -> tuple[float, float]:
        """Noise and speech in dB."""
        if self._frames == 0:
            return LOWEST_DB, LOWEST_DB
        noise = self._noise / self._frames
        loud = np.cumsum(self._counts[::-1])[::-1] <= 0.4 * self._frames
        loud[np.flatnonzero(self._counts)[-1]] = True
        heard = self._sums[loud].sum() / max(self._counts[loud].sum(), 1)
        speech = max(heard - noise, 1e-12)
        return float(10 * np.log10(noise + 1e-12)), float(10 * np.log10(speech))

    def bandwidth(self) -> float:
        """The highest frequency in Hz that carries something."""
        strongest = self._spectrum.max()
        carries = np.flatnonzero(self._spectrum > strongest * 10 ** (-EDGE_DB / 10))
        if strongest <= 0 or len(carries) == 0:
            return 0.0
        return float(carries[-1] * self._rate / self._window)
