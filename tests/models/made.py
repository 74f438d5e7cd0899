"""Small models of the real architectures with random weights, in the files that real ones come in.

They tell nothing apart. What they prove is the way: from a file in the operator's folder through
the packages' own loaders to stems that fit together.
"""

import hashlib
import json
import sys
import types
from fractions import Fraction
from pathlib import Path

import torch
import yaml

FOUR = ("drums", "bass", "other", "vocals")
SIX = (*FOUR, "guitar", "piano")
SMALL = {"channels": 8, "depth": 4, "t_layers": 1, "segment": 1}
# 42 million numbers, as many as the authors' own htdemucs has, which also hears 7.8 s at a time.
REAL = {"bottom_channels": 512, "dconv_mode": 3, "segment": Fraction(39, 5)}


def htdemucs(folder: Path, name="htdemucs", sources=FOUR, models=1, shape=SMALL) -> list[Path]:
    """A bag of Hybrid Transformer Demucs models, as `demucs/states.py` saves them."""
    from demucs.htdemucs import HTDemucs
    from demucs.states import get_state, save_with_checksum

    signatures = []
    for number in range(models):
        torch.manual_seed(number)
        model = HTDemucs(list(sources), **shape)
        signatures.append(hashlib.sha256(f"{name} {number}".encode()).hexdigest()[:8])
        saved = {
            "klass": HTDemucs,
            "args": (list(sources),),
            "kwargs": shape,
            "state": get_state(model, quantizer=None, half=True),
        }
        save_with_checksum(saved, folder / f"{signatures[-1]}.th")
    (folder / f"{name}.yaml").write_text(f"models: {json.dumps(signatures)}\n")
    return [path for path in folder.glob("*.th") if path.name.split("-")[0] in signatures]


def mel_band_roformer(folder: Path, name: str, instruments, target=None) -> Path:
    """A Mel-Band RoFormer, the architecture of most models that audio-separator lists."""
    from audio_separator.separator.uvr_lib_v5.roformer.mel_band_roformer import MelBandRoformer

    model = {
        "dim": 16,
        "depth": 1,
        "stereo": True,
        "num_stems": 1 if target else len(instruments),
        "time_transformer_depth": 1,
        "freq_transformer_depth": 1,
        "num_bands": 60,
        "dim_head": 8,
        "heads": 2,
        "attn_dropout": 0,
        "ff_dropout": 0,
        "flash_attn": True,
        "dim_freqs_in": 1025,
        "sample_rate": 44_100,
        "stft_n_fft": 2048,
        "stft_hop_length": 441,
        "stft_win_length": 2048,
        "stft_normalized": False,
        "mask_estimator_depth": 1,
        "multi_stft_resolution_loss_weight": 1.0,
        "multi_stft_resolutions_window_sizes": (4096, 2048, 1024, 512, 256),
        "multi_stft_hop_size": 147,
        "multi_stft_normalized": False,
    }
    torch.manual_seed(1)
    network = MelBandRoformer(**model)
    path = folder / name
    torch.save(network.state_dict(), path)
    described = {
        "audio": {"chunk_size": 131_584, "hop_length": 441, "num_channels": 2, "n_fft": 2048},
        "model": model,
        "training": {"instruments": list(instruments), "target_instrument": target},
        "inference": {"batch_size": 1, "dim_t": 301, "num_overlap": 2},
    }
    path.with_suffix(".yaml").write_text(yaml.dump(described))  # with tuples, as real ones have
    return path


def mdx23c(folder: Path, name: str, instruments) -> Path:
    """A TFC-TDF network, version 3: the architecture of the model that takes drums apart."""
    from audio_separator.separator.uvr_lib_v5.tfc_tdf_v3 import TFC_TDF_net
    from ml_collections import ConfigDict

    described = {
        "audio": {
            "chunk_size": 65_024,
            "dim_f": 256,
            "hop_length": 512,
            "n_fft": 1024,
            "num_channels": 2,
            "sample_rate": 44_100,
        },
        "model": {
            "act": "gelu",
            "bottleneck_factor": 4,
            "growth": 4,
            "norm": "InstanceNorm",
            "num_blocks_per_scale": 1,
            "num_channels": 8,
            "num_scales": 2,
            "num_subbands": 4,
            "scale": [2, 2],
        },
        "training": {"instruments": list(instruments), "target_instrument": None},
        "inference": {"batch_size": 1, "dim_t": 128, "num_overlap": 2},
    }
    torch.manual_seed(2)
    path = folder / name
    network = TFC_TDF_net(ConfigDict(described), device=torch.device("cpu"))
    torch.save(network.state_dict(), path)
    path.with_suffix(".yaml").write_text(json.dumps(described))
    return path


def mdx_net(folder: Path, name: str, primary="Vocals") -> Path:
    """An MDX-Net as ONNX, and the table in which the package looks for its shape."""
    # Its training code wants a library that nobody needs to run it.
    lightning = types.ModuleType("pytorch_lightning")
    vars(lightning)["LightningModule"] = torch.nn.Module
    sys.modules.setdefault("pytorch_lightning", lightning)
    from audio_separator.separator.uvr_lib_v5.mdxnet import ConvTDFNet

    shape = {"dim_c": 4, "dim_f": 512, "dim_t": 256, "n_fft": 2048, "hop_length": 1024}
    depth = {"num_blocks": 5, "l": 1, "g": 8, "k": 3, "bn": 4, "bias": False}
    torch.manual_seed(3)
    network = ConvTDFNet("vocals", 1e-4, "rmsprop", **shape, **depth, overlap=0).eval()
    path = folder / name
    example = (torch.zeros(1, 4, 512, 256),)
    torch.onnx.export(
        network, example, path, input_names=["input"], output_names=["output"], dynamo=False
    )
    described = {
        "compensate": 1.035,
        "mdx_dim_f_set": 512,
        "mdx_dim_t_set": 8,
        "mdx_n_fft_scale_set": 2048,
        "primary_stem": primary,
    }
    _describe(path, "mdx", described)
    return path


def vr_net(folder: Path, name: str, primary="No Woodwinds") -> Path:
    """A VR network of the later kind, and the table in which the package looks for its shape."""
    from audio_separator.separator.uvr_lib_v5.vr_network.nets_new import CascadedNet

    torch.manual_seed(4)
    network = CascadedNet(672 * 2, 31191, nout=8, nout_lstm=32)
    path = folder / name
    torch.save(network.state_dict(), path)
    shape = {"vr_model_param": "4band_v3", "nout": 8, "nout_lstm": 32}
    _describe(path, "vr", {**shape, "primary_stem": primary})
    return path


def _describe(path: Path, kind: str, described) -> None:
    """Into the tables of the kinds that the package knows files by their sums in."""
    for each in ("mdx", "vr"):
        table = path.with_name(f"{each}_model_data.json")
        known = json.loads(table.read_text()) if table.exists() else {}
        if each == kind:
            known[hashlib.md5(path.read_bytes()).hexdigest()] = described
        table.write_text(json.dumps(known))
