"""What a child says, believed only as far as its form goes: it may no longer be ours."""

import contextlib
import json
from typing import Any

from services.problems import Code, fault

CODES = frozenset(str(code) for code in Code)


def understood(packet: bytes) -> dict[str, Any]:
    """A message as `services.audio.serving` sends them. Raises `Fault` for anything else."""
    with contextlib.suppress(ValueError, RecursionError):
        message: Any = json.loads(packet)
        if isinstance(message, dict) and _has_form(message):
            return message
    raise fault(Code.WORKER_DIED, "said what nobody understands")


def _has_form(message: dict[str, Any]) -> bool:
    match message:
        case {"progress": float() | int() as fraction}:
            return 0 <= fraction <= 1
        case {"memory": int(), "fault": {"code": str(code), "args": dict(), "detail": str()}}:
            return code in CODES
        case {"ready": dict()} | {"memory": int(), "done": dict()}:
            return True
        case {"memory": int(), "stopped": True} | {"memory": int(), "broken": str()}:
            return True
    return False
