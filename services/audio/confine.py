"""What a child gives up before it opens anything: network, privileges, memory, priority."""

import contextlib
import ctypes
import math
import os
import resource
import signal
from collections.abc import Callable

from services.audio.landlock import keep_to, needed_to_read, needed_to_write
from services.audio.seccomp import refuse_calls

# From linux/prctl.h and linux/sched.h.
PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000

# From linux/capability.h.
CAPABILITY_VERSION = 0x20080522
CAP_DAC_OVERRIDE = 1 << 1

MOST_FILE_BYTES = 16 << 30  # one output; a day of float scratch would be twice that
MOST_OPEN_FILES = 64
NICE = 10
OOM_SCORE = 800  # of 1000: the child dies before the process that talks to people (F18)


def confine(memory_bytes: int, parent: int, bound: str = "AS") -> dict[str, bool]:
    """Give up what not even starting needs; says for each thing whether the system allowed it.

    memory_bytes: of what `bound` counts: AS, address space, or DATA, what is written to; drivers
    of graphics cards reserve hundreds of gigabytes of addresses that they never write to.
    parent: process id; when it is gone, so are we.
    Must run before any thread exists, because namespaces are taken one thread at a time.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    steps: dict[str, Callable[[], object]] = {
        "nice": lambda: os.nice(NICE),
        "out_of_memory_first": _volunteer,
        "limits": lambda: _limit(memory_bytes, bound),
        "no_network": lambda: _leave_network(libc),
        "few_privileges": lambda: _drop(libc),
        "no_new_privileges": lambda: _prctl(libc, PR_SET_NO_NEW_PRIVS, 1),
        "dies_with_parent": lambda: _die_with(libc, parent),
    }
    return {name: _worked(step) for name, step in steps.items()}


def shut_in(package: str) -> dict[str, bool]:
    """Give up what only importing needed: most files, and the calls that start programs.

    package: where the tasks come from. Must run before the first hostile byte is read, but
    after the imports, so that Python may keep their compiled form for the next child.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    steps: dict[str, Callable[[], object]] = {
        "few_files": lambda: keep_to(libc, needed_to_read(package), needed_to_write()),
        "fewer_system_calls": lambda: refuse_calls(libc),
    }
    return {name: _worked(step) for name, step in steps.items()}


def allow_time(seconds: float) -> None:
    """From now on so much more processor time; whoever uses it up is ended by the kernel."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    wanted = math.ceil(used.ru_utime + used.ru_stime + seconds)
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _worked(step: Callable[[], object]) -> bool:
    with contextlib.suppress(OSError, ValueError, KeyError, AttributeError):
        step()
        return True
    return False


def _volunteer() -> None:
    with open("/proc/self/oom_score_adj", "w") as score:
        score.write(str(OOM_SCORE))


def _limit(memory_bytes: int, bound: str) -> None:
    ceilings = {
        getattr(resource, f"RLIMIT_{bound}"): memory_bytes,
        resource.RLIMIT_FSIZE: MOST_FILE_BYTES,
        resource.RLIMIT_NOFILE: MOST_OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for kind, wanted in ceilings.items():
        hard = resource.getrlimit(kind)[1]
        value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (value, value))


def _leave_network(libc: ctypes.CDLL) -> None:
    # Root may leave alone; anybody else needs a user namespace of its own for it.
    if libc.unshare(CLONE_NEWNET) and libc.unshare(CLONE_NEWUSER | CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "unshare")


def _drop(libc: ctypes.CDLL) -> None:
    # Root, and whoever took a user namespace, may do almost anything. One power stays: to write
    # compiled code into a checkout that belongs to somebody else; Landlock says to which folder.
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    held = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable, and their upper halves
    if libc.capget(header, held):
        raise OSError(ctypes.get_errno(), "capget")
    kept = (held[0] & CAP_DAC_OVERRIDE, held[1] & CAP_DAC_OVERRIDE, 0)
    if libc.capset(header, (ctypes.c_uint32 * 6)(*kept)):
        raise OSError(ctypes.get_errno(), "capset")


def _die_with(libc: ctypes.CDLL, parent: int) -> None:
    _prctl(libc, PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise SystemExit("the parent is gone already")


def _prctl(libc: ctypes.CDLL, option: int, value: int) -> None:
    if libc.prctl(option, value, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
