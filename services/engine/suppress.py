"""Turns down the noise behind a voice, with a speech estimate as the guide."""

import math
from dataclasses import dataclass

import numpy as np

from services.engine.audio import Audio, guide_of
from services.engine.frames import Aligned, Analysis, Spectra, Synthesis, window_for
from services.engine.jit import compiled
from services.engine.lsa import exponentials, logarithms, lsa_logs
from services.engine.minima import MinimaTracker
from services.engine.rnnoise import Estimate, Floats
from services.engine.trust import BAND, Guards, Watch

SLAB = 0.5  # seconds worked on at a time
BATCH = 4.0  # seconds of frames that are judged at once: each time looks back ten seconds
OVERLAP = 4  # frames that each sample is part of
SMOOTH = 0.9  # share of the last frame in the prior SNR
KNOWN_MIX, KNOWN_SHARE = 0.15, -0.3  # what a voice that the network knows adds to both shares
NETWORK_MEMORY = 0.9  # of the noise that the network shows, from one 8 ms to the next


@dataclass(frozen=True, slots=True)
class Settings:
    """What a preset decides: see `Plan`."""

    floor_db: float
    mix: float
    window: float
    clean: float = 0.0
    noise: tuple[float, ...] = ()
    minima_share: float = 0.6  # less where the network knows the voice well, which then counts more
    believed_db: float = 20.0


class _Held:
    """Frames that wait for what comes after them, oldest first.

    They stay where they were written until `drop`: joining them anew with each slab cost more than
    all gains. Powers are heard, kept, rest, noise, and the gain of the minima: (frames, bins) each.
    """

    def __init__(self, channels: int, bins: int, frames: int) -> None:
        self._spectra: Spectra = np.empty((channels, frames, bins), np.complex64)
        self._powers = np.empty((5, frames, bins), np.float32)
        self.count = 0

    def take_in(self, spectra: Spectra) -> Floats:
        """Append the spectra of all channels; gives the place for their powers."""
        start, self.count = self.count, self.count + spectra.shape[1]
        self._spectra[:, start : self.count] = spectra
        return self._powers[:, start : self.count]

    def first(self, count: int) -> tuple[Spectra, Floats]:
        """The spectra and the powers of the oldest frames, where they lie."""
        return self._spectra[:, :count], self._powers[:, :count]

    def drop(self, count: int) -> None:
        """Forget the oldest frames."""
        left = self.count - count
        self._spectra[:, :left] = self._spectra[:, count : self.count].copy()
        self._powers[:, :left] = self._powers[:, count : self.count].copy()
        self.count = left


