"""One child process: started, talked to, stopped, killed."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

from adapters.workers.lending import ROOT, compiled_code, lend
from adapters.workers.messages import understood
from services.ports import SoundTask
from services.problems import Code, Fault, Problem, fault

PACKET = 1 << 17  # bytes; as in services.audio.serving
START_SECONDS = 60.0  # until a child says that it is ready; a loaded machine takes some


@dataclass(frozen=True, slots=True)
class Setup:
    """How children are started.

    memory_bytes: of what `bound` counts, as services.audio.confine has it.
    tasks: the module whose `TASKS` they serve.
    folder: where their private folders are made; None: the system's.
    modules: what they import before they are ready; the rest comes with the first task.
    keeps_code: whether they may write where the engine's compiled code lies.
    models: the folder of model files, which they may read.
    threads: how many a library may start for one calculation.
    """

    memory_bytes: int
    tasks: str = "services.audio.tasks"
    folder: Path | None = None
    modules: tuple[str, ...] = ()
    keeps_code: bool = True
    bound: str = "AS"
    models: Path | None = None
    threads: int = 1


class Stopped(Exception):
    """The child gave the task up because it was told to."""


class Child:
    """A warm process that does one task at a time."""

    def __init__(self, connection: socket.socket, folder: str, errors: IO[bytes]) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._connection = connection
        self._folder = folder
        self._errors = errors
        self.sandbox: Mapping[str, bool] = {}
        self.is_at_work = False
        self._is_lost = False  # it talked nonsense: somebody else may be in there
        self._listening = asyncio.Lock()
        self.tasks = 0  # done so far
        self.memory = 0  # bytes after the latest task

    @classmethod
    async def start(cls, setup: Setup) -> Self:
        """A child that is ready. Raises `Fault` with `WORKER_DIED` when it does not come up."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        folder = tempfile.mkdtemp(prefix="undertone-", dir=setup.folder)
        errors = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 – closed with the child
        child = cls(ours, folder, errors)
        try:
            if setup.models is not None:
                await asyncio.to_thread(lend, compiled_code(), Path(folder))
            with theirs:
                child._process = await _spawn(setup, theirs.fileno(), folder, errors)
            async with asyncio.timeout(START_SECONDS):
                child.sandbox = (await child._hear())["ready"]
        except BaseException as error:
            await child.kill()
            if isinstance(error, TimeoutError):
                raise fault(Code.WORKER_DIED, "did not start in time") from error
            raise
        return child

    async def do(
        self, task: SoundTask, cpu_seconds: float, report: Callable[[float], None]
    ) -> Mapping[str, Any]:
        """Have the task done.

        cpu_seconds: of all its threads together; then the kernel ends the process.
        Raises `Fault` as the task does, `WORKER_DIED` when the process ended or talks nonsense,
        `TOOK_TOO_LONG` when its processor time was up, `Stopped` after `stop`. Where it is left
        in another way, `is_at_work` says whether the child must be brought to rest: `stop` and
        `settle`, or `kill`.
        """
        files = _open(task)
        try:
            self._send(task, cpu_seconds, files)
        finally:
            for each in files:
                os.close(each)
        return await self._outcome(report)

    def stop(self) -> None:
        """Ask for the end of the task under way."""
        with contextlib.suppress(OSError):
            self._connection.send(json.dumps({"stop": True}).encode())

    async def settle(self) -> None:
        """Wait for the end of a task whose result nobody wants any more."""
        with contextlib.suppress(Stopped, Fault):
            await self._outcome(lambda _fraction: None)

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs and does what it was made for."""
        is_running = self._process is not None and self._process.returncode is None
        return is_running and not self._is_lost

    async def kill(self) -> None:
        """End the process and everything it may have started; remove its folder."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            await self._process.wait()
        # Whoever still listens hears the end first; a socket must not be closed under the loop.
        async with self._listening:
            self._connection.close()
            self._errors.close()
        await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)

    def _send(self, task: SoundTask, cpu_seconds: float, files: Sequence[int]) -> None:
        order = {
            "task": task.name,
            "inputs": len(task.inputs),
            "outputs": len(task.outputs),
            "args": dict(task.args),
            "cpu_seconds": cpu_seconds,
        }
        try:
            # The child is idle and reads at once, so a packet always finds room.
            socket.send_fds(self._connection, [json.dumps(order).encode()], files)
            self.is_at_work = True
        except OSError as error:
            raise fault(Code.WORKER_DIED, f"while idle: {self._last_words()}") from error

    async def _outcome(self, report: Callable[[float], None]) -> Mapping[str, Any]:
        while True:
            message = await self._hear()
            if "progress" in message:
                report(message["progress"])
                continue
            self.is_at_work = False
            self.tasks += 1
            self.memory = message["memory"]
            return _found(message)

    async def _hear(self) -> dict[str, Any]:
        async with self._listening:
            try:
                packet = await asyncio.get_running_loop().sock_recv(self._connection, PACKET)
            except OSError:
                packet = b""
            if not packet:
                ended = await self._process.wait() if self._process else None
                code = Code.TOOK_TOO_LONG if ended == -signal.SIGXCPU else Code.WORKER_DIED
                raise fault(code, f"{ended}: {self._last_words()}")
            try:
                return understood(packet)
            except Fault:
                self._is_lost = True
                raise

    def _last_words(self) -> str:
        size = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(size - 2000, 0))
        return self._errors.read().decode(errors="replace")


