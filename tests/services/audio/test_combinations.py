"""Every pair of operation, preset, format, rate and channels; `make bench` does them all."""

import pytest
from allpairspy import AllPairs

from tests.combinations import AXES, Combination, check

PAIRS = [Combination(*each) for each in AllPairs([list(axis) for axis in AXES])]


@pytest.mark.parametrize("asked", PAIRS, ids=lambda asked: asked.name)
def test_lengths_sums_levels_and_silence(asked):
    check(asked)