class Suppressor:
    """A stream of sound and its speech estimate in, the cleaned sound out, some time later.

    The guide, which the speech was estimated from, decides the gains. All channels get the same
    gain in each bin, which keeps the stereo image.
    """

    def __init__(
        self, sample_rate: int, channels: int, settings: Settings, guide: int | None = None
    ) -> None:
        self._settings, self._guide = settings, guide
        window = window_for(sample_rate, settings.window)
        hop = window // OVERLAP
        self._window, self._seconds = window, hop / sample_rate
        self._watch = Watch(sample_rate, window, hop)
        self._batch = max(1, round(BATCH / self._seconds))
        self._slab = max(1, round(SLAB / self._seconds)) * hop
        low, high = BAND
        hertz = sample_rate / window
        self._band = slice(int(low / hertz), max(int(min(high, sample_rate * 0.45) / hertz), 2))
        self._analysis = Analysis(channels, window, hop)
        self._estimate = Analysis(1, window, hop)
        self._synthesis = Synthesis(channels, window, hop)
        bins = window // 2 + 1
        floor = 10 ** (min(settings.floor_db, -20) / 20)
        expected = _expected(settings.noise, bins)
        self._minima = MinimaTracker(bins, self._seconds, floor, expected)
        most = self._slab // hop + OVERLAP
        self._held = _Held(channels, bins, self._watch.context + self._batch + most)
        self._channels = channels
        self._rows = np.ones((3, bins), np.float32)
        self._fresh = True
        self._aligned = Aligned(window - hop)

    def push(self, sound: Audio, speech: Estimate) -> Audio:
        """Take (channels, samples) and the speech in their guide; give (channels, samples)."""
        self._watch.hear(speech.voice)
        self._aligned.take(sound.shape[1])
        parts = [
            self._advance(sound[:, at : at + self._slab], speech.sound[at : at + self._slab])
            for at in range(0, max(sound.shape[1], 1), self._slab)
        ]
        return self._aligned.give(np.concatenate(parts, axis=1))

    def finish(self) -> Audio:
        """What is still held back: as many samples came out as went in."""
        silence = np.zeros((self._channels, self._window), np.float32)
        last = self._advance(silence, silence[0])
        rest = self._release(self._held.count)
        return self._aligned.give(np.concatenate((last, rest), axis=1))

    def _advance(self, sound: Audio, speech: Floats) -> Audio:
        spectra = self._analysis.push(sound)
        estimate = self._estimate.push(speech[np.newaxis])[0]
        guide = np.ascontiguousarray(guide_of(spectra, self._guide))
        heard, kept, rest, noise, gain = self._held.take_in(spectra)
        _powers(guide.view(np.float32), estimate.view(np.float32), heard, kept, rest)
        found = self._minima.push(heard)
        noise[:], gain[:] = found.noise, found.gain
        levels = np.empty((5, len(heard)), np.float32)
        _levels((heard, kept, noise), self._band.start, self._band.stop, levels)
        self._watch.push(levels)
        ready = self._held.count - self._watch.context
        return self._release(ready if ready >= self._batch else 0)

    def _release(self, count: int) -> Audio:
        """Clean the first `count` held frames."""
        if count <= 0:
            return np.zeros((self._channels, 0), np.float32)
        spectra, powers = self._held.first(count)
        _weaken(spectra, self._gains(powers, self._watch.take(count)))
        cleaned = self._synthesis.push(spectra)
        self._held.drop(count)
        return cleaned

    def _gains(self, powers: Floats, ready: Guards) -> Floats:
        heard, kept, rest, noise, minima_gain = powers
        if self._fresh:
            self._rows[0] = rest[0]
            self._fresh = False
        gain: Floats = np.empty_like(heard)
        _gain(
            (heard, kept, rest, noise, minima_gain),
            _controls(self._settings, ready),
            self._rows,
            (np.float32(NETWORK_MEMORY ** (self._seconds / 0.008)), np.float32(SMOOTH)),
            np.float32(10 ** (self._settings.floor_db / 20)),
            gain,
        )
        return gain


def _controls(settings: Settings, ready: Guards) -> Floats:
    """(3, frames): most noise over the minima, share of the network's and of the minima's gain."""
    clean = np.clip((ready.snr - 30) / 12, 0, 1)
    clean = np.maximum(clean, settings.clean * np.clip((ready.snr - 20) / 6, 0, 1))
    # The better the sound, the less the network's errors may pass for noise.
    believed = settings.believed_db - 7 * np.clip((ready.snr - 10) / 10, 0, 1)
    cap = believed * (1 - ready.pause) + 40 * ready.pause
    cap = cap * ready.trust + 2 * (1 - ready.trust)
    cap = cap * (1 - clean) - 30 * clean
    # Little noise, or a network that is lost: the minima alone do better.
    steady = np.maximum(np.clip((ready.snr - 18) / 4, 0, 1), 1 - ready.trust) * (1 - clean)
    mix = (settings.mix + KNOWN_MIX * ready.sure) * ready.trust * (1 - clean) * (1 - steady)
    share = settings.minima_share + KNOWN_SHARE * ready.sure
    share = (share + (1 - share) * steady) * (1 - clean)
    return np.stack((10 ** (cap / 10), mix, share)).astype(np.float32)


def _expected(noise: tuple[float, ...], bins: int) -> Floats | None:
    """Mean squares of bins of another width as the powers of `bins` of ours."""
    if not noise:
        return None
    places = np.linspace(0, len(noise) - 1, bins)
    density = np.interp(places, np.arange(len(noise)), noise) * (len(noise) - 1) / (bins - 1)
    # A window of 2 * (bins - 1) samples, half of the energy on each side of the spectrum.
    return np.asarray(density * (bins - 1) ** 2, np.float32)


