"""Levels as people may read them."""

import math

QUIETEST = -120.0
"""dB; stands for silence, because minus infinity is no number in JSON."""


def decibels(value: float) -> float:
    """A level rounded to a tenth, never below `QUIETEST`."""
    return QUIETEST if math.isnan(value) else round(max(value, QUIETEST), 1) + 0.0
