"""Demucs: small random models of the real architecture, from the folder to stems."""

import asyncio

import numpy as np
import pytest
import torch
from demucs.apply import apply_model
from demucs.pretrained import get_model

from services.audio.models import demucs
from services.audio.models.overlapping import Overlapped
from services.problems import Code, Fault
from services.recipes import Stem
from services.tiers import Backend
from tests.models import made
from tests.models.splitting import song

PARTS = ("vocals", "drums", "bass", "other")


async def test_a_folder_says_what_it_serves(splitter, folder):
    made.htdemucs(folder)
    made.htdemucs(folder, "htdemucs_6s", made.SIX)
    found = await splitter.found("auto")
    assert found.trouble == ()
    assert found.models[0].backend is Backend.DEMUCS
    assert found.models[0].models == ("htdemucs", "htdemucs_6s")
    assert found.serving([Stem.PIANO, Stem.INSTRUMENTAL]) is Backend.DEMUCS
    assert found.serving([Stem.KICK_DRUM]) is None


@pytest.mark.parametrize(
    ("rate", "channels", "seconds"),
    [(44_100, 2, 4.1), (48_000, 2, 3.0), (8000, 1, 2.0), (96_000, 1, 1.5), (44_100, 2, 0.3)],
)
async def test_stems_are_as_long_as_the_mix_and_add_up_to_it(
    splitter, folder, rate, channels, seconds
):
    made.htdemucs(folder)
    found = await splitter.found("demucs")
    stems, mix = await splitter.split(found.models[0], PARTS, song(seconds, rate, channels), rate)
    assert {stem.shape for stem in stems.values()} == {mix.shape}
    np.testing.assert_array_equal(sum(stems.values()), mix)
    assert all(np.any(stem) for stem in stems.values())


async def test_six_sources_and_the_accompaniment(splitter, folder):
    made.htdemucs(folder, "htdemucs_6s", made.SIX)
    found = await splitter.found("demucs")
    parts = (*PARTS, "guitar", "piano")
    stems, mix = await splitter.split(found.models[0], parts, song(2.0))
    np.testing.assert_array_equal(sum(stems.values()), mix)
    pair, mix = await splitter.split(found.models[0], ("vocals", "instrumental"), song(2.0))
    np.testing.assert_array_equal(pair["vocals"] + pair["instrumental"], mix)


async def test_digital_silence_stays_what_it_is(splitter, folder):
    made.htdemucs(folder)
    found = await splitter.found("demucs")
    stems, _mix = await splitter.split(found.models[0], PARTS, np.zeros((2, 90_000), np.float32))
    assert not any(np.any(stem) for stem in stems.values())


async def test_a_job_is_cancelled_within_seconds_and_the_next_one_works(splitter, folder):
    made.htdemucs(folder)
    found = await splitter.found("demucs")
    seen = asyncio.Event()
    doing = asyncio.create_task(
        splitter.split(found.models[0], PARTS, song(120.0), progress=lambda _p: seen.set())
    )
    await asyncio.wait_for(seen.wait(), 60)
    doing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(doing, 5)
    stems, mix = await splitter.split(found.models[0], PARTS, song(1.0))
    np.testing.assert_array_equal(sum(stems.values()), mix)


async def test_a_wrong_sum_is_a_sentence_and_the_other_model_stays(splitter, folder):
    made.htdemucs(folder)
    (path,) = made.htdemucs(folder, "htdemucs_6s", made.SIX)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    found = await splitter.found("demucs")
    assert found.models[0].models == ("htdemucs",)
    (sentence,) = found.trouble
    assert sentence.startswith("The model htdemucs_6s: ModelLoadingError: Invalid checksum")


async def test_a_bag_without_its_model_is_a_sentence(splitter, folder):
    (path,) = made.htdemucs(folder)
    path.rename(path.with_name("else-12345678.th"))
    found = await splitter.found("demucs")
    assert found.serving([Stem.VOCALS]) is None
    assert any("Could not find pre-trained model" in sentence for sentence in found.trouble)


async def test_a_model_that_goes_after_the_start_leaves_the_job_to_others(splitter, folder):
    (path,) = made.htdemucs(folder)
    found = await splitter.found("demucs")
    path.unlink()
    await splitter.forget()
    with pytest.raises(Fault) as raised:
        await splitter.split(found.models[0], PARTS, song(1.0))
    assert raised.value.problem.code is Code.PROVIDER_FAILED


def test_windows_give_what_the_package_gives_for_the_whole(folder):
    made.htdemucs(folder, models=2)
    model = get_model("htdemucs", repo=folder)
    mix = torch.from_numpy(song(6.0))
    level = float(mix.square().mean().sqrt())
    whole = apply_model(model, mix[None] / level, shifts=0)[0].numpy() * level
    separator = Overlapped(demucs._net(model))
    parts = [separator.push(mix[:, at : at + 5000].numpy()) for at in range(0, mix.shape[1], 5000)]
    ours = np.concatenate([*parts, separator.finish()], axis=2)
    # But for the last window: theirs is short and padded, ours reaches back.
    inside = slice(0, mix.shape[1] - 2 * 44_100)
    error = np.sum((ours - whole)[..., inside] ** 2) / np.sum(whole[..., inside] ** 2)
    assert 10 * np.log10(error) < -50
