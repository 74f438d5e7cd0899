"""What a job looks like to its person."""

from dataclasses import replace

import pytest

from services import album_cards, cards, texts
from services.engine import plan
from services.events import GaveUp, Received, Routed
from services.machine import advance
from services.model import Kind, Picture, Source, State, Track
from services.problems import Code, Problem
from services.recipes import Keep, Operation, Preset, Recipe, Strength
from services.showing import Progress, Tone
from tests.fakes.jobs import CLIP, START, a_job

TRACK = Track("clean", "job/clean.wav", "a.clean.wav", "wav", "audio/wav", 10, 1.0)
FIGURES = {
    "noise_floor_before_db": -40.0,
    "noise_floor_after_db": -62.0,
    "loudness_before_lufs": -23.0,
    "loudness_after_lufs": -16.0,
    "peak_before_db": -3.0,
    "peak_after_db": -1.5,
}


def rendered(card, locale="en"):
    lines = [*card.lines, *([card.alt] if card.alt else [])]
    labels = [action.label for action in card.actions]
    return [texts.render(text, locale) for text in (*lines, *labels)]


def a_result():
    return a_job(clip=CLIP, outcome=(TRACK,), picture=Picture("p", 1, FIGURES), note="steady_noise")


@pytest.mark.parametrize("locale", texts.LOCALES)
@pytest.mark.parametrize(
    "card",
    [
        cards.card(a_job()),
        cards.card(advance(a_job(), Received(CLIP), START), Progress(place=2)),
        cards.card(a_result(), kept_until=START),
        cards.card(advance(a_job(), GaveUp(Problem(Code.CANCELLED)), START)),
    ],
    ids=["received", "queued", "result", "cancelled"],
)
def test_every_card_can_be_read_in_every_language(card, locale):
    for sentence in rendered(card, locale):
        assert sentence.strip()
        assert not sentence.startswith(("card-", "note-", "action-", "picture-", "problem-"))
        assert "{" not in sentence


@pytest.mark.parametrize("reason", plan.REASONS)
@pytest.mark.parametrize("locale", texts.LOCALES)
def test_every_reason_of_auto_has_words(reason, locale):
    assert texts.bundle(locale).has_message(f"note-{reason}")


@pytest.mark.parametrize(
    ("note", "chosen", "is_said"),
    [
        pytest.param("steady_noise", {}, True, id="left to us"),
        pytest.param("steady_noise", {"preset": Preset.PODCAST}, False, id="preset chosen"),
        pytest.param("steady_noise", {"strength": Strength.SOFT}, False, id="strength chosen"),
        pytest.param("clean", {"preset": Preset.PODCAST}, True, id="why nothing changed"),
    ],
)
def test_a_reason_is_given_where_the_choice_was_ours(note, chosen, is_said):
    job = replace(a_result(), note=note, recipe=Recipe(Operation.DENOISE, **chosen))
    keys = [line.key for line in cards.card(job).lines]
    assert (f"note-{note}" in keys) is is_said


@pytest.mark.parametrize(("room", "is_offered"), [(20, True), (19, False)])
def test_all_in_one_file_is_offered_where_it_has_room(room, is_offered):
    both = (TRACK, replace(TRACK, part="residual", key="job/residual.wav"))
    card = cards.card(replace(a_result(), outcome=both), room=room)
    assert ("zip" in [action.command for action in card.actions]) is is_offered


BROKEN = Problem(Code.UNREADABLE_AUDIO)


def of_album(*outcomes, **about):
    """Jobs of one album; None: under way."""
    album = tuple(a_job(n).id for n in range(len(outcomes)))
    made = [a_job(n, album=album, clip=CLIP, outcome=one) for n, one in enumerate(outcomes)]
    return [replace(job, source=Source(f"{n}.wav"), **about) for n, job in enumerate(made)]


@pytest.mark.parametrize("locale", texts.LOCALES)
@pytest.mark.parametrize("outcomes", [(None, None), ((TRACK,), None), ((TRACK,), BROKEN)])
@pytest.mark.parametrize("operation", Operation)
def test_the_card_of_an_album_can_be_read_in_every_language(locale, outcomes, operation):
    jobs = of_album(*outcomes, recipe=Recipe(operation))
    for sentence in rendered(album_cards.album(jobs, Progress(0.5), START), locale):
        assert sentence.strip()
        assert not sentence.startswith(("card-", "album-", "action-", "privacy-"))


