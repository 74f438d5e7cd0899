"""The treatment of voices: what changes, by how much, and what must not."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.signal import sosfreqz

from services.engine import biquads, dynamics, tone
from services.engine.enhance import HOLD, TREATMENTS, Enhancer, target, warm_up
from tests.sound import formants, mix, music, scores

RATE = 48_000
SPEECH = SimpleNamespace(musicness=0.0)
MUSIC = SimpleNamespace(musicness=1.0)
VOICES = sorted(TREATMENTS)


def enhanced(sound, preset, strength="normal", *, block=RATE, measured=SPEECH, rate=RATE):
    sound = np.atleast_2d(sound)
    enhancer = Enhancer(preset, strength, rate, len(sound), measured)
    parts = [enhancer.push(sound[:, i : i + block]) for i in range(0, sound.shape[1], block)]
    return np.concatenate([*parts, enhancer.finish()], axis=1)


def spread_db(voice):
    """How far loud and soft stretches of 0.2 s lie apart."""
    frames = voice[: len(voice) // 9_600 * 9_600].reshape(-1, 9_600)
    levels = 10 * np.log10(np.mean(frames**2, axis=1) + 1e-12)
    levels = levels[levels > levels.max() - 30]
    return np.percentile(levels, 95) - np.percentile(levels, 30)


@pytest.mark.parametrize(
    ("made", "hertz", "decibels"),
    [
        pytest.param(biquads.peak(RATE, 1_000, 3.0), 1_000, 3.0, id="peak"),
        pytest.param(biquads.low_shelf(RATE, 200, 4.0), 5, 4.0, id="low shelf"),
        pytest.param(biquads.high_shelf(RATE, 6_000, -4.0), 23_000, -4.0, id="high shelf"),
        pytest.param(biquads.high_pass(RATE, 80), 80, -3.01, id="high pass"),
        pytest.param(biquads.low_pass(RATE, 8_000), 8_000, -3.01, id="low pass"),
        pytest.param(biquads.band_pass(RATE, 6_000, 1.0), 6_000, 0.0, id="band pass"),
    ],
)
def test_filters_have_the_gain_they_are_asked_for(made, hertz, decibels):
    sections = [[made.b0, made.b1, made.b2, 1.0, made.a1, made.a2]]
    _, response = sosfreqz(sections, [hertz], fs=RATE)
    assert 20 * np.log10(abs(response[0])) == pytest.approx(decibels, abs=0.1)


@pytest.mark.parametrize("preset", VOICES)
@pytest.mark.parametrize("samples", [0, 1, 30_000, round(HOLD * RATE) + 12_345])
def test_length_is_kept(preset, samples):
    voice = np.resize(formants.speak(0, 4.0), (2, samples)).astype(np.float32)
    assert enhanced(voice, preset).shape == (2, samples)


@pytest.mark.parametrize("preset", VOICES)
def test_the_size_of_blocks_changes_nothing(preset):
    voice = np.resize(formants.speak(1, 4.0), round((HOLD + 2) * RATE)).astype(np.float32)
    one = enhanced(voice, preset, block=len(voice))
    np.testing.assert_allclose(one, enhanced(voice, preset, block=7_919), atol=1e-6)


@pytest.mark.parametrize("preset", VOICES)
@pytest.mark.parametrize("seed", [0, 1])
def test_a_treated_voice_is_still_that_voice(preset, seed):
    # ENGINE.md: 512-tap SDR of denoised speech, here 15 dB, falls by no more than 1 dB.
    heard = mix.speech_in("pink", 15.0, seed=seed, seconds=6.0, formant=True)
    before = scores.sdr(heard.noisy, heard.clean)
    assert scores.sdr(enhanced(heard.noisy, preset)[0], heard.clean) > before - 1.0


@pytest.mark.parametrize("preset", ["podcast", "video", "call", "voiceover"])
def test_loud_and_soft_words_come_nearer_together(preset):
    voice = formants.speak(0, 10.0) * np.repeat([0.4, 1.0, 0.5, 1.0, 0.3], 2 * RATE)
    assert spread_db(enhanced(voice.astype(np.float32), preset)[0]) < spread_db(voice) - 0.5


def test_treatment_does_not_depend_on_the_level_of_the_file():
    voice = formants.speak(0, 6.0)
    loud, soft = enhanced(voice, "podcast"), enhanced(0.05 * voice, "podcast")
    np.testing.assert_allclose(soft, 0.05 * loud, atol=1e-4)


def test_strength_scales_the_treatment():
    voice = formants.speak(2, 6.0)
    kept = [scores.sdr(enhanced(voice, "video", s)[0], voice) for s in ("soft", "strong")]
    assert kept[0] > kept[1] + 2.0


def test_channels_keep_their_balance():
    voice = formants.speak(3, 6.0)
    result = enhanced(np.stack((voice, 0.2 * voice)), "call")
    np.testing.assert_allclose(result[1], 0.2 * result[0], atol=1e-5)


def test_sharp_s_sounds_are_softened():
    voice = formants.speak(0, 6.0)
    sharp = biquads.Cascade([biquads.high_shelf(RATE, 4_500, 12.0)], 1).push(voice[None])[0]
    change = _band(enhanced(sharp, "voiceover")[0]) - _band(enhanced(voice, "voiceover")[0])
    assert change < _band(sharp) - _band(voice) - 1.5


def _band(sound):
    power = np.abs(np.fft.rfft(sound)) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    return 10 * np.log10(power[(hertz > 5_000) & (hertz < 9_000)].sum() / power.sum())


def test_auto_lifts_what_is_missing_and_only_that():
    dull = biquads.Cascade([biquads.high_shelf(RATE, 2_000, -14.0)], 1)
    usual = _like_usual(formants.speak(0, 8.0))
    heard = tone.listen(usual[None], RATE)
    assert tone.missing(heard, RATE, 1.0) == []
    muffled = dull.push(usual[None])
    gain = scores.level_change(_above(enhanced(muffled, "auto")[0]), _above(muffled[0]))
    assert 1.0 < gain < 6.0


def test_auto_leaves_the_empty_top_of_a_telephone_call_alone():
    voice = _like_usual(formants.speak(0, 8.0))
    narrow = biquads.Cascade([biquads.low_pass(RATE, 3_400)] * 4, 1).push(voice[None])
    lacks = tone.listen(narrow, RATE)
    assert tone._change(lacks, 6_000, 10_500) == 0


def test_auto_cuts_rumble_below_the_voice():
    voice = _like_usual(formants.speak(0, 6.0))
    rumble = 0.05 * np.sin(2 * np.pi * 30 * np.arange(len(voice)) / RATE)
    result = enhanced((voice + rumble).astype(np.float32), "auto")[0]
    left = scores.level_change(result - enhanced(voice, "auto")[0], rumble)
    assert left < -9.0  # 12 dB per octave from 70 Hz on


def _like_usual(voice):
    """The voice with the long-term spectrum of usual speech, whatever the generator gave it."""
    hertz = np.fft.rfftfreq(len(voice), 1 / RATE)
    # Which frames count as speech changes with the spectrum: three rounds settle it.
    for _ in range(3):
        off = tone.listen(voice[None], RATE).lacks
        gain = 10 ** (-np.interp(hertz, tone.CENTRES, off) / 20) * (hertz > 60)
        voice = np.fft.irfft(gain * np.fft.rfft(voice), len(voice)).astype(np.float32)
    return voice


def _above(sound):
    return biquads.Cascade([biquads.high_pass(RATE, 3_000)], 1).push(sound[None])[0]


@pytest.mark.parametrize("preset", ["music", "auto"])
def test_music_is_not_touched(preset):
    piece = music.play("keys", 1, 3.0)
    assert np.array_equal(enhanced(piece, preset, measured=MUSIC)[0], piece)


@pytest.mark.parametrize("preset", VOICES)
@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 192_000])
def test_every_rate_gives_finite_sound(preset, rate):
    voice = formants.speak(0, 2.0)[:rate]
    result = enhanced(voice, preset, "strong", rate=rate)
    assert np.isfinite(result).all()
    assert np.abs(result).max() < 2.0


@pytest.mark.parametrize("preset", VOICES)
def test_silence_stays_silence(preset):
    assert not enhanced(np.zeros((1, RATE), np.float32), preset).any()


def test_targets_are_those_of_the_places_where_sound_is_published():
    assert target("podcast").lufs == -16.0
    assert target("video").lufs == -14.0
    assert target("auto", music=True) is None
    assert target("music") is None


def test_warming_up_leaves_nothing_to_compile():
    warm_up()
    compiled = signatures()
    enhanced(formants.speak(0, 2.0), "voiceover")
    assert signatures() == compiled


def signatures():
    """How many kinds of arguments each kernel was compiled for."""
    kernels = dynamics._soften, dynamics._compress
    return [len(getattr(kernel, "signatures")) for kernel in kernels]  # noqa: B009 – numba's
