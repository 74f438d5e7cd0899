"""The architectures of audio-separator, given arrays where the package reads and writes files."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Audio = npt.NDArray[np.float32]

# Sizes of the networks that VR files hold, in KiB, as VRSeparator.separate has them.
VR_SIZES = (31191, 33966, 56817, 123821, 123812, 129605, 218409, 537238, 537227)


def words(instance: Any) -> Sequence[str]:
    """What this model calls the parts that it makes."""
    training = instance.model_data.get("training", {})
    if training.get("instruments") and not training.get("target_instrument"):
        return tuple(training["instruments"])
    return (instance.primary_stem_name, instance.secondary_stem_name)


def ask(instance: Any, mix: Audio) -> Mapping[str, Audio]:
    """The parts of a mix, (2, samples) each, by the model's own words."""
    made = {"MDXSeparator": _mdx, "VRSeparator": _vr}.get(type(instance).__name__, _mdxc)
    parts = made(instance, mix)
    return {word: _as_long(np.asarray(sound, np.float32), mix) for word, sound in parts.items()}


def _mdxc(instance: Any, mix: Audio) -> Mapping[str, Audio]:
    made = instance.demix(mix)
    return made if isinstance(made, dict) else {words(instance)[0]: made}


def _mdx(instance: Any, mix: Audio) -> Mapping[str, Audio]:
    # What the window of its transform loses, which the package makes good in the other part only.
    primary = instance.demix(mix) * np.float32(instance.compensate)
    return dict(zip(words(instance), (primary, mix - primary), strict=True))


def _vr(instance: Any, mix: Audio) -> Mapping[str, Audio]:
    size = math.ceil(Path(instance.model_path).stat().st_size / 1024)
    instance._ensure_model_loaded(min(VR_SIZES, key=lambda known: abs(known - size)))  # noqa: SLF001
    instance.audio_file_path, instance.wav_subtype = mix.T, "FLOAT"  # an array passes for a file
    heard = instance.loading_mix()
    spectra = instance.inference_vr(heard, instance.torch_device, instance.aggressiveness)
    sounds = (instance.spec_to_wav(np.nan_to_num(each)) for each in spectra)
    return dict(zip(words(instance), sounds, strict=True))


def _as_long(sound: Audio, mix: Audio) -> Audio:
    length = mix.shape[1]
    return np.pad(sound[:, :length], ((0, 0), (0, max(length - sound.shape[1], 0))))
