"""In whose name work is done: who waits for the same thing takes turns by it."""

from contextvars import ContextVar

from services.model import Address

# Kept beside the calls, not in them: what waits lies three ports below what knows the job.
LINE: ContextVar[str] = ContextVar("line", default="")


def stand_for(address: Address) -> None:
    """All that this task of asyncio does from now on is done for that space."""
    LINE.set(f"{address.platform}:{address.space}")
