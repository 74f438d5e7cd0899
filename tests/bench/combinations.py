"""Every operation with every preset, format, rate and number of channels, each one checked."""

from tests import combinations
from tests.bench import report


def run(*, quick: bool = False) -> str:
    """The text of the report; quick takes every fiftieth."""
    asked = list(combinations.every())[:: 50 if quick else 1]
    failed = [message for each in asked if (message := _failure(each))]
    rows = [
        ("combinations run, each on a voice and on silence", len(asked)),
        ("of them wrong in length, channels, sum, level, numbers or silence", len(failed)),
    ]
    return "\n\n".join((report.table(("what", "figure"), rows), *failed))


def _failure(asked: combinations.Combination) -> str:
    try:
        combinations.check(asked)
    except AssertionError as error:
        return str(error).splitlines()[0]
    return ""
