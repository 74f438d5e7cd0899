"""How far a task is, in shares of the whole."""

from collections.abc import Callable

Report = Callable[[float], None]
"""Takes 0 to 1; raises `Cancelled` when the parent asked to stop. Cheap; any thread may call."""


class Cancelled(Exception):
    """The parent no longer wants the work."""


class Stage:
    """One part of a task: its own 0 to 1 as a stretch of the whole."""

    def __init__(self, report: Report, begin: float, end: float) -> None:
        self._report = report
        self._begin = begin
        self._width = end - begin
        self._last = begin

    def __call__(self, fraction: float) -> None:
        """Say how far this part is; values outside 0 to 1 are brought inside."""
        self._last = self._begin + self._width * min(max(fraction, 0.0), 1.0)
        self._report(self._last)

    def checkpoint(self) -> None:
        """Say the same again, so that a wish to stop is noticed."""
        self._report(self._last)
