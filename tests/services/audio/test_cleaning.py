"""CLEAN on real sound with the real engine: lengths, sums, loudness, ranges, stops."""

import io

import numpy as np
import pytest

from services.audio.cleaning import clean
from services.audio.decoding import blocks, form_of
from services.audio.inspecting import measure
from services.audio.opening import open_sound
from services.audio.progress import Cancelled
from services.engine.loudness import LoudnessMeter
from services.problems import Code, Fault
from services.recipes import Format
from tests.hostile import sounds
from tests.sound import formants, rooms
from tests.sound.scores import si_sdr

FORMATS = [each.value for each in Format]
LOSSLESS = ["wav", "flac", "aiff"]


def decoded(data):
    """(channels, samples) and the sample rate of a file."""
    with open_sound(io.BytesIO(data)) as sound:
        form = form_of(sound)
        return np.concatenate(list(blocks(sound, form)), axis=1), form.sample_rate


def cleaned(data, parts=("clean",), report=lambda _fraction: None, **args):
    """The bytes of each part and what the task said."""
    outputs = [io.BytesIO() for _ in parts]
    defaults = {"operation": "denoise", "preset": "podcast", "format": "wav", "parts": parts}
    said = clean(io.BytesIO(data), outputs, defaults | args, report)
    return [each.getvalue() for each in outputs], said


def added_up_db(source, parts):
    """How far under the source lies what its parts lack together."""
    missing = source - sum(parts)
    return 10 * np.log10(np.sum(source**2) / (np.sum(missing**2) + 1e-20))


@pytest.mark.parametrize("wanted", FORMATS)
def test_every_format_comes_out_as_long_as_it_went_in(wanted):
    (result,), said = cleaned(sounds.encoded(sounds.speech(2.5)), format=wanted)
    sound, sample_rate = decoded(result)
    assert sound.shape == (1, 120_000)
    assert sample_rate == 48_000
    assert said["parts"]["clean"]["seconds"] == 2.5


@pytest.mark.parametrize("source", FORMATS)
@pytest.mark.parametrize("wanted", LOSSLESS)
def test_clean_and_residual_are_the_source(source, wanted):
    data = sounds.encoded(sounds.speech(1.5, channels=2), wanted=source)
    parts, _said = cleaned(data, ("clean", "residual"), format=wanted)
    source, _rate = decoded(data)
    # 24 bits of each part leave well over 100 dB; 80 is what people were promised.
    assert added_up_db(source, [decoded(each)[0] for each in parts]) > 100


def test_the_parts_of_an_enhanced_sound_add_up_as_well():
    data = sounds.encoded(sounds.speech(1.5))
    parts, _said = cleaned(data, ("clean", "residual"), operation="enhance")
    assert added_up_db(decoded(data)[0], [decoded(each)[0] for each in parts]) > 100


@pytest.mark.parametrize(("preset", "lufs"), [("podcast", -16.0), ("video", -14.0)])
def test_an_enhanced_voice_is_as_loud_as_its_preset_says(preset, lufs):
    data = sounds.encoded(sounds.speech(8.0, level=0.05))
    (result,), said = cleaned(data, operation="enhance", preset=preset)
    sound, sample_rate = decoded(result)
    meter = LoudnessMeter(sample_rate, 1)
    meter.add(sound)
    assert meter.integrated == pytest.approx(lufs, abs=0.5)
    assert meter.true_peak_db <= -0.9
    assert said["figures"]["loudness_lufs"] == pytest.approx(meter.integrated, abs=0.1)


def test_a_range_is_cut_to_the_sample():
    data = sounds.encoded(sounds.speech(4.0))
    parts, said = cleaned(data, ("clean", "residual"), start=1.25, end=2.75)
    source = decoded(data)[0][:, 60_000:132_000]
    assert added_up_db(source, [decoded(each)[0] for each in parts]) > 100
    assert said["parts"]["residual"]["seconds"] == 1.5


def test_a_range_behind_the_end_is_the_persons_mistake():
    with pytest.raises(Fault) as raised:
        cleaned(sounds.encoded(sounds.speech(1.0)), start=5.0)
    assert raised.value.problem.code is Code.BAD_RANGE


