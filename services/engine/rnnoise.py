"""The RNNoise library and its weights, reached through ctypes."""

import ctypes
import importlib.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

RATE = 48_000  # Hz, the only rate RNNoise knows
FRAME = 480  # samples for each step
BANDS = 32
FEATURES = 2 * BANDS + 1
BINS = FRAME + 1
DELAY = 2 * FRAME  # samples by which the output lags behind the input
VOICES = 100  # times a second at which it says how surely somebody speaks
FULL_SCALE = 32_768.0  # RNNoise counts in 16-bit steps


class _Weights(ctypes.Structure):
    """One row of the exported table of weights (`WeightArray` in nnet.h)."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("kind", ctypes.c_int),
        ("size", ctypes.c_int),
        ("data", ctypes.c_void_p),
    )


@dataclass(frozen=True, slots=True)
class Estimate:
    """What RNNoise makes of a sound.

    `sound`: (samples,) the speech in it. `voice`: (`VOICES` a second,) 0..1, how surely there is
    any; it is often right where the sound is not, for a voice among voices.
    """

    sound: Floats
    voice: Floats


@dataclass(frozen=True, slots=True)
class Library:
    """The loaded library. Its calls release the GIL."""

    handle: ctypes.CDLL

    def denoise(self, samples: Floats) -> Estimate:
        """The estimate of mono sound at 48 kHz, aligned with it and as long."""
        count = -(-(len(samples) + DELAY) // FRAME)
        sound = np.zeros(count * FRAME, np.float32)
        sound[: len(samples)] = samples * np.float32(FULL_SCALE)
        speech = np.empty_like(sound)
        state = self.handle.rnnoise_create(None)
        step, size = self.handle.rnnoise_process_frame, FRAME * sound.itemsize
        source, target = sound.ctypes.data, speech.ctypes.data
        voice = [step(state, target + n * size, source + n * size) for n in range(count)]
        self.handle.rnnoise_destroy(state)
        return aligned(speech, np.array(voice, np.float32), len(samples))

    def weights(self) -> dict[str, npt.NDArray[np.generic]]:
        """All float and index tables by name, where they lie; empty if they are not exported."""
        try:
            row = ctypes.addressof(_Weights.in_dll(self.handle, "rnnoise_arrays"))
        except ValueError:
            return {}
        found: dict[str, npt.NDArray[np.generic]] = {}
        while (entry := _Weights.from_address(row)).name:
            kind = {0: np.float32, 1: np.int32}.get(entry.kind)
            if kind is not None:
                data = (ctypes.c_char * entry.size).from_address(entry.data)
                found[entry.name.decode()] = np.frombuffer(data, kind)
            row += ctypes.sizeof(_Weights)
        return found


def aligned(speech: Floats, voice: Floats, samples: int) -> Estimate:
    """The estimate for `samples`, from the late frames that the library gives for them."""
    sound = speech[DELAY : DELAY + samples] / np.float32(FULL_SCALE)
    return Estimate(sound, voice[DELAY // FRAME :])


def open_library() -> Library:
    """Load the shared library out of the pyrnnoise wheel without importing its Python layer."""
    spec = importlib.util.find_spec("pyrnnoise")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("pyrnnoise is not installed")
    folder = Path(spec.submodule_search_locations[0])
    handle = ctypes.CDLL(str(next(folder.glob("librnnoise.*"))))
    pointer = ctypes.c_void_p
    handle.rnnoise_create.argtypes = (pointer,)
    handle.rnnoise_create.restype = pointer
    handle.rnnoise_destroy.argtypes = (pointer,)
    handle.rnnoise_destroy.restype = None
    handle.rnnoise_process_frame.argtypes = (pointer,) * 3
    handle.rnnoise_process_frame.restype = ctypes.c_float
    return Library(handle)
