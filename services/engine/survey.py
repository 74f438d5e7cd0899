"""The first pass: measures a recording block by block in constant memory."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
import numpy.typing as npt

from services.engine.audio import Audio
from services.engine.decimate import Decimator
from services.engine.frames import Analysis, window_for
from services.engine.hum import Hum, HumFinder
from services.engine.minima import MinimaTracker
from services.engine.repair import repaired
from services.engine.rnnoise import Floats
from services.engine.room import Room, RoomFinder
from services.engine.tonality import Tonality

ROOM = 60.0  # seconds that tell the room well enough for a hint
WINDOW = 0.043  # seconds in one spectrum
LEVEL = 0.020  # seconds in one level of the histogram
STEP_DB = 0.5
LOWEST_DB, TOP_DB = -120.0, 30.0
SETTLING = 1.6  # seconds until the noise tracker has seen a minimum
TRACKED = 2.1  # what frames this far apart make the tracker understate noise by (3.2 dB)
SPEECH_SHARE = 0.4  # of the frames are taken for speech, the loudest
SILENT_DB = -90.0  # frames under this say nothing about levels
PAUSE = 3  # frames of silence between two of sound that are a pause, 60 ms
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
    quiet_db: float  # the level that only a fiftieth of them stays under
    snr_db: float
    noise: tuple[float, ...]  # mean square in each bin of equal width up to half the rate
    bandwidth_hz: float
    hum: Hum | None
    musicness: float
    room: Room
    unsteady_db: float  # by how much the noise itself rises and falls
    pauses: int  # in which there is digital silence: generated, or cut out by a gate
    paused: float  # seconds of them
    dc: tuple[float, ...]
    peak: float

    @property
    def hum_hz(self) -> float | None:
        """The fundamental of mains hum, if there is any."""
        return None if self.hum is None else self.hum.fundamental

    def of_one(self) -> "Measurements":
        """The same for a recording of which only the first channel is worked on."""
        return replace(self, channels=1, dual_mono=False, guide=None, dc=self.dc[:1])


class Survey:
    """Takes a recording block by block and says what it is like."""

    def __init__(self, sample_rate: int, channels: int, room_seconds: float = ROOM) -> None:
        """room_seconds: how much of the recording is asked for its room."""
        self._rate = sample_rate
        self._room_samples = room_seconds * sample_rate
        self._room = RoomFinder(sample_rate, 1)
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
        self._pool = ThreadPoolExecutor(1)
        self._beside: Future[None] | None = None

    def add(self, block: Audio) -> None:
        """Take the next (channels, samples)."""
        self._waiting.append(repaired(block))
        self._held += block.shape[1]
        if self._held >= PIECE * self._rate:
            self._measure()

    def finish(self) -> Measurements:
        """What was measured over all blocks."""
        self._measure()
        self._wait()
        self._pool.shutdown()
        hum = self._hum.finish()
        musicness = self._tonality.musicness(hum is not None)
        if hum is not None and musicness > 0 and sum(n <= 6 for n in hum.harmonics) < HUM_IN_MUSIC:
            hum, musicness = None, self._tonality.musicness(hum=False)
        room = self._room.finish()
        if room.has_voice:
            # In a room a voice rings on as tones do: it is no music.
            musicness = 0.0
        floor, speech = self._noise.levels()
        return Measurements(
            seconds=self._samples / self._rate,
            sample_rate=self._rate,
            channels=len(self._sums),
            dual_mono=self._is_dual_mono(),
            guide=_guide(self._energy),
            noise_floor_db=floor,
            speech_level_db=speech,
            loud_db=self._levels.percentile(90),
            quiet_db=self._levels.percentile(2),
            snr_db=speech - floor,
            noise=self._noise.spectrum(),
            bandwidth_hz=self._noise.bandwidth(),
            hum=hum,
            musicness=musicness,
            room=room,
            pauses=self._levels.pauses,
            paused=self._levels.paused,
            unsteady_db=self._noise.unsteady(),
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
        energy = np.append(np.einsum("ij,ij->i", sound, sound), middle @ middle)
        self._energy += energy
        difference = sound - middle
        self._differences += float(np.einsum("ij,ij->", difference, difference))
        self._peak = max(self._peak, float(np.abs(sound).max(initial=0)))
        guide = _guide(energy)
        heard = middle if guide is None else sound[guide]
        self._wait()
        self._beside = self._pool.submit(self._listen, heard, self._samples <= self._room_samples)
        low = self._low.push(heard)
        self._hum.push(low)
        self._tonality.push(low)

    def _listen(self, heard: Floats, for_room: bool) -> None:
        """What takes half of the time, for a second thread."""
        if for_room:
            self._room.add(heard[np.newaxis])
        self._levels.add(heard)
        self._noise.add(heard)

    def _wait(self) -> None:
        if self._beside is not None:
            beside, self._beside = self._beside, None
            beside.result()

    def _is_dual_mono(self) -> bool:
        several = len(self._sums) > 1
        return several and self._differences <= SAME**2 * float(self._energy[:-1].sum())


def _guide(energy: npt.NDArray[np.float64]) -> int | None:
    """The loudest channel where the mean, which is the last energy, cancels more than 6 dB."""
    loudest = int(np.argmax(energy[:-1]))
    return None if energy[-1] >= energy[loudest] / 4 else loudest


class Levels:
    """Short-time levels of a stream."""

    def __init__(self, sample_rate: int) -> None:
        self._length = max(1, round(LEVEL * sample_rate))
        self._energies = Energies()
        self._waiting = np.zeros(0, np.float32)
        self._silent = -1  # frames since the last sound; none yet
        self.pauses = 0
        self.paused = 0.0  # seconds

    def add(self, samples: Floats) -> None:
        """Count the frames of (samples,)."""
        samples = np.concatenate((self._waiting, samples))
        count = len(samples) // self._length
        frames = samples[: count * self._length].reshape(count, self._length)
        self._waiting = samples[count * self._length :]
        power = np.einsum("ij,ij->i", frames, frames) / np.float32(self._length)
        sounds = power > 10 ** (SILENT_DB / 10)
        self._energies.add(power[sounds])
        self._follow(sounds)

    def _follow(self, sounds: npt.NDArray[np.bool_]) -> None:
        for is_sound, run in groupby(sounds.tolist()):
            if not is_sound:
                self._silent += len(list(run)) if self._silent >= 0 else 0
                continue
            if self._silent >= PAUSE:
                self.pauses += 1
                self.paused += self._silent * LEVEL
            self._silent = 0

    def percentile(self, percent: float) -> float:
        """The level in dB that `percent` of the frames that are not silent stay under."""
        return self._energies.percentile(percent)


class NoiseFloor:
    """Noise power by minima, speech power by the louder frames, and both spectra."""

    def __init__(self, sample_rate: int) -> None:
        self._window = window_for(sample_rate, WINDOW)
        self._rate = sample_rate
        self._analysis = Analysis(1, self._window, self._window)
        bins = self._window // 2 + 1
        seconds = self._window / sample_rate
        self._minima = MinimaTracker(bins, seconds, 0.1)
        self._settling = round(SETTLING / seconds)
        self._noise = Energies()
        self._sound = Energies()
        self._spectrum = np.zeros(bins)
        self._noise_spectrum = np.zeros(bins)
        self._frames = 0

    def add(self, samples: Floats) -> None:
        """Take the next (samples,)."""
        spectra = self._analysis.push(samples[np.newaxis])[0]
        # Sum of the squared window times two halves of the spectrum: powers as mean squares.
        power = (spectra.real**2 + spectra.imag**2) * np.float32(4 / self._window**2)
        noise = self._minima.push(power * self._window).noise * np.float32(TRACKED / self._window)
        sounds = power.sum(axis=1) > 10 ** (SILENT_DB / 10)
        self._spectrum += power.sum(axis=0)
        self._sound.add(power[sounds].sum(axis=1))
        # What the tracker starts with may be speech.
        early = min(self._settling, len(noise))
        self._settling -= early
        settled = noise[early:][sounds[early:]]
        self._noise.add(settled.sum(axis=1))
        self._noise_spectrum += np.log(settled + 1e-15).sum(axis=0)
        self._frames += len(settled)

    def levels(self) -> tuple[float, float]:
        """Noise and speech in dB."""
        noise = 10 ** (self._noise.median() / 10)
        speech = max(self._sound.loudest(SPEECH_SHARE) - noise, 1e-12)
        return self._noise.median(), float(10 * np.log10(speech))

    def unsteady(self) -> float:
        """How far apart a loud and a quiet tenth of the noise are, in dB."""
        return self._noise.percentile(90) - self._noise.percentile(10)

    def spectrum(self) -> tuple[float, ...]:
        """The noise power of each bin as a mean square; empty if nothing is known."""
        if self._frames == 0:
            return ()
        return tuple(np.exp(self._noise_spectrum / self._frames).tolist())

    def bandwidth(self) -> float:
        """The highest frequency in Hz that carries something."""
        strongest = self._spectrum.max()
        carries = np.flatnonzero(self._spectrum > strongest * 10 ** (-EDGE_DB / 10))
        if strongest <= 0 or len(carries) == 0:
            return 0.0
        return float(carries[-1] * self._rate / self._window)


class Energies:
    """A histogram of powers with the sum in each of its steps."""

    def __init__(self) -> None:
        self._counts = np.zeros(round((TOP_DB - LOWEST_DB) / STEP_DB), np.int64)
        self._sums = np.zeros(len(self._counts))

    def add(self, powers: Floats) -> None:
        """Count mean squares, (frames,)."""
        level = 10 * np.log10(powers + 1e-12)
        last = len(self._counts) - 1
        places = np.clip((level - LOWEST_DB) / STEP_DB, 0, last).astype(int)
        self._counts += np.bincount(places, minlength=len(self._counts))
        self._sums += np.bincount(places, weights=powers, minlength=len(self._counts))

    def median(self) -> float:
        """The level in dB in the middle of all."""
        return self.percentile(50)

    def percentile(self, percent: float) -> float:
        """The level in dB that `percent` of the frames stay under."""
        total = self._counts.sum()
        if total == 0:
            return LOWEST_DB
        reached = np.cumsum(self._counts) >= percent / 100 * total
        return LOWEST_DB + STEP_DB * (int(np.argmax(reached)) + 0.5)

    def loudest(self, share: float) -> float:
        """The mean power of the loudest `share` of the frames."""
        total = self._counts.sum()
        if total == 0:
            return 0.0
        loud = np.cumsum(self._counts[::-1])[::-1] <= share * total
        loud[np.flatnonzero(self._counts)[-1]] = True
        return float(self._sums[loud].sum() / self._counts[loud].sum())
