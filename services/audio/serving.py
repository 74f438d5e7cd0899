"""The child's side of the talk with its parent: one message per packet, open files attached."""

import contextlib
import ctypes
import errno
import json
import os
import socket
import threading
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from services.audio.confine import allow_time
from services.audio.progress import Cancelled
from services.audio.tasks import Task
from services.problems import Code, Fault, Problem

# parent to child: {"task", "inputs", "outputs", "args", "cpu_seconds"} with files, {"stop"}
# child to parent: {"ready"}, {"progress"}, and at the end of a task exactly one of
#                  {"done"}, {"fault"}, {"stopped"}, {"broken"}, each with {"memory"}
PACKET = 1 << 17  # bytes
MOST_FILES = 32
LOOK_EVERY = 0.05  # seconds between two looks for a wish to stop


class Parent:
    """The other end of the socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._looked = 0.0
        self._is_stopping = False

    def tell(self, message: Mapping[str, Any]) -> None:
        """Send one message."""
        self._connection.send(json.dumps(message).encode())

    def next_task(self) -> tuple[dict[str, Any], list[int]] | None:
        """The next order with its open files; None when the parent is gone."""
        self._is_stopping = False
        while True:
            packet, files, _flags, _from = socket.recv_fds(self._connection, PACKET, MOST_FILES)
            if not packet:
                return None
            message = json.loads(packet)
            # A wish to stop that came after the end of its task is about nothing any more.
            if "task" in message:
                return message, files

    def report(self, fraction: float) -> None:
        """Say how far the task is; raises `Cancelled` once the parent wants no more."""
        now = time.monotonic()
        if self._is_stopping:
            raise Cancelled
        if now - self._looked < LOOK_EVERY:
            return
        with self._lock:
            self._looked = now
            if self._wants_stop():
                self._is_stopping = True
                raise Cancelled
            with contextlib.suppress(BlockingIOError):
                message = json.dumps({"progress": round(fraction, 4)}).encode()
                self._connection.send(message, socket.MSG_DONTWAIT)

    def _wants_stop(self) -> bool:
        try:
            packet = self._connection.recv(PACKET, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        return not packet or "stop" in json.loads(packet)


def serve(parent: Parent, tasks: Mapping[str, Task]) -> None:
    """Do one task after the other until the parent closes its end."""
    while (order := parent.next_task()) is not None:
        message, descriptors = order
        allow_time(message["cpu_seconds"])
        parent.tell({**_answer(parent, tasks, message, descriptors), "memory": _memory()})


def _answer(
    parent: Parent, tasks: Mapping[str, Task], order: Mapping[str, Any], descriptors: list[int]
) -> dict[str, Any]:
    with contextlib.ExitStack() as stack:
        files: list[BinaryIO] = [
            stack.enter_context(os.fdopen(each, "rb" if n < order["inputs"] else "r+b"))
            for n, each in enumerate(descriptors)
        ]
        inputs, outputs = files[: order["inputs"]], files[order["inputs"] :]
        try:
            found = tasks[order["task"]](inputs, outputs, order["args"], parent.report)
            for output in outputs:
                output.flush()
        except Cancelled:
            return {"stopped": True}
        except Fault as error:
            return {"fault": _plain(error.problem)}
        except MemoryError:
            return {"fault": _plain(Problem(Code.WORKER_DIED, detail="out of memory"))}
        except OSError as error:
            return _failed_to_write(error)
        except Exception:  # noqa: BLE001 – like a worker's step: whatever it is, only the task fails
            return {"broken": traceback.format_exc()[-2000:]}
        return {"done": found}


def _failed_to_write(error: OSError) -> dict[str, Any]:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return {"fault": _plain(Problem(Code.DISK_FULL, detail=str(error.errno)))}
    return {"broken": traceback.format_exc()[-2000:]}


def _plain(problem: Problem) -> dict[str, Any]:
    return {"code": str(problem.code), "args": dict(problem.args), "detail": problem.detail}


def _memory() -> int:
    """Bytes of this process that lie in memory, after giving back what is free."""
    with contextlib.suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)  # glibc keeps the blocks of a long sound for hours
    with contextlib.suppress(OSError, IndexError, ValueError):
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0
