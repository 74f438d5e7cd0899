"""What a child says, believed only as far as its form goes: it may no longer be ours."""

import contextlib
import json
from typing import Any

from services.problems import Code, fault

SIMPLE = (str, int, float)
CODES = frozenset(str(code) for code in Code)


def understood(packet: bytes) -> dict[str, Any]:
    """A message as `services.audio.serving` sends them. Raises `Fault` for anything else."""
    with contextlib.suppress(ValueError, RecursionError):
        message: Any = json.loads(packet, parse_constant=_refuse)
        # Half characters are no text, and no database takes them.
        json.dumps(message, ensure_ascii=False).encode()
        if isinstance(message, dict) and _has_form(message):
            return message
    raise fault(Code.WORKER_DIED, "said what nobody understands")


def _refuse(constant: str) -> None:
    raise ValueError(constant)  # NaN and infinity are no JSON


def _has_form(message: dict[str, Any]) -> bool:
    match message:
        case {"progress": float() | int() as fraction}:
            return 0 <= fraction <= 1
        case {"memory": int(), "fault": {"code": str(code), "args": dict(args), "detail": str()}}:
            return code in CODES and all(isinstance(each, SIMPLE) for each in args.values())
        case {"ready": dict()} | {"memory": int(), "done": dict()}:
            return True
        case {"memory": int(), "stopped": True} | {"memory": int(), "broken": str()}:
            return True
    return False
