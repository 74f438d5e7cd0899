"""Time that tests turn."""

from datetime import datetime, timedelta

from tests.fakes.jobs import START


class Clock:
    """`now` that stands still until it is turned."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def turn(self, **by: float) -> None:
        """Forward (or back) by hours=…, seconds=…"""
        self.at += timedelta(**by)
