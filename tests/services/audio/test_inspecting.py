"""What a file is found to be: good ones, odd ones, hostile ones."""

import contextlib
import io

import numpy as np
import pytest

from services.audio.inspecting import measure
from services.problems import Code, Fault
from tests.hostile import bad, sounds


def found(data, max_seconds=7_200.0):
    return measure(io.BytesIO(data), max_seconds, lambda: None)


def refused(data, max_seconds=7_200.0):
    with pytest.raises(Fault) as raised:
        found(data, max_seconds)
    return raised.value.problem


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in bad.bad_files()])
def test_bad_input_is_called_by_its_name(case):
    assert refused(case.make()).code is case.verdict


@pytest.mark.parametrize("kind", bad.playlists("/nowhere"))
def test_a_list_of_other_files_is_refused(kind):
    assert refused(bad.playlists("/nowhere")[kind].encode()).code is Code.PLAYLIST


@pytest.mark.parametrize(
    ("wanted", "container", "codec"),
    [
        ("wav", "wav", "pcm_s16le"),
        ("mp3", "mp3", "mp3"),
        ("flac", "flac", "flac"),
        ("m4a", "mov", "aac"),
        ("ogg", "ogg", "opus"),
        ("aiff", "aiff", "pcm_s16be"),
    ],
)
def test_each_format_is_known_by_its_content(wanted, container, codec):
    sound = found(sounds.encoded(sounds.tone(1.5), wanted=wanted))
    assert (sound["container"], sound["codec"]) == (container, codec)
    assert sound["seconds"] == pytest.approx(1.5, abs=1e-6)
    assert (sound["sample_rate"], sound["channels"]) == (48_000, 1)


@pytest.mark.parametrize("sample_rate", [8_000, 192_000])
def test_the_ends_of_the_sample_rates_are_fine(sample_rate):
    sound = found(sounds.encoded(sounds.tone(0.5, sample_rate), sample_rate))
    assert (sound["sample_rate"], sound["seconds"]) == (sample_rate, 0.5)


@pytest.mark.parametrize("channels", [1, 6, 16])
def test_up_to_sixteen_channels_are_fine(channels):
    assert found(sounds.many_channels(channels))["channels"] == channels


def test_a_film_with_sound_says_that_it_is_one():
    sound = found(sounds.film(1.0, sounds.tone(1.0)))
    assert sound["has_video"]
    assert sound["codec"] == "aac"


def test_only_harmless_tags_are_told():
    tags = {"title": "A\nB", "artist": "C", "comment": "48.85,2.35", "encoded_by": "somebody"}
    sound = found(sounds.encoded(sounds.tone(), wanted="flac", tags=tags))
    assert sound["tags"] == {"title": "AB", "artist": "C"}


def test_length_is_counted_and_not_believed():
    half = sounds.encoded(sounds.tone(4.0))[: 48_000 * 4]
    assert found(half)["seconds"] == pytest.approx(2.0, abs=0.01)


def test_decoding_stops_at_the_limit():
    problem = refused(bad.modest_bomb(), 60.0)
    assert problem.code is Code.TOO_LONG
    # How long it is, nobody knows: its head does not say.
    assert problem.args == {"limit": 60.0}


@pytest.mark.parametrize("wanted", ["mp3", "flac", "ogg", "m4a", "wav", "aiff"])
def test_what_is_too_long_is_told_its_real_length(wanted):
    problem = refused(sounds.encoded(sounds.tone(9.0), wanted=wanted), 6.0)
    assert problem.code is Code.TOO_LONG
    assert problem.args["seconds"] == pytest.approx(9.0, abs=0.3)


@pytest.mark.parametrize("wanted", ["mp3", "flac", "ogg", "m4a", "wav", "aiff"])
@pytest.mark.parametrize("seed", range(5))
def test_a_bent_file_is_read_or_refused_but_nothing_else(wanted, seed):
    bent = bad.flipped(sounds.encoded(sounds.tone(0.5), wanted=wanted), seed)
    with contextlib.suppress(Fault):
        assert found(bent)["seconds"] > 0


def test_what_is_said_to_people_names_no_file(tmp_path):
    path = tmp_path / "secret-name.wav"
    path.write_bytes(sounds.wav(bytes(9_600), sample_rate=0))
    with path.open("rb") as file, pytest.raises(Fault) as raised:
        measure(file, 60.0, lambda: None)
    assert not raised.value.problem.args
    assert "secret-name" not in raised.value.problem.detail


def test_a_stopped_inspection_stops():
    calls = []

    def stop():
        calls.append(1)
        raise InterruptedError

    with pytest.raises(InterruptedError):
        measure(io.BytesIO(sounds.encoded(sounds.tone())), 60.0, stop)
    assert len(calls) == 1


def test_what_is_no_number_does_not_change_the_length():
    sound = sounds.tone(1.0)
    sound[0, 100:200] = np.nan
    assert found(sounds.float_wav(sound))["seconds"] == 1.0


@pytest.mark.parametrize("wanted", ["wav", "mp3", "flac"])
def test_what_comes_after_enough_is_believed_and_not_counted(wanted):
    sound = sounds.encoded(sounds.tone(20.0), wanted=wanted)
    half = sound[: len(sound) // 2]
    assert measured(sound, enough=5.0) == pytest.approx(20.0, abs=0.3)
    assert measured(half, enough=5.0) >= 5.0
    assert measured(sound, enough=30.0) == pytest.approx(20.0, abs=0.05)


def measured(data, **about):
    return measure(io.BytesIO(data), 3600.0, lambda: None, **about)["seconds"]
