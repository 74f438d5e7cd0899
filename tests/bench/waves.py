"""Large WAV files, written and read piece by piece."""

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tests.bench.methods import RATE
from tests.sound import mix, noises, rooms, voices

PIECE = 60  # seconds


def write(path: Path, seconds: int, channels: int = 1, heard: np.ndarray | None = None) -> Path:
    """A talker in pink noise and keystrokes at 10 dB, 16 bit, 48 kHz, any length.

    heard: another minute than that, (samples,), to be said again and again.
    """
    heard = _piece() if heard is None else heard
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(RATE)
        for start in range(0, seconds, PIECE):
            # Every minute is turned a little, so that no two are the same.
            sound = np.roll(heard, 7_919 * start)[: (min(seconds - start, PIECE)) * RATE]
            sides = np.stack([np.roll(sound, 13 * side) for side in range(channels)], axis=1)
            file.writeframes((sides * 32_767).astype("<i2").tobytes())
    return path


def echoing() -> np.ndarray:
    """A minute of a talker with a repeat after a quarter of a second."""
    dry = voices.talk(3, float(PIECE))
    return 0.6 * (dry + 0.5 * np.roll(dry, RATE // 4))


def ringing() -> np.ndarray:
    """A minute of a talker in a room that rings for 0.8 s."""
    return rooms.placed(voices.talk(3, float(PIECE)), 3, 0.8).heard[0]


def read(path: Path, block: int = RATE) -> Iterator[np.ndarray]:
    """Blocks of (channels, samples)."""
    with wave.open(str(path)) as file:
        while data := file.readframes(block):
            frames = np.frombuffer(data, "<i2").reshape(-1, file.getnchannels())
            yield np.ascontiguousarray(frames.T, np.float32) / 32_768


def _piece() -> np.ndarray:
    clean = voices.talk(3, float(PIECE))
    noise = noises.noise("pink", 5, float(PIECE)) + 0.5 * noises.noise("keyboard", 5, float(PIECE))
    return np.clip(mix.at_snr(clean, noise, 10.0).noisy, -1, 1)