def test_an_album_under_way_says_how_many_are_done_and_what_is_at_work():
    first, second, third = of_album((TRACK,), None, None)
    running = replace(third, state=State.RUNNING)
    card = album_cards.album([first, second, running], Progress(0.5))
    lines = rendered(card)
    assert lines[0] == "1 of 3 recordings is done."
    assert "2.wav" in lines[1], "the one that has come furthest"
    assert (card.progress, card.actions[0].options) == (Progress(0.5), {"job": first.id})


def test_an_album_tells_once_what_is_alike_and_by_itself_what_is_not():
    done, quiet, hardly, broken, cancelled, down = of_album(
        (TRACK,), (TRACK,), (TRACK,), BROKEN, Problem(Code.CANCELLED), Problem(Code.PROVIDER_DOWN)
    )
    jobs = [done, replace(quiet, note="silence"), replace(hardly, note="clean")]
    card = album_cards.album([*jobs, broken, cancelled, down], kept_until=START)
    lines = rendered(replace(card, actions=()))
    assert lines[0] == "2 recordings: the noise is removed."
    assert "nearly no sound in 1.wav" in lines[1]
    assert lines[2].startswith("2.wav: It was nearly clean")
    assert lines[3].startswith("3.wav: I could not read")
    assert lines[4].startswith("5.wav: The engine did not answer")
    assert lines[5] == "One recording is cancelled."
    assert [action.command for action in card.actions] == ["show", "show", "show", "again"]


@pytest.mark.parametrize(
    ("outcome", "tone"), [(BROKEN, Tone.PROBLEM), (Problem(Code.CANCELLED), Tone.INFO)]
)
def test_an_album_of_which_nothing_came_leads_nowhere(outcome, tone):
    card = album_cards.album(of_album(outcome, outcome), kept_until=START)
    assert (card.tone, card.actions) == (tone, ())


def test_enhanced_noise_is_told_against_the_voice():
    job = replace(a_result(), recipe=Recipe(Operation.ENHANCE))
    assert any("17 → 46 dB under the voice" in line for line in rendered(cards.card(job)))


@pytest.mark.parametrize(("keep", "said"), [("clean", "is as it was"), ("residual", "Nothing was")])
@pytest.mark.parametrize("note", ["no_echo", "dry"])
def test_what_was_not_there_was_not_removed(note, keep, said):
    job = replace(a_result(), note=note, recipe=Recipe(Operation.DEECHO, keep=Keep(keep)))
    first, *rest = rendered(cards.card(job))
    assert said in first
    assert any("I changed nothing" in line for line in rest)
    assert not any("dBFS ·" in line for line in rest)


def test_figures_are_left_out_where_hardly_anything_changed():
    lines = rendered(replace(cards.card(replace(a_result(), note="clean")), alt=None))
    assert not any("Noise floor" in line for line in lines)


def test_nobody_reads_minus_nought():
    loud = Picture("p", 1, {**FIGURES, "peak_after_db": -0.3})
    lines = rendered(replace(cards.card(replace(a_result(), picture=loud)), alt=None))
    assert any("peak -3 → 0 dBFS" in line for line in lines)


def test_a_waiting_job_says_its_place_and_can_be_cancelled():
    job = advance(a_job(), Received(CLIP), START)
    card = cards.card(job, Progress(place=3))
    assert "3" in rendered(card)[0]
    assert card.actions[0].options == {"job": job.id}


def test_a_result_offers_softer_stronger_removed_and_the_other_presets():
    offered = [action.options for action in cards.card(a_result()).actions]
    assert {"job": a_result().id, "strength": "soft"} in offered
    assert {"job": a_result().id, "keep": "residual"} in offered
    assert len([options for options in offered if "preset" in options]) == 5


def test_the_alternative_text_has_the_numbers():
    alt = texts.render(cards.card(a_result()).alt, "en")
    for number in ("62", "16", "1.5"):
        assert number in alt


def test_a_failure_of_the_engine_can_be_tried_again():
    job = advance(a_job(), Received(CLIP), START)
    job = advance(job, Routed("local", Kind.SOUND), START)
    failed = advance(job, GaveUp(Problem(Code.PROVIDER_DOWN, {"tries": 3})), START)
    card = cards.card(failed)
    assert (card.tone, len(card.actions)) == (Tone.PROBLEM, 1)
