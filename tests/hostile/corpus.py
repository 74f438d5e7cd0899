"""Hundreds of odd and hostile files, made by code, each with what must be said of it."""

from collections.abc import Callable
from dataclasses import dataclass

from services.problems import Code


@dataclass(frozen=True, slots=True)
class Good:
    """It is taken; seconds are right within so many."""

    seconds: float
    channels: int = 1
    sample_rate: int = 48_000
    within: float = 0.05


@dataclass(frozen=True, slots=True)
class Case:
    """One file. verdict: what is found, or why it is refused; of several either will do."""

    name: str
    make: Callable[[], bytes]
    verdict: Good | Code | tuple[Good | Code, ...]

    @property
    def verdicts(self):
        """All that is right."""
        return self.verdict if isinstance(self.verdict, tuple) else (self.verdict,)


def cases(table):
    """Cases of a table of names with (bytes or what makes them, verdict)."""
    return [
        Case(name, made if callable(made) else lambda made=made: made, verdict)
        for name, (made, verdict) in table.items()
    ]
