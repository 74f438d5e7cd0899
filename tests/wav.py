"""WAV files for tests, written with the standard library."""

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
