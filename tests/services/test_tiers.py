"""Which tier splits a mix: pure decisions on what was found."""

import pytest

from services.recipes import QUICK_STEMS, Stem
from services.tiers import Backend, Found, Tiers, tiers

FOUR = Found(Backend.DEMUCS, QUICK_STEMS, ("htdemucs",))
DRUMS = Found(Backend.SEPARATOR, (*QUICK_STEMS, Stem.KICK_DRUM), ("a.ckpt", "b.ckpt"))
VOICE = Found(Backend.SEPARATOR, (Stem.VOCALS, Stem.INSTRUMENTAL), ("voice.ckpt",))
WINDS = Found(Backend.SEPARATOR, (Stem.WINDS,), ("winds.pth",))
BROKEN = Found(Backend.DEMUCS, trouble=("The model x: it is broken",))


@pytest.mark.parametrize(
    ("setting", "found", "stems", "backend"),
    [
        pytest.param("auto", [], (Stem.VOCALS,), Backend.BUILTIN, id="no model"),
        pytest.param("builtin", [], (Stem.VOCALS,), Backend.BUILTIN, id="none wanted"),
        pytest.param("auto", [FOUR], (Stem.VOCALS,), Backend.DEMUCS, id="a model is better"),
        pytest.param("auto", [FOUR], (), Backend.DEMUCS, id="what people get who name none"),
        pytest.param("auto", [VOICE], (Stem.DRUMS,), Backend.BUILTIN, id="beside the model"),
        pytest.param("auto", [VOICE], (Stem.VOCALS, Stem.BASS), Backend.BUILTIN, id="one tier"),
        pytest.param("auto", [FOUR, DRUMS], (Stem.BASS,), Backend.SEPARATOR, id="it can do more"),
        pytest.param("auto", [FOUR, WINDS], (Stem.WINDS,), Backend.SEPARATOR, id="one of two"),
        pytest.param("auto", [FOUR], (Stem.PIANO,), None, id="nobody"),
        pytest.param("auto", [BROKEN], (Stem.VOCALS,), Backend.BUILTIN, id="it does not load"),
        pytest.param("demucs", [FOUR], (Stem.VOCALS,), Backend.DEMUCS, id="by name"),
        pytest.param("demucs", [BROKEN], (Stem.VOCALS,), None, id="by name and not there"),
        pytest.param("separator", [VOICE], (Stem.DRUMS,), None, id="by name stands alone"),
    ],
)
def test_the_best_that_can_do_all_of_it_gets_the_work(setting, found, stems, backend):
    assert tiers(setting, found).serving(stems) is backend


def test_what_is_wrong_with_a_model_is_kept_for_the_operator():
    assert tiers("auto", [BROKEN, VOICE]).trouble == BROKEN.trouble


def test_without_any_look_the_built_in_separator_is_there():
    assert Tiers().serving(QUICK_STEMS) is Backend.BUILTIN
