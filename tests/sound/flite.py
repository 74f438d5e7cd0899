"""Voices cut from recordings of people, where the program `flite` is installed (Debian has it).

They are nearer to a person than formant voices are: networks trained with people know them.
"""

import io
import shutil
import subprocess
import wave
from functools import cache

import numpy as np
from scipy.signal import resample_poly

from tests.sound.voices import strung

SPEAKERS = ("slt", "rms", "awb", "kal16")


def has_flite() -> bool:
    """Whether the program is there."""
    return shutil.which("flite") is not None


@cache
def talk(seed: int, seconds: float, sample_rate: int = 48_000) -> np.ndarray:
    """`seconds` of one speaker reading sentences in an order of the seed, peak 0.5."""
    speaker = seed % len(SPEAKERS)
    return strung(lambda text: say(text, speaker, sample_rate), seed, seconds, sample_rate)


@cache
def say(text: str, speaker: int = 0, sample_rate: int = 48_000) -> np.ndarray:
    """One text by one of the `SPEAKERS`, as loud as it comes; nothing above 8 kHz."""
    command = ["flite", "-voice", SPEAKERS[speaker], "-t", text, "-o", "/dev/stdout"]
    spoken = subprocess.run(command, check=True, capture_output=True).stdout
    with wave.open(io.BytesIO(spoken)) as file:
        rate, raw = file.getframerate(), file.readframes(1 << 30)
    sound = np.frombuffer(raw, np.int16).astype(np.float32) / 32_768
    common = np.gcd(sample_rate, rate)
    return resample_poly(sound, sample_rate // common, rate // common).astype(np.float32)
