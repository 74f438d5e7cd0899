"""WAV files for tests, written with the standard library."""

import io
import wave
from pathlib import Path

import numpy as np


def write_wav(path: Path, sound: np.ndarray, sample_rate: int = 48_000) -> Path:
    """sound: (channels, samples), full scale 1.0; 16 bit."""
    channels = sound.shape[0]
    data = (np.clip(sound, -1, 1) * 32767).astype("<i2").T.tobytes()
    with wave.open(str(path), "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(sample_rate)
        out.writeframes(data)
    return path


def tone(hertz: float, seconds: float = 1.0, sample_rate: int = 16_000) -> bytes:
    """A WAV file by whose pitch everybody sees whose it is."""
    times = np.arange(int(seconds * sample_rate)) / sample_rate
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes((0.3 * np.sin(2 * np.pi * hertz * times) * 32767).astype("<i2").tobytes())
    return out.getvalue()
