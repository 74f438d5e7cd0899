"""How near a result is to the truth. All take (samples,) arrays and give dB unless said."""

import numpy as np
from scipy.linalg import solve_toeplitz
from scipy.signal import fftconvolve, resample_poly

from tests.sound.mix import pauses

SILENT = 1e-20  # energy below which a ratio says nothing; keeps perfect results finite


def si_sdr(result: np.ndarray, truth: np.ndarray) -> float:
    """Scale-invariant signal to distortion (J. Le Roux et al., ICASSP 2019)."""
    result, truth = _centred(result), _centred(truth)
    wanted = truth * (result @ truth) / (truth @ truth + SILENT)
    return _ratio(wanted @ wanted, _energy(result - wanted))


def sdr(result: np.ndarray, truth: np.ndarray, taps: int = 512) -> float:
    """Signal to distortion where any filter of `taps` is forgiven (E. Vincent et al., 2006)."""
    result, truth = _centred(result), _centred(truth)
    size = 1 << (len(truth) + taps).bit_length()
    spectrum = np.fft.rfft(truth, size)
    own = np.fft.irfft(np.abs(spectrum) ** 2, size)[:taps]
    cross = np.fft.irfft(np.conj(spectrum) * np.fft.rfft(result, size), size)[:taps]
    own[0] *= 1 + 1e-10  # silence between words makes the system nearly singular
    best = solve_toeplitz(own, cross)
    wanted = fftconvolve(truth, best)[: len(truth)]
    return _ratio(_energy(wanted), _energy(result - wanted))


def level_change(result: np.ndarray, truth: np.ndarray) -> float:
    """How much louder the truth is in the result than it was: 0 is untouched speech."""
    share = float(_centred(result) @ _centred(truth)) / (_energy(_centred(truth)) + SILENT)
    return 20 * np.log10(max(share, 1e-6))


def pause_cut(result: np.ndarray, noisy: np.ndarray, clean: np.ndarray, rate: int) -> float:
    """How far the background between the words was lowered."""
    silent = pauses(clean, rate)
    return _ratio(_energy(noisy[silent]), _energy(result[silent]))


def pesq(result: np.ndarray, truth: np.ndarray, rate: int = 48_000) -> float:
    """PESQ wide band, 1.0 to 4.64 (ITU-T P.862.2); needs the `bench` group."""
    from pesq import pesq as score

    return float(score(16_000, _at(truth, rate, 16_000), _at(result, rate, 16_000), "wb"))


def estoi(result: np.ndarray, truth: np.ndarray, rate: int = 48_000) -> float:
    """Extended short-time intelligibility, 0 to 1; needs the `bench` group."""
    from pystoi import stoi as score

    return float(score(_at(truth, rate, 10_000), _at(result, rate, 10_000), 10_000, extended=True))


def _at(sound: np.ndarray, rate: int, wanted: int) -> np.ndarray:
    common = np.gcd(rate, wanted)
    return resample_poly(sound.astype(np.float64), wanted // common, rate // common)


def _centred(sound: np.ndarray) -> np.ndarray:
    sound = sound.astype(np.float64)
    return sound - sound.mean()


def _energy(sound: np.ndarray) -> float:
    return float(np.sum(sound.astype(np.float64) ** 2))


def _ratio(wanted: float, unwanted: float) -> float:
    return float(10 * np.log10((wanted + SILENT) / (unwanted + SILENT)))
