"""RNNoise's network for many pieces of sound side by side.

The library streams ten megabytes of weights for every frame of one piece. Here the same
network runs for several pieces (*lanes*) as matrix products, so each weight that is read serves
all of them; features and pitch filter still come from the library. Layers as in rnn.c and nnet.c
of RNNoise 0.2 (J.-M. Valin, "A Hybrid DSP/Deep Learning Approach to Real-Time Full-Band Speech
Enhancement", MMSP 2018).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.engine.jit import compiled
from services.engine.products import multiply, multiply_into
from services.engine.rnnoise import BANDS, FEATURES, Floats, Library

UNITS = 384
CONVOLVED = 128
REACH = 2  # frames before the present one that a convolution sees


@dataclass(frozen=True, slots=True)
class Recurrent:
    """One gated recurrent layer; matrices are (3 * units, inputs)."""

    inputs: Floats
    inputs_bias: Floats
    recurrent: Floats
    recurrent_bias: Floats


@dataclass(frozen=True, slots=True)
class Network:
    """The weights of the whole network; matrices are (outputs, inputs).

    The outputs are the gains of the bands, then the voice.
    """

    first: Floats
    first_bias: Floats
    second: Floats
    second_bias: Floats
    layers: tuple[Recurrent, ...]
    output: Floats
    output_bias: Floats


class State:
    """What the network remembers of each lane."""

    def __init__(self, lanes: int, layers: int) -> None:
        self.first = np.zeros((REACH, lanes, FEATURES), np.float32)
        self.second = np.zeros((REACH, lanes, CONVOLVED), np.float32)
        self.hidden = [np.zeros((lanes, UNITS), np.float32) for _ in range(layers)]


def read_network(library: Library) -> Network | None:
    """The network inside the library, or None where its shape is not the one known here."""
    table = library.weights()
    try:
        return Network(
            _matrix(table, "conv1", FEATURES * (REACH + 1), CONVOLVED),
            _floats(table, "conv1_bias", CONVOLVED),
            _matrix(table, "conv2", CONVOLVED * (REACH + 1), UNITS),
            _floats(table, "conv2_bias", UNITS),
            tuple(_recurrent(table, f"gru{n}") for n in (1, 2, 3)),
            np.concatenate(
                (
                    _matrix(table, "dense_out", 4 * UNITS, BANDS),
                    _matrix(table, "vad_dense", 4 * UNITS, 1),
                )
            ),
            np.concatenate(
                (_floats(table, "dense_out_bias", BANDS), _floats(table, "vad_dense_bias", 1))
            ),
        )
    except (KeyError, ValueError):
        return None


def _floats(table: dict[str, npt.NDArray[np.generic]], name: str, size: int) -> Floats:
    return table[name].astype(np.float32).reshape(size)


def _matrix(table: dict[str, npt.NDArray[np.generic]], name: str, rows: int, cols: int) -> Floats:
    values = table[f"{name}_weights_float"].astype(np.float32, copy=False)
    if f"{name}_weights_idx" not in table:
        return np.ascontiguousarray(values.reshape(rows, cols).T)
    matrix = np.zeros((cols, rows), np.float32)
    # For every eight columns: how many blocks there are, and the first row of each.
    index, blocks, at, done = table[f"{name}_weights_idx"], values.reshape(-1, 4, 8), 0, 0
    for column in range(0, cols, 8):
        count = int(index[at])
        places = index[at + 1 : at + 1 + count].astype(int)[:, np.newaxis] + np.arange(4)
        matrix[column : column + 8, places] = blocks[done : done + count].transpose(2, 0, 1)
        at, done = at + 1 + count, done + count
    return matrix


def _recurrent(table: dict[str, npt.NDArray[np.generic]], name: str) -> Recurrent:
    recurrent = _matrix(table, f"{name}_recurrent", UNITS, 3 * UNITS)
    diagonal = _floats(table, f"{name}_recurrent_weights_diag", 3 * UNITS).reshape(3, UNITS)
    for gate in range(3):
        square = recurrent[gate * UNITS : (gate + 1) * UNITS]
        square[np.arange(UNITS), np.arange(UNITS)] += diagonal[gate]
    return Recurrent(
        _matrix(table, f"{name}_input", UNITS, 3 * UNITS),
        _floats(table, f"{name}_input_bias", 3 * UNITS),
        recurrent,
        _floats(table, f"{name}_recurrent_bias", 3 * UNITS),
    )


def band_gains(
    network: Network, state: State, features: Floats, silent: npt.NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """The gain of each band and how sure a voice is, for features (frames, lanes, 65).

    They are (frames, lanes, 32) and (frames, lanes), 0..1 both.

    Frames marked `silent`, (frames, lanes), do not reach the network, as in the library; what
    stands at their place in the result means nothing. Lanes come in twos.
    """
    order = np.argsort(silent, axis=0, kind="stable")[:, :, np.newaxis]
    counts = np.count_nonzero(~silent, axis=0)
    packed = np.take_along_axis(features, order, axis=0)
    first, state.first = _reaching(state.first, packed, counts)
    x = _squash(first, network.first, network.first_bias)
    second, state.second = _reaching(state.second, x, counts)
    x = _squash(second, network.second, network.second_bias)
    seen = [x]
    for layer, hidden in zip(network.layers, state.hidden, strict=True):
        x = _recur(layer, x, hidden, counts)
        seen.append(x)
    gains = multiply(np.concatenate(seen, axis=2), network.output)
    _sigmoid(gains, network.output_bias)
    unpacked = np.empty_like(gains)
    np.put_along_axis(unpacked, order, gains, axis=0)
    return unpacked[:, :, :BANDS], np.where(silent, np.float32(0), unpacked[:, :, BANDS])


def _reaching(
    memory: Floats, frames: Floats, counts: npt.NDArray[np.intp]
) -> tuple[Floats, Floats]:
    """Each frame beside the two before it, and the memory after the last one that counts."""
    every = np.concatenate((memory, frames))
    steps = len(frames)
    beside = np.concatenate([every[n : n + steps] for n in range(REACH + 1)], axis=2)
    last = counts[np.newaxis, :] + np.arange(REACH)[:, np.newaxis]
    return beside, np.take_along_axis(every, last[:, :, np.newaxis], axis=0)


def _squash(x: Floats, matrix: Floats, bias: Floats) -> Floats:
    y = multiply(x, matrix)
    _tanh(y, bias)
    return y


def _recur(layer: Recurrent, x: Floats, hidden: Floats, counts: npt.NDArray[np.intp]) -> Floats:
    given = multiply(x, layer.inputs)
    given += layer.inputs_bias
    result = np.empty((len(x), len(hidden), UNITS), np.float32)
    recalled = np.empty((len(hidden), 3 * UNITS), np.float32)
    for step in range(len(x)):
        multiply_into(hidden, layer.recurrent, recalled)
        recalled += layer.recurrent_bias
        _gate(given[step], recalled, hidden, counts, step)
        result[step] = hidden
    return result


@compiled
def _tanh_of(x: np.float32) -> np.float32:
    """The library's own approximation of tanh (vec.h), so that results agree."""
    square = x * x
    above = (np.float32(0.60863042) * square + np.float32(96.39235687)) * square + np.float32(
        952.52801514
    )
    below = (np.float32(11.88600922) * square + np.float32(413.36801147)) * square + np.float32(
        952.72399902
    )
    return max(np.float32(-1.0), min(np.float32(1.0), above * x / below))