@pytest.mark.parametrize(
    ("sample_rate", "channels", "wanted", "form"),
    [
        (8_000, 1, "wav", (8_000, 1)),
        (44_100, 2, "flac", (44_100, 2)),
        (96_000, 2, "mp3", (48_000, 2)),
        (96_000, 1, "m4a", (96_000, 1)),
        (44_100, 1, "ogg", (48_000, 1)),
        (192_000, 1, "aiff", (192_000, 1)),
    ],
)
def test_rate_and_channels_stay_where_the_format_allows(sample_rate, channels, wanted, form):
    data = sounds.encoded(sounds.speech(0.6, sample_rate, channels), sample_rate)
    (result,), _said = cleaned(data, format=wanted)
    found = measure(io.BytesIO(result), 60.0, lambda: None)
    assert (found["sample_rate"], found["channels"]) == form
    assert found["seconds"] == pytest.approx(0.6, abs=1e-3)


def test_six_channels_become_two():
    (result,), _said = cleaned(sounds.many_channels(6))
    assert decoded(result)[0].shape[0] == 2


def test_a_voice_note_is_small_and_mono():
    data = sounds.encoded(sounds.speech(4.0, channels=2))
    (result,), _said = cleaned(data, format="ogg", voice=True)
    found = measure(io.BytesIO(result), 60.0, lambda: None)
    assert (found["codec"], found["channels"]) == ("opus", 1)
    assert len(result) < 4 * 32_000 / 8 * 1.4


@pytest.mark.parametrize(("depth", "codec"), [(16, "pcm_s16le"), (24, "pcm_s24le")])
def test_the_depth_of_the_source_stays(depth, codec):
    data = sounds.encoded(sounds.speech(0.5), wanted="flac", depth=depth)
    (result,), _said = cleaned(data)
    assert measure(io.BytesIO(result), 60.0, lambda: None)["codec"] == codec


def test_no_number_becomes_silence_and_not_a_crash():
    sound = sounds.speech(1.0)
    sound[0, 1_000:1_100], sound[0, 2_000], sound[0, 3_000] = np.nan, np.inf, 1e30
    (result,), _said = cleaned(sounds.float_wav(sound))
    assert np.isfinite(decoded(result)[0]).all()


def test_what_goes_beyond_full_scale_is_turned_down_and_not_cut_off():
    sound = sounds.speech(2.0)
    sound *= 2.0 / np.abs(sound).max()
    parts, _said = cleaned(sounds.float_wav(sound), ("clean", "residual"))
    clean_part, residual = (decoded(each)[0] for each in parts)
    assert np.count_nonzero(np.abs(clean_part) > 0.999) < 3
    assert added_up_db(sound / 2, [clean_part, residual]) > 60


def test_one_damaged_sample_does_not_turn_everything_down():
    sound = sounds.speech(2.0, level=0.05)
    level = np.sqrt(np.mean(sound**2))
    sound[0, 2_000] = 1e30
    (result,), _said = cleaned(sounds.float_wav(sound), preset="music")
    assert np.sqrt(np.mean(decoded(result)[0] ** 2)) > 0.5 * level


def test_only_harmless_tags_travel():
    tags = {"title": "Song", "album": "Disc"}
    (result,), _said = cleaned(sounds.encoded(sounds.speech(0.5), wanted="mp3", tags=tags))
    (other,), _said = cleaned(sounds.encoded(sounds.speech(0.5), wanted="mp3", tags=tags), tags={})
    assert measure(io.BytesIO(result), 60.0, lambda: None)["tags"] == tags
    assert measure(io.BytesIO(other), 60.0, lambda: None)["tags"] == {}


@pytest.mark.parametrize("operation", ["denoise", "enhance"])
def test_progress_only_grows_and_reaches_the_end(operation):
    told = []
    cleaned(sounds.encoded(sounds.speech(2.0)), report=told.append, operation=operation)
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.parametrize("operation", ["denoise", "enhance"])
@pytest.mark.parametrize("fraction", [0.0, 0.15, 0.85])
def test_a_wish_to_stop_is_obeyed(operation, fraction):
    def report(now):
        if now >= fraction:
            raise Cancelled

    with pytest.raises(Cancelled):
        cleaned(sounds.encoded(sounds.speech(2.0)), report=report, operation=operation)


