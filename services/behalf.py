"""On whose behalf work is done: those who wait for the same thing take turns by it."""

from contextvars import ContextVar

from services.model import Address

# Kept beside the calls, not in them: what waits lies three ports below what knows the job.
SPACE: ContextVar[str] = ContextVar("space", default="")


def act_for(address: Address) -> None:
    """All that this task of asyncio does from now on is done for that space."""
    SPACE.set(f"{address.platform}:{address.space}")
