"""RNNoise's network for many pieces of sound side by side.

The library streams ten megabytes of weights for every frame of one piece. Here the same
network runs for several pieces (*lanes*) as matrix products, so each weight that is read serves
all of them. Layers as in rnn.c and nnet.c of RNNoise 0.2 (J.-M. Valin, "A Hybrid DSP/Deep Learning
Approach to Real-Time Full-Band Speech Enhancement", MMSP 2018).
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from services.engine.jit import compiled
from services.engine.products import ONE, Layer, Whole, apply, apply_into, packed
from services.engine.rnnoise import BANDS, FEATURES, Floats, Library

UNITS = 384
CONVOLVED = 128
REACH = 2  # frames before the present one that a convolution sees
Number = TypeVar("Number", bound=np.generic)


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


@dataclass(frozen=True, slots=True)
class Layers:
    """The network as it is calculated with; the features are no fractions, so they stay floats."""

    first: Floats
    first_bias: Floats
    second: Layer
    inputs: tuple[Layer, ...]
    recurrent: tuple[Layer, ...]
    output: Layer


class State:
    """What the network remembers of each lane; lanes in multiples of `ROWS`."""

    def __init__(self, lanes: int, layers: int) -> None:
        self.first = np.zeros((REACH, lanes, FEATURES), np.float32)
        self.second = np.zeros((REACH, lanes, CONVOLVED), np.int16)
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


def layers_of(network: Network) -> Layers:
    """The network made ready."""
    return Layers(
        np.ascontiguousarray(network.first.T),
        network.first_bias,
        packed(network.second, network.second_bias),
        tuple(packed(each.inputs, each.inputs_bias) for each in network.layers),
        tuple(packed(each.recurrent, each.recurrent_bias) for each in network.layers),
        packed(network.output, network.output_bias),
    )


def band_gains(
    layers: Layers, state: State, features: Floats, silent: npt.NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """The gain of each band and how sure a voice is, for features (frames, lanes, 65).

    They are (frames, lanes, 32) and (frames, lanes), 0..1 both.

    Frames marked `silent`, (frames, lanes), do not reach the network, as in the library; what
    stands at their place in the result means nothing.
    """
    order = np.argsort(silent, axis=0, kind="stable")[:, :, np.newaxis]
    counts = np.count_nonzero(~silent, axis=0)
    sorted_features = np.take_along_axis(features, order, axis=0)
    first, state.first = _reaching(state.first, sorted_features, counts)
    x = np.empty((*first.shape[:2], CONVOLVED), np.float32)
    _weigh(first, layers.first, layers.first_bias, x)
    x = _squashed(x)
    second, state.second = _reaching(state.second, x, counts)
    x = _squashed(apply(second, layers.second))
    seen = [x]
    for inputs, recurrent, hidden in zip(
        layers.inputs, layers.recurrent, state.hidden, strict=True
    ):
        given, x = apply(x, inputs), np.empty_like(x)
        _recur(given, recurrent.weights, (recurrent.scales, recurrent.bias), hidden, counts, x)
        seen.append(x)
    gains = apply(np.concatenate(seen, axis=2), layers.output)
    _sigmoid(gains)
    unpacked = np.empty_like(gains)
    np.put_along_axis(unpacked, order, gains, axis=0)
    return unpacked[:, :, :BANDS], np.where(silent, np.float32(0), unpacked[:, :, BANDS])


def _reaching(
    memory: npt.NDArray[Number], frames: npt.NDArray[Number], counts: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[Number], npt.NDArray[Number]]:
    """Each frame beside the two before it, and the memory after the last one that counts."""
    every = np.concatenate((memory, frames))
    steps = len(frames)
    beside = np.concatenate([every[n : n + steps] for n in range(REACH + 1)], axis=2)
    last = counts[np.newaxis, :] + np.arange(REACH)[:, np.newaxis]
    return beside, np.take_along_axis(every, last[:, :, np.newaxis], axis=0)


def _squashed(x: Floats) -> Whole:
    whole = np.empty(x.shape, np.int16)
    _tanh(x.reshape(-1), whole.reshape(-1))
    return whole


@compiled
def _weigh(x: Floats, matrix: Floats, bias: Floats, result: Floats) -> None:
    """Give x @ matrix + bias for x (frames, lanes, inputs), inputs in threes."""
    for t in range(x.shape[0]):
        for lane in range(x.shape[1]):
            row, given = result[t, lane], x[t, lane]
            row[:] = bias
            for k in range(0, len(given), 3):
                x0, x1, x2 = given[k], given[k + 1], given[k + 2]
                m0, m1, m2 = matrix[k], matrix[k + 1], matrix[k + 2]
                for n in range(len(row)):
                    row[n] += x0 * m0[n] + x1 * m1[n] + x2 * m2[n]


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
def _round(x: Floats, whole: Whole) -> None:
    for n in range(len(x)):
        whole[n] = np.int16(np.int32(np.rint(np.float32(ONE) * x[n])))


@compiled
def _tanh(x: Floats, whole: Whole) -> None:
    for n in range(len(x)):
        x[n] = _tanh_of(x[n])
    _round(x, whole)


@compiled
def _sigmoid(x: Floats) -> None:
    half = np.float32(0.5)
    row = x.reshape(-1)
    for n in range(len(row)):
        row[n] = half + half * _tanh_of(half * row[n])


@compiled
def _recur(
    given: Floats,
    weights: Whole,
    rest: tuple[Floats, Floats],
    hidden: Floats,
    counts: npt.NDArray[np.intp],
    result: Whole,
) -> None:
    """A gated recurrent layer for lanes until each has no more frames."""
    scales, bias = rest
    lanes, units = hidden.shape
    recalled = np.empty((lanes, len(scales)), np.float32)
    whole = np.empty((lanes, units), np.int16)
    for lane in range(lanes):
        _round(hidden[lane], whole[lane])
    for step in range(len(given)):
        apply_into(whole, weights, scales, bias, recalled)
        for lane in range(lanes):
            if step < counts[lane]:
                _gate(given[step, lane], recalled[lane], hidden[lane])
                _round(hidden[lane], whole[lane])
        result[step] = whole


@compiled
def _gate(given: Floats, recalled: Floats, hidden: Floats) -> None:
    """One step of a layer for one lane; changes all of them."""
    half, one, units = np.float32(0.5), np.float32(1.0), len(hidden)
    # One loop over each row alone: only then does the compiler take many numbers at once.
    both, fresh, recall = given[: 2 * units], given[2 * units :], recalled[2 * units :]
    for n in range(2 * units):
        both[n] = half + half * _tanh_of(half * (both[n] + recalled[n]))
    keep, open_ = both[:units], both[units:]
    for n in range(units):
        fresh[n] = _tanh_of(fresh[n] + open_[n] * recall[n])
    for n in range(units):
        hidden[n] = keep[n] * hidden[n] + (one - keep[n]) * fresh[n]