def test_stems_are_no_cleaning():
    with pytest.raises(Fault) as raised:
        cleaned(sounds.encoded(sounds.speech(0.5)), operation="stems")
    assert raised.value.problem.code is Code.NOT_OFFERED


def echoed(sound, seconds=0.25, sample_rate=48_000):
    """The same with one repeat half as loud."""
    late = round(seconds * sample_rate)
    repeat = np.pad(sound, ((0, 0), (late, 0)))[:, : sound.shape[1]]
    return sound + np.float32(0.5) * repeat


@pytest.mark.parametrize("channels", [1, 2])
def test_an_echo_is_taken_out_and_is_the_residual(channels):
    dry = np.repeat(formants.speak(3, 8.0)[np.newaxis], channels, axis=0) / 2
    data = sounds.encoded(echoed(dry), depth=24, wanted="flac")
    parts, said = cleaned(data, ("clean", "residual"), operation="deecho")
    clean_part, residual = (decoded(each)[0] for each in parts)
    assert said["note"] == ""
    assert si_sdr(clean_part[0], dry[0]) > si_sdr(echoed(dry)[0], dry[0]) + 15
    assert added_up_db(decoded(data)[0], [clean_part, residual]) > 100


@pytest.mark.parametrize(("wanted", "same"), [("mp3", True), ("wav", False)])
def test_a_repeat_that_a_codec_bent_is_turned_down_as_well(wanted, same):
    data = sounds.encoded(echoed(formants.speak(3, 6.0)[np.newaxis] / 2), wanted=wanted)
    results = [
        decoded(cleaned(data, operation="deecho", strength=strength)[0][0])[0]
        for strength in ("normal", "strong")
    ]
    assert np.array_equal(*results) == same


@pytest.mark.parametrize("operation", ["deecho", "dereverb"])
def test_a_film_gives_its_sound(operation):
    (result,), _said = cleaned(sounds.film(1.0, sounds.tone(1.0)), operation=operation)
    assert decoded(result)[0].shape[1] == pytest.approx(48_000, abs=1_100)  # whole AAC frames


@pytest.mark.parametrize(("operation", "note"), [("deecho", "no_echo"), ("dereverb", "dry")])
def test_what_has_no_fault_comes_back_bit_for_bit_and_says_so(operation, note):
    data = sounds.encoded(formants.speak(4, 8.0)[np.newaxis])
    parts, said = cleaned(data, ("clean", "residual"), operation=operation)
    clean_part, residual = (decoded(each)[0] for each in parts)
    assert said["note"] == note
    assert np.array_equal(clean_part, decoded(data)[0])
    assert not residual.any()


@pytest.mark.parametrize(
    ("operation", "preset", "note"),
    [
        ("denoise", "auto", "room_left"),
        ("denoise", "podcast", "clean"),
        ("enhance", "auto", "room"),
        ("enhance", "podcast", "clean"),
    ],
)
def test_auto_says_what_it_does_about_a_room(operation, preset, note):
    heard, _truth = rooms.placed(formants.speak(5, 8.0), 5, 0.6)
    _parts, said = cleaned(sounds.encoded(heard), operation=operation, preset=preset)
    assert said["note"] == note


def test_enhance_takes_some_of_the_room_out():
    heard, truth = rooms.placed(formants.speak(5, 8.0), 5, 0.8)
    near = {}
    for preset in ("auto", "podcast"):
        (result,), _said = cleaned(sounds.encoded(heard), operation="enhance", preset=preset)
        near[preset] = si_sdr(decoded(result)[0][0], truth[0])
    assert near["auto"] > near["podcast"] + 2


def test_a_room_is_taken_out():
    heard, truth = rooms.reverberant(3, 0.9, seconds=8.0)
    (result,), said = cleaned(sounds.encoded(heard, depth=24, wanted="flac"), operation="dereverb")
    assert said["note"] == ""
    assert si_sdr(decoded(result)[0][0], truth[0]) > si_sdr(heard[0], truth[0]) + 1
