"""What is done to a recording follows from what was measured."""

import dataclasses

import pytest

from services.engine.hum import Hum
from services.engine.plan import plan
from services.engine.room import Room
from services.engine.survey import Measurements

ORDINARY = Measurements(
    seconds=10.0,
    sample_rate=48_000,
    channels=1,
    dual_mono=False,
    guide=None,
    noise_floor_db=-40.0,
    speech_level_db=-22.0,
    loud_db=-18.0,
    quiet_db=-42.0,
    pauses=0,
    paused=0.0,
    snr_db=18.0,
    noise=(),
    bandwidth_hz=16_000.0,
    hum=None,
    musicness=0.0,
    room=Room(0.2, 20.0, is_dry=True),
    unsteady_db=1.0,
    dc=(0.0,),
    peak=0.5,
)


def measured(**changes):
    return dataclasses.replace(ORDINARY, **changes)


@pytest.mark.parametrize(
    ("preset", "changes", "kind", "reason"),
    [
        pytest.param("auto", {}, "speech", "noisy_speech", id="noisy voice"),
        pytest.param("auto", {"snr_db": 28.0}, "speech", "steady_noise", id="a little noise"),
        pytest.param("auto", {"snr_db": 50.0}, "speech", "clean", id="clean voice"),
        pytest.param("auto", {"bandwidth_hz": 3_600.0}, "speech", "narrow_band", id="telephone"),
        pytest.param("auto", {"musicness": 0.9}, "music", "music", id="music"),
        pytest.param("podcast", {"musicness": 0.9}, "speech", "noisy_speech", id="asked for voice"),
        pytest.param("music", {}, "music", "music", id="asked for music"),
        pytest.param("music", {"snr_db": 60.0}, "leave", "music", id="quiet music"),
        pytest.param("auto", {"seconds": 0.0}, "leave", "silence", id="nothing"),
    ],
)
def test_the_path_follows_from_preset_and_sound(preset, changes, kind, reason):
    decided = plan(preset, "normal", measured(**changes))
    assert (decided.kind, decided.reason) == (kind, reason)


@pytest.mark.parametrize("preset", ["auto", "podcast", "video", "call", "voiceover", "music"])
def test_strength_moves_the_floor(preset):
    floors = [plan(preset, s, ORDINARY).floor_db for s in ("soft", "normal", "strong")]
    assert floors[0] > floors[1] > floors[2]


def test_hum_is_cancelled_where_it_was_found():
    assert plan("auto", "normal", measured(hum=Hum(50.0, (1, 2, 3)))).hum


def test_a_voice_with_silent_pauses_is_left_alone_unless_it_is_noisy():
    """Its weaker sounds look like noise, and nothing tells them apart."""
    gated = measured(pauses=3, paused=1.5, snr_db=22.0)
    decided = plan("auto", "normal", gated)
    assert (decided.kind, decided.reason) == ("leave", "clean")
    assert plan("auto", "strong", gated).kind == "speech"
    assert plan("podcast", "normal", gated).kind == "speech"
    assert plan("auto", "normal", measured(pauses=3, paused=1.5, snr_db=15.0)).clean == 0


@pytest.mark.parametrize(
    "dropouts",
    [
        {"pauses": 3, "paused": 0.3},
        {"pauses": 3, "paused": 9.0, "seconds": 60.0},
        {"pauses": 1, "paused": 2.0, "seconds": 5.0},
    ],
)
def test_a_line_that_drops_out_is_still_cleaned(dropouts):
    """Its pauses are full of noise."""
    decided = plan("auto", "normal", measured(snr_db=22.0, **dropouts))
    assert (decided.kind, decided.clean) == ("speech", 0)
