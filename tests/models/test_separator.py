"""audio-separator: random models of its architectures, through its own loaders, without network."""

from importlib.util import find_spec

import numpy as np
import pytest

from services.problems import Code, Fault
from services.recipes import Stem
from services.tiers import Backend
from tests.models import made
from tests.models.splitting import song

FOUR = ("drums", "bass", "other", "vocals")
PIECES = ("kick", "snare", "toms", "hh", "ride", "crash")
WITH_ONNX = pytest.mark.skipif(
    find_spec("torchvision") is None, reason="the package reads ONNX with torchvision only"
)


async def test_a_single_vocal_model_gives_voice_and_accompaniment(splitter, folder):
    made.mel_band_roformer(folder, "voice.ckpt", ["vocals", "other"], "vocals")
    found = await splitter.found("separator")
    assert (found.trouble, found.models[0].stems) == ((), (Stem.VOCALS, Stem.INSTRUMENTAL))
    stems, mix = await splitter.split(found.models[0], ("vocals", "instrumental"), song(5.0))
    np.testing.assert_array_equal(stems["vocals"] + stems["instrumental"], mix)
    assert np.any(stems["vocals"])


@pytest.mark.parametrize(("rate", "channels"), [(44_100, 2), (48_000, 1)])
async def test_models_work_together_on_parts_of_parts(splitter, folder, rate, channels):
    made.mdx23c(folder, "four.ckpt", FOUR)
    made.mdx23c(folder, "drumsep.ckpt", PIECES)
    made.mel_band_roformer(folder, "karaoke.ckpt", ["vocals", "instrumental"], "vocals")
    found = await splitter.found("separator")
    assert found.trouble == ()
    assert found.serving([Stem.KICK_DRUM, Stem.LEAD_VOCAL, Stem.OTHER]) is Backend.SEPARATOR
    parts = ("vocals", "lead_vocal", "back_vocal", "drums", "kick_drum", "bass", "other")
    stems, mix = await splitter.split(found.models[0], parts, song(3.0, rate, channels), rate)
    whole = stems["vocals"] + stems["drums"] + stems["bass"] + stems["other"]
    np.testing.assert_array_equal(whole, mix)
    # Three sounds that were dithered and rounded each for itself.
    np.testing.assert_allclose(stems["lead_vocal"] + stems["back_vocal"], stems["vocals"], atol=6)
    assert np.any(stems["kick_drum"])


@WITH_ONNX
@pytest.mark.parametrize("primary", ["Vocals", "Instrumental"])
async def test_an_onnx_model_gives_voice_and_accompaniment(splitter, folder, primary):
    made.mdx_net(folder, "voice.onnx", primary)
    found = await splitter.found("separator")
    assert (found.trouble, found.models[0].stems) == ((), (Stem.VOCALS, Stem.INSTRUMENTAL))
    stems, mix = await splitter.split(found.models[0], ("vocals", "instrumental"), song(5.0))
    np.testing.assert_array_equal(stems["vocals"] + stems["instrumental"], mix)
    assert np.any(stems["vocals"])


async def test_a_vr_model_gives_winds(splitter, folder):
    made.vr_net(folder, "winds.pth")
    found = await splitter.found("separator")
    assert (found.trouble, found.models[0].stems) == ((), (Stem.WINDS,))
    stems, mix = await splitter.split(found.models[0], ("winds",), song(12.0))
    assert stems["winds"].shape == mix.shape
    assert np.any(stems["winds"])


async def test_silence_and_a_short_sound(splitter, folder):
    made.mdx23c(folder, "four.ckpt", FOUR)
    found = await splitter.found("separator")
    parts = ("vocals", "drums", "bass", "other")
    stems, _mix = await splitter.split(found.models[0], parts, np.zeros((2, 50_000), np.float32))
    assert not any(np.any(stem) for stem in stems.values())
    stems, mix = await splitter.split(found.models[0], parts, song(0.1))
    np.testing.assert_array_equal(sum(stems.values()), mix)


@pytest.mark.parametrize(
    ("make", "missing"),
    [
        (lambda folder: made.mdx23c(folder, "a.ckpt", FOUR), "a.yaml"),
        (lambda folder: made.mdx_net(folder, "a.onnx"), "mdx_model_data.json"),
        (lambda folder: made.vr_net(folder, "a.pth"), "vr_model_data.json"),
    ],
)
async def test_a_file_that_is_missing_is_named_and_never_fetched(splitter, folder, make, missing):
    name = make(folder).name
    (folder / missing).unlink()
    found = await splitter.found("separator")
    assert found.serving([Stem.VOCALS]) is None
    assert found.trouble == (f"The model {name}: it needs {missing} beside it.",)


async def test_a_model_that_goes_after_the_start_leaves_the_job_to_others(splitter, folder):
    path = made.mdx23c(folder, "four.ckpt", FOUR)
    found = await splitter.found("separator")
    path.unlink()
    await splitter.forget()
    with pytest.raises(Fault) as raised:
        await splitter.split(found.models[0], ("vocals",), song(1.0))
    assert raised.value.problem.code is Code.PROVIDER_FAILED
