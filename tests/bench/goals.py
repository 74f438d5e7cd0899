"""What we want to reach, beside what the first prototype reached and what we do."""

from collections.abc import Iterable
from typing import NamedTuple

from tests.bench import report


class Goal(NamedTuple):
    """One figure that shall be at least `wanted`, or lie within two values.

    prototype: what it reached on recordings of its own, which were not kept.
    here: what it reached on these very recordings, once; its code is no part of the project.
    """

    what: str
    wanted: float | tuple[float, float]
    prototype: str
    here: str
    ours: float

    @property
    def is_reached(self) -> bool:
        """Whether ours is good enough."""
        if isinstance(self.wanted, tuple):
            return self.wanted[0] <= self.ours <= self.wanted[1]
        return self.ours >= self.wanted


HEADS = ("figure", "goal", "prototype", "prototype, same recordings", "Undertone", "reached")


def table(goals: Iterable[Goal]) -> str:
    """All of them, side by side."""
    return report.table(HEADS, [_row(goal) for goal in goals])


def _row(goal: Goal) -> tuple[object, ...]:
    wanted = goal.wanted
    shown = f"{wanted[0]} to {wanted[1]}" if isinstance(wanted, tuple) else f"≥ {wanted}"
    reached = "yes" if goal.is_reached else "no"
    return (goal.what, shown, goal.prototype, goal.here, goal.ours, reached)
