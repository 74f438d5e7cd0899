"""The words of models, and the page that says who serves what."""

import re
from pathlib import Path

import pytest

from services.audio.models.names import HTDEMUCS, HTDEMUCS_6S, SEPARATOR, stem_of, with_rests
from services.recipes import QUICK_STEMS, Stem

PAGE = Path(__file__).parents[4] / "docs" / "stems.md"
ROW = re.compile(r"^\| `(\w+)` \|(.*)\|(.*)\|(.*)\|(.*)\|$", re.MULTILINE)


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("Vocals", Stem.VOCALS),
        ("No Vocals", Stem.INSTRUMENTAL),
        ("hh", Stem.HI_HAT),
        ("Wind Inst", Stem.WINDS),
        ("acoustic-guitar", Stem.ACOUSTIC_GUITAR),
        ("other", None),
        ("No Reverb", None),
    ],
)
def test_a_models_word_is_one_of_our_stems_or_none(word, stem):
    assert stem_of(word) is stem


def test_what_is_left_is_offered_only_where_the_band_is_told_apart():
    assert with_rests([Stem.VOCALS]) == (Stem.VOCALS, Stem.INSTRUMENTAL)
    assert with_rests([Stem.DRUMS, Stem.BASS]) == (Stem.BASS, Stem.DRUMS)
    assert set(with_rests([Stem.DRUMS, Stem.BASS, Stem.VOCALS])) == set(HTDEMUCS)


def test_the_page_says_of_every_stem_what_the_code_says():
    tiers = (QUICK_STEMS, HTDEMUCS, HTDEMUCS_6S, SEPARATOR)
    rows = {name: cells for name, *cells in ROW.findall(PAGE.read_text(encoding="utf-8"))}
    said = {name: tuple(cell.strip().startswith("yes") for cell in rows[name]) for name in rows}
    assert said == {stem.value: tuple(stem in tier for tier in tiers) for stem in Stem}