@compiled
def _powers(guide: Floats, estimate: Floats, heard: Floats, kept: Floats, rest: Floats) -> None:
    """Powers of what was heard, of the speech in it, and of what lies between them.

    Spectra are (frames, 2 * bins), real and imaginary parts by turns.
    """
    for t in range(len(heard)):
        one, other = guide[t], estimate[t]
        for f in range(heard.shape[1]):
            r, i, s, j = one[2 * f], one[2 * f + 1], other[2 * f], other[2 * f + 1]
            heard[t, f] = r * r + i * i
            kept[t, f] = s * s + j * j
            rest[t, f] = (r - s) * (r - s) + (i - j) * (i - j)


@compiled
def _levels(powers: tuple[Floats, Floats, Floats], low: int, high: int, levels: Floats) -> None:
    """Mean powers as `Watch` takes them: between two bins, and from the first one on."""
    heard, kept, noise = powers
    for t in range(len(heard)):
        for k, x in enumerate((heard[t], kept[t], noise[t])):
            levels[k, t] = x[low:high].mean()
        levels[3, t] = heard[t, :high].mean()
        levels[4, t] = noise[t, :high].mean()


@compiled
def _weaken(spectra: Spectra, gain: Floats) -> None:
    """Apply the gain of each frame and bin to all channels, in place."""
    for channel in range(len(spectra)):
        for t in range(len(gain)):
            row, factors = spectra[channel, t], gain[t]
            for f in range(len(factors)):
                row[f] *= factors[f]


@compiled
def _gain(
    powers: tuple[Floats, Floats, Floats, Floats, Floats],
    controls: Floats,
    rows: Floats,
    memories: tuple[np.float32, np.float32],
    floor: np.float32,
    gain: Floats,
) -> None:
    """Gains of all frames. Rows: noise, last gain, last SNR."""
    heard, kept, rest, least, minima_gain = powers
    work = np.empty((2, heard.shape[1]), np.float32)
    for t in range(len(heard)):
        _follow(heard[t], kept[t], rest[t], least[t], controls[0, t], rows, memories, gain[t])
        shares = (controls[1, t], controls[2, t])
        _blend(heard[t], kept[t], minima_gain[t], shares, floor, work, gain[t])


@compiled
def _follow(
    heard: Floats,
    kept: Floats,
    rest: Floats,
    least: Floats,
    cap: np.float32,
    rows: Floats,
    memories: tuple[np.float32, np.float32],
    gain: Floats,
) -> None:
    """Learn the noise from what the network dropped; the logarithm of the gain."""
    slow, memory = memories
    one, tiny = np.float32(1), np.float32(1e-20)
    dropped, last_gain, last_snr = rows[0], rows[1], rows[2]
    for f in range(len(heard)):
        presence = kept[f] / (kept[f] + rest[f] + tiny)
        keep = slow + (one - slow) * presence * presence
        dropped[f] = keep * dropped[f] + (one - keep) * rest[f]
        noise = min(dropped[f], cap * least[f]) + tiny
        after = min(heard[f] / noise, np.float32(1e4))
        prior = memory * last_gain[f] * last_gain[f] * last_snr[f]
        prior = max(prior + (one - memory) * kept[f] / noise, np.float32(1e-4))
        wiener = prior / (one + prior)
        gain[f] = wiener
        last_gain[f] = after * wiener
        last_snr[f] = after
    logarithms(gain)
    lsa_logs(last_gain)
    for f in range(len(heard)):
        gain[f] = min(gain[f] + last_gain[f], np.float32(0))
        last_gain[f] = gain[f]
    exponentials(last_gain)


@compiled
def _blend(
    heard: Floats,
    kept: Floats,
    minima_gain: Floats,
    shares: tuple[np.float32, np.float32],
    floor: np.float32,
    work: Floats,
    gain: Floats,
) -> None:
    """Geometric means with the gain of the minima and with that of the network."""
    mix, share = shares
    one, least = np.float32(1), np.float32(1e-4)
    lowest, log_floor = np.float32(math.log(least)), np.float32(math.log(floor))
    smallest = max(floor * floor, np.float32(1e-8))
    other, network = work[0], work[1]
    for f in range(len(heard)):
        other[f] = max(minima_gain[f], least)
        network[f] = min(max(kept[f] / (heard[f] + np.float32(1e-20)), smallest), one)
    logarithms(other)
    logarithms(network)
    for f in range(len(heard)):
        log_gain = (one - share) * max(gain[f], lowest) + share * other[f]
        mixed = (one - mix) * max(log_gain, log_floor) + mix * np.float32(0.5) * network[f]
        gain[f] = max(mixed, log_floor)
    exponentials(gain)
