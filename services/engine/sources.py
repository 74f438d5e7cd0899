"""Divides each bin of a stretch of music between voice, drums, bass and everything else."""

from dataclasses import dataclass

import numpy as np

from services.engine.centre import central, lead_place
from services.engine.crew import Crew
from services.engine.frames import Spectra
from services.engine.hpss import percussive
from services.engine.melody import follow
from services.engine.repeating import fresh
from services.engine.rnnoise import Floats

ORDER = ("vocals", "drums", "bass", "other")
# Picked on made songs of the seeds 3 and 5; tests/bench/stems.py reports on others.
VOICE_FROM = 160.0  # Hz; below it only the followed pitch is voice
VOICE_BAND = (200.0, 3_400.0)  # Hz where a lead voice is looked for
MELODY_FROM = 200.0  # Hz; below it the bass would be followed
MELODY_TO = 4_000.0  # Hz; above it harmonics lie too close to be told apart
BASS_TO = 200.0  # Hz
LOW_TO = 220.0  # Hz below which a voice is its pitch and nothing else
REPEATED = 0.6  # share of the middle that is voice even if it comes again
BETWEEN = 0.5  # share of a sure voice that is taken from between its harmonics …
ALONG = 0.5  # … and least share that it has on them
NARROW = 1e-3  # energy of the sides to that of the middle below which stereo is mono


@dataclass(frozen=True, slots=True)
class Shares:
    """`masks` is (sources, frames, bins) in the order of `ORDER`, and adds up to 1."""

    masks: Floats
    stereo: bool


def divide(spectra: Spectra, hertz: Floats, seconds: float, crew: Crew) -> Shares:
    """The shares of (channels, frames, bins) with bins at `hertz`, a frame every `seconds`."""
    stereo = _is_stereo(spectra)
    amplitude = _amplitude(spectra)
    masks = np.empty((len(ORDER), *amplitude.shape), np.float32)
    masks[1] = percussive(amplitude, hertz, crew)
    tonal = np.float32(1) - masks[1]
    amplitude *= tonal
    voice = fresh(amplitude, seconds, crew)
    middle = lead = np.ones_like(tonal)
    if stereo:
        band = slice(*np.searchsorted(hertz, VOICE_BAND))
        place = lead_place(spectra[:, ::4, band], (voice * tonal)[::4, band] ** 2)
        middle = lead = central(spectra, crew)
        if place:
            lead = central(spectra, crew, place)
        voice = (np.float32(1 - REPEATED) * voice + np.float32(REPEATED)) * lead
    voice *= 1 / (1 + (VOICE_FROM / np.maximum(hertz, 1)) ** 6)
    voice = _on_melody(voice, amplitude, lead, hertz)
    bass = _below(BASS_TO, 8, hertz) * (1 - voice) * np.sqrt(middle)
    np.multiply(voice, tonal, out=masks[0])
    np.multiply(bass, tonal, out=masks[2])
    np.maximum(tonal - masks[0] - masks[2], 0, out=masks[3])
    return Shares(masks, stereo)


def _amplitude(spectra: Spectra) -> Floats:
    """(frames, bins): root of the mean power of the channels."""
    power = np.zeros(spectra.shape[1:], np.float32)
    for channel in spectra:
        power += channel.real**2 + channel.imag**2
    return np.asarray(np.sqrt(power / np.float32(len(spectra))), np.float32)


def _on_melody(voice: Floats, amplitude: Floats, lead: Floats, hertz: Floats) -> Floats:
    """The voice's share, moved towards the harmonics of the pitch it seems to have."""
    heard = amplitude * voice / (1 + (MELODY_FROM / np.maximum(hertz, 1)) ** 4)
    melody = follow(np.asarray(heard, np.float32), hertz)
    comb, sure = melody.comb(hertz), melody.sure[:, np.newaxis]
    clear = sure * _below(MELODY_TO, 4, hertz)
    voice = voice * (1 - np.float32(BETWEEN) * clear * (1 - comb))
    voice = np.maximum(voice, np.float32(ALONG) * clear * comb * lead)
    low = _below(LOW_TO, 8, hertz)
    pitch = comb * sure * np.sqrt(lead)
    return np.asarray(voice + low * (pitch - voice), np.float32)


def _below(edge: float, order: int, hertz: Floats) -> Floats:
    return np.asarray(1 / (1 + (hertz / edge) ** order), np.float32)


def _is_stereo(spectra: Spectra) -> bool:
    if len(spectra) == 1:
        return False
    middle, sides = (np.linalg.norm(spectra[0] + sign * spectra[1]) for sign in (1, -1))
    return bool(sides**2 > NARROW * middle**2)