def _found(message: Mapping[str, Any]) -> Mapping[str, Any]:
    if "done" in message:
        found: Mapping[str, Any] = message["done"]
        return found
    if "stopped" in message:
        raise Stopped
    if "fault" in message:
        told = message["fault"]
        raise Fault(Problem(Code[told["code"].upper()], told["args"], told["detail"]))
    raise fault(Code.INTERNAL, message["broken"])


def _open(task: SoundTask) -> list[int]:
    opened: list[int] = []
    try:
        opened.extend(os.open(path, os.O_RDONLY | os.O_CLOEXEC) for path in task.inputs)
        wanted = os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        opened.extend(os.open(path, wanted, 0o600) for path in task.outputs)
    except OSError:
        for each in opened:
            os.close(each)
        raise
    return opened


async def _spawn(
    setup: Setup, descriptor: int, folder: str, errors: IO[bytes]
) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *_command(setup, descriptor),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=errors,
        stderr=errors,
        cwd=folder,
        env=_environment(setup, folder),
        pass_fds=(descriptor,),
        start_new_session=True,
    )


def _command(setup: Setup, descriptor: int) -> list[str]:
    # -P: the private folder must not become a place that modules come from.
    start = [sys.executable, "-P", "-m", "services.audio"]
    known = [str(descriptor), str(os.getpid()), setup.bound, str(setup.memory_bytes)]
    return [*start, *known, setup.tasks, *setup.modules]


def _environment(setup: Setup, folder: str) -> dict[str, str]:
    # One job uses one or two threads of ours; libraries shall not add their own.
    threads = str(setup.threads)
    environment = {
        "PATH": os.defpath,
        "HOME": folder,
        "TMPDIR": folder,
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": threads,
        "OPENBLAS_NUM_THREADS": threads,
        "MKL_NUM_THREADS": threads,
        # Each further arena reserves 64 MB of the address space that is limited.
        "MALLOC_ARENA_MAX": "2",
    }
    if setup.models is not None:
        environment |= {"MODEL_DIR": str(setup.models), "TQDM_DISABLE": "1", "HF_HUB_OFFLINE": "1"}
    cache = compiled_code() if setup.keeps_code else Path(folder)
    return environment | ({"NUMBA_CACHE_DIR": str(cache)} if cache else {})