@compiled
def _gate(
    given: Floats, recalled: Floats, hidden: Floats, counts: npt.NDArray[np.intp], step: int
) -> None:
    """One step of a gated recurrent layer for the lanes that still have frames."""
    half, one = np.float32(0.5), np.float32(1.0)
    units = hidden.shape[1]
    for lane in range(len(hidden)):
        if step >= counts[lane]:
            continue
        g, r, h = given[lane], recalled[lane], hidden[lane]
        for n in range(units):
            keep = half + half * _tanh_of(half * (g[n] + r[n]))
            recall = half + half * _tanh_of(half * (g[units + n] + r[units + n]))
            fresh = _tanh_of(g[2 * units + n] + recall * r[2 * units + n])
            h[n] = keep * h[n] + (one - keep) * fresh


@compiled
def _tanh(x: Floats, bias: Floats) -> None:
    frames, lanes, units = x.shape
    for t in range(frames):
        for lane in range(lanes):
            row = x[t, lane]
            for n in range(units):
                row[n] = _tanh_of(row[n] + bias[n])


@compiled
def _sigmoid(x: Floats, bias: Floats) -> None:
    half = np.float32(0.5)
    frames, lanes, units = x.shape
    for t in range(frames):
        for lane in range(lanes):
            row = x[t, lane]
            for n in range(units):
                row[n] = half + half * _tanh_of(half * (row[n] + bias[n]))
