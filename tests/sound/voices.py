"""Voices: espeak-ng where its library is installed, else the formant voice of `formants`."""

import ctypes
import importlib.util
from collections.abc import Callable
from functools import cache

import numpy as np
from scipy.signal import resample_poly

from tests.sound import formants

# Espeak's voice, words per minute, pitch 0 to 99. Its harsher voices (klatt, f3) are left out:
# RNNoise takes them for noise even when nothing else is heard, which would flatter us.
SPEAKERS = (
    ("en-us", 165, 45),
    ("en-us+f1", 175, 50),
    ("en-gb-x-rp", 150, 38),
    ("en-us+f2", 185, 57),
    ("en-us+m7", 160, 42),
    ("en-us+f5", 170, 52),
)

SENTENCES = (
    "The lamp above the mixing desk had been blinking since Tuesday, and nobody wrote it down.",
    "Six silver buses crossed the bridge before the choir began to sing.",
    "We keep the window shut because the street below is never quiet.",
    "Please read the second page slowly, then stop and breathe.",
    "A good microphone forgives nothing, which is why she stood so still.",
    "Bring fresh bread, three lemons, and whatever cheese the shop has left.",
    "He asked whether the train to the coast would wait for the storm.",
    "Yesterday the measurements agreed; today they argue like neighbours.",
    "Somewhere behind the wall a clock was ticking out of time.",
    "Thank you for calling, this message was recorded far from any studio.",
    "Zebras, foxes and shy squirrels visit the zoo after dark.",
    "If the kettle whistles, count to twenty and start the interview again.",
)

_PCM = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
SYNCHRONOUS, RATE, PITCH, UTF8, ENDPAUSE = 2, 1, 3, 1, 0x1000


def has_espeak() -> bool:
    """Whether the library is there (the `espeakng-loader` wheel)."""
    return importlib.util.find_spec("espeakng_loader") is not None


@cache
def talk(seed: int, seconds: float, sample_rate: int = 48_000) -> np.ndarray:
    """`seconds` of one speaker reading sentences in an order of the seed, peak 0.5."""
    if not has_espeak():
        return formants.speak(seed, seconds, sample_rate)
    speaker = seed % len(SPEAKERS)
    return strung(lambda text: say(text, speaker, sample_rate), seed, seconds, sample_rate)


def strung(
    speak: Callable[[str], np.ndarray], seed: int, seconds: float, sample_rate: int = 48_000
) -> np.ndarray:
    """Sentences in an order of the seed with pauses between them, peak 0.5."""
    random = np.random.default_rng(seed)
    parts = [np.zeros(round(0.4 * sample_rate), np.float32)]
    while sum(map(len, parts)) < seconds * sample_rate:
        for k in random.permutation(len(SENTENCES)):
            pause = np.zeros(round(random.uniform(0.3, 0.9) * sample_rate), np.float32)
            parts += [speak(SENTENCES[k]), pause]
            if sum(map(len, parts)) >= seconds * sample_rate:
                break
    voice = np.concatenate(parts)[: round(seconds * sample_rate)]
    return (0.5 * voice / np.abs(voice).max()).astype(np.float32)


@cache
def say(text: str, speaker: int = 0, sample_rate: int = 48_000) -> np.ndarray:
    """One text by one of the espeak `SPEAKERS`, as loud as it comes."""
    library, rate = _espeak()
    name, words, pitch = SPEAKERS[speaker]
    heard: list[np.ndarray] = []

    def hear(samples, count, _events):
        if samples and count > 0:
            heard.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    callback = _PCM(hear)
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(name.encode()):
        raise LookupError(f"espeak-ng has no voice {name}")
    library.espeak_SetParameter(RATE, words, 0)
    library.espeak_SetParameter(PITCH, pitch, 0)
    data = text.encode()
    library.espeak_Synth(data, len(data) + 1, 0, 0, 0, UTF8, None, None)
    library.espeak_Synchronize()
    sound = np.concatenate(heard).astype(np.float32) / 32_768
    common = np.gcd(sample_rate, rate)
    return resample_poly(sound, sample_rate // common, rate // common).astype(np.float32)


@cache
def _espeak():
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_Synth.argtypes = [
        ctypes.c_char_p,
        ctypes.c_size_t,
        ctypes.c_uint,
        ctypes.c_int,
        ctypes.c_uint,
        ctypes.c_uint,
        ctypes.c_void_p,
        ctypes.c_void_p,
    ]
    # The folder is the one that holds espeak-ng-data, or that folder itself; newer ones take both.
    path = espeakng_loader.get_data_path().encode()
    rate = library.espeak_Initialize(SYNCHRONOUS, 0, path, 0)
    if rate <= 0:
        raise OSError("espeak-ng found no data")
    return library, rate
