"""Several models that work together: which of them hears what."""

import pytest

from services.audio.models.planning import Step, plan, served
from services.audio.models.probing import Looked, Model, look, models_of
from services.problems import Code, Fault
from services.recipes import Stem

VOICE = Model("voice.ckpt", (Stem.VOCALS,))
FOUR = Model("four.ckpt", (Stem.DRUMS, Stem.BASS, Stem.VOCALS))
DRUMSEP = Model("drumsep.ckpt", (Stem.KICK_DRUM, Stem.SNARE_DRUM))
KARAOKE = Model("karaoke.ckpt", (Stem.LEAD_VOCAL, Stem.BACK_VOCAL))


def test_parts_of_a_stem_are_served_only_where_the_stem_is():
    assert served([DRUMSEP, VOICE]) == (Stem.VOCALS, Stem.INSTRUMENTAL)
    assert {Stem.KICK_DRUM, Stem.DRUMS} <= set(served([DRUMSEP, FOUR]))


def test_what_is_inside_another_stem_is_taken_out_of_it():
    assert plan([VOICE, FOUR, DRUMSEP], [Stem.KICK_DRUM]) == [
        Step("four.ckpt", None, FOUR.stems),
        Step("drumsep.ckpt", Stem.DRUMS, DRUMSEP.stems),
    ]


def test_no_model_runs_twice_and_the_best_one_runs():
    steps = plan([VOICE, FOUR, KARAOKE], [Stem.VOCALS, Stem.LEAD_VOCAL, Stem.BACK_VOCAL])
    assert [step.model for step in steps] == ["voice.ckpt", "karaoke.ckpt"]


def test_a_stem_of_a_model_that_is_gone_is_not_offered():
    with pytest.raises(Fault) as raised:
        plan([VOICE], [Stem.BASS])
    assert raised.value.problem.code is Code.NOT_OFFERED


def test_a_file_that_does_not_load_costs_a_sentence_and_not_the_others():
    def stems_in(name):
        if name == "bad":
            raise SystemExit("this\nis not a model")
        return [Stem.VOCALS]

    looked = look(["bad", "good"], stems_in)
    assert looked == Looked([Model("good", (Stem.VOCALS,))], ["bad: SystemExit: this"])
    assert models_of(looked.plain([])) == looked.models
