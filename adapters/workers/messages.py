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
        message: Any = json.loads(packet)
        if isinstance(message, dict) and _has_form(message) and _is_text(packet, message):
            return message
    raise fault(Code.WORKER_DIED, "said what nobody understands")


def _is_text(packet: bytes, message: dict[str, Any]) -> bool:
    """Whether all of it can be written down: no half characters, and numbers that are numbers."""
    is_whole = b"\\ud" not in packet.lower() or _can_be_written(message)
    return is_whole and b"NaN" not in packet and b"Infinity" not in packet


def _can_be_written(message: dict[str, Any]) -> bool:
    with contextlib.suppress(UnicodeEncodeError):
        json.dumps(message, ensure_ascii=False).encode()
        return True
    return False


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
