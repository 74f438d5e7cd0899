"""What is compared: our engine and its peers, each a function from noisy to clean.

All take and give mono sound of shape (samples,) at 48 kHz.
"""

import ctypes
import importlib.util
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np

RATE = 48_000
FRAME = 480  # samples RNNoise takes at once
DELAY = 960  # samples by which it answers late
BLOCK = RATE  # what our engine is fed with, as the decoder would

Method = Callable[[np.ndarray], np.ndarray]


def undertone(sound: np.ndarray, preset: str = "auto") -> np.ndarray:
    """Our two passes, measure and clean, in blocks of a second."""
    from services.engine import denoise
    from services.engine.survey import Survey

    blocks = [sound[None, i : i + BLOCK] for i in range(0, len(sound), BLOCK)]
    survey = Survey(RATE, 1)
    for block in blocks:
        survey.add(block)
    measured = survey.finish()
    denoiser = denoise.Denoiser(denoise.plan(preset, "normal", measured), measured)
    parts = [denoiser.push(block) for block in blocks]
    return np.concatenate([*parts, denoiser.finish()], axis=1)[0]


def undertone_podcast(sound: np.ndarray) -> np.ndarray:
    """The same with the podcast's settings."""
    return undertone(sound, "podcast")


def undertone_music(sound: np.ndarray) -> np.ndarray:
    """The same with the settings for music."""
    return undertone(sound, "music")


def rnnoise(sound: np.ndarray) -> np.ndarray:
    """RNNoise alone, on a copy whose loud frames have an RMS of 0.08, its delay cut."""
    library = _rnnoise()
    frames = sound[: len(sound) // DELAY * DELAY].reshape(-1, DELAY)
    loud = np.percentile(np.sqrt(np.mean(frames**2, axis=1)), 90)
    gain = 32_768 * min(0.08 / (loud + 1e-9), 1 / (np.abs(sound).max() + 1e-9))
    count = -(-(len(sound) + DELAY) // FRAME)
    taken = np.zeros(count * FRAME, np.float32)
    taken[: len(sound)] = sound * gain
    given = np.empty_like(taken)
    state = library.rnnoise_create(None)
    for at in range(0, 4 * len(taken), 4 * FRAME):
        library.rnnoise_process_frame(state, given.ctypes.data + at, taken.ctypes.data + at)
    library.rnnoise_destroy(state)
    return given[DELAY : DELAY + len(sound)] / np.float32(gain)


def noisereduce(sound: np.ndarray) -> np.ndarray:
    """The package noisereduce, stationary, as its README uses it."""
    from noisereduce import reduce_noise

    return reduce_noise(y=sound, sr=RATE, stationary=True).astype(np.float32)


def afftdn(sound: np.ndarray) -> np.ndarray:
    """FFmpeg's FFT denoiser with noise tracking, its delay measured and cut."""
    import av

    graph = av.filter.Graph()
    source = graph.add_abuffer(
        format="flt", sample_rate=RATE, layout="mono", time_base=Fraction(1, RATE)
    )
    denoiser = graph.add("afftdn", "nr=24:nf=-35:tn=1")
    sink = graph.add("abuffersink")
    source.link_to(denoiser)
    denoiser.link_to(sink)
    graph.configure()
    parts: list[np.ndarray] = []
    for start in range(0, len(sound), BLOCK):
        frame = av.AudioFrame.from_ndarray(sound[None, start : start + BLOCK], "flt", "mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        graph.push(frame)
        _pull(graph, parts)
    graph.push(None)
    _pull(graph, parts)
    return _aligned(np.concatenate(parts), sound)


def _pull(graph, parts: list[np.ndarray]) -> None:
    import av

    while True:
        try:
            parts.append(graph.pull().to_ndarray().reshape(-1).astype(np.float32))
        except (av.error.BlockingIOError, av.error.EOFError):
            return


def _aligned(result: np.ndarray, sound: np.ndarray) -> np.ndarray:
    """The result moved to where it fits the input best, within 0.1 s, at the input's length."""
    length = min(len(result), len(sound), 20 * RATE)
    size = 2 << length.bit_length()
    spectrum = np.fft.rfft(result[:length], size) * np.conj(np.fft.rfft(sound[:length], size))
    late = int(np.argmax(np.fft.irfft(spectrum, size)[: RATE // 10]))
    moved = np.zeros(len(sound), np.float32)
    kept = result[late : late + len(sound)]
    moved[: len(kept)] = kept
    return moved


def _rnnoise() -> ctypes.CDLL:
    # The package's own Python layer is never imported: it would pull in far more.
    spec = importlib.util.find_spec("pyrnnoise")
    assert spec is not None
    assert spec.submodule_search_locations
    library = ctypes.CDLL(str(Path(spec.submodule_search_locations[0]) / "librnnoise.so"))
    library.rnnoise_create.argtypes = [ctypes.c_void_p]
    library.rnnoise_create.restype = ctypes.c_void_p
    library.rnnoise_destroy.argtypes = [ctypes.c_void_p]
    library.rnnoise_process_frame.argtypes = [ctypes.c_void_p] * 3
    library.rnnoise_process_frame.restype = ctypes.c_float
    return library


METHODS: dict[str, Method] = {
    "Undertone auto": undertone,
    "Undertone podcast": undertone_podcast,
    "RNNoise alone": rnnoise,
    "noisereduce": noisereduce,
    "FFmpeg afftdn": afftdn,
}
