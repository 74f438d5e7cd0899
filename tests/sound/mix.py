"""Speech in noise at a known ratio."""

from typing import NamedTuple

import numpy as np

from tests.sound import formants, noises, voices

PAUSE_DB = -45.0  # a stretch this far under the loudest is a pause of the talker


class Mixed(NamedTuple):
    """What was heard and what it was made of: noisy = clean + noise, all (samples,)."""

    noisy: np.ndarray
    clean: np.ndarray
    noise: np.ndarray


def at_snr(clean: np.ndarray, noise: np.ndarray, snr_db: float) -> Mixed:
    """Noise set `snr_db` under the clean sound, by energy over the whole length."""
    factor = np.sqrt(np.mean(clean**2) / np.mean(noise**2)) * 10 ** (-snr_db / 20)
    scaled = (factor * noise).astype(np.float32)
    return Mixed(clean + scaled, clean, scaled)


def speech_in(
    kind: str,
    snr_db: float,
    *,
    seed: int = 11,
    seconds: float = 8.0,
    sample_rate: int = 48_000,
    formant: bool = False,
) -> Mixed:
    """A voice in one of `noises.KINDS`; `formant` takes the voice that needs no library."""
    speak = formants.speak if formant else voices.talk
    clean = speak(seed, seconds, sample_rate)
    return at_snr(clean, noises.noise(kind, seed, seconds, sample_rate), snr_db)


def pauses(clean: np.ndarray, sample_rate: int = 48_000) -> np.ndarray:
    """(samples,) bool: where the talker is silent for at least 0.1 s."""
    length = sample_rate // 50
    count = len(clean) // length
    level = np.sqrt(np.mean(clean[: count * length].reshape(count, length) ** 2, axis=1))
    quiet = level < level.max() * 10 ** (PAUSE_DB / 20)
    # Only stretches of five frames count: shorter ones are stops inside words.
    runs = np.convolve(quiet, np.ones(5), "valid") == 5
    kept = np.convolve(runs, np.ones(5)) > 0
    mask = np.zeros(len(clean), bool)
    mask[: count * length] = np.repeat(kept, length)
    return mask
