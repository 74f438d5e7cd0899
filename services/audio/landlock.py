"""Which part of the file system a child may still see: programs and libraries, its own folder."""

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterable
from pathlib import Path

# linux/landlock.h and unistd.h; the numbers are the same on every machine.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
PATH_BENEATH = 1
ASK_VERSION = 1
WRITE_FILE, READ_FILE, READ_DIR = 1 << 1, 1 << 2, 1 << 3
EVERYTHING = (1 << 13) - 1  # every right of the first version: read, write, make, remove, execute

MOVE, TRUNCATE, IOCTL = 1 << 13, 1 << 14, 1 << 15
OF_FILES = WRITE_FILE | READ_FILE | TRUNCATE | IOCTL  # the others only folders have

# Version of the kernel's rules from which each is known: what it adds to rights to files, ...
RIGHTS = ((2, MOVE), (3, TRUNCATE), (5, IOCTL))
NETWORK = (4, 0b11)  # ... to bind and connect TCP, ...
OUTSIDE = (6, 0b11)  # ... to abstract sockets of others, and to send them signals

SYSTEM = (
    *("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/null", "/dev/urandom"),
    *("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu"),
)
CARDS = ("/proc/driver/nvidia", "/sys/bus/pci/devices", "/sys/devices")
"""Where the driver of a graphics card looks for it."""


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def keep_to(libc: ctypes.CDLL, readable: Iterable[Path], writable: Iterable[Path]) -> None:
    """From now on open nothing else by name; files that are open already stay so.

    Needs no-new-privileges. Raises `OSError` where the system does not allow it.
    """
    attributes = _known(libc.syscall(CREATE_RULESET, None, 0, ASK_VERSION))
    rules = libc.syscall(CREATE_RULESET, ctypes.byref(attributes), ctypes.sizeof(attributes), 0)
    if rules < 0:
        raise OSError(ctypes.get_errno(), "landlock")
    try:
        for path in readable:
            _allow(libc, rules, path, READ_FILE | READ_DIR)
        for path in writable:
            _allow(libc, rules, path, attributes.files)
        if libc.syscall(RESTRICT_SELF, rules, 0):
            raise OSError(ctypes.get_errno(), "landlock")
    finally:
        os.close(rules)


def _known(version: int) -> _Ruleset:
    """All that a kernel can take away; what it does not know must stay 0."""
    files = EVERYTHING | sum(right for since, right in RIGHTS if version >= since)
    network, outside = (rights * (version >= since) for since, rights in (NETWORK, OUTSIDE))
    return _Ruleset(files, network, outside)


def _allow(libc: ctypes.CDLL, rules: int, path: Path, rights: int) -> None:
    with contextlib.suppress(FileNotFoundError):
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            # A right that only folders have makes a rule about a file invalid.
            allowed = rights if path.is_dir() else rights & OF_FILES
            rule = _Beneath(allowed, place)
            if libc.syscall(ADD_RULE, rules, PATH_BENEATH, ctypes.byref(rule), 0):
                raise OSError(ctypes.get_errno(), "landlock")
        finally:
            os.close(place)


def needed_to_read(package: str) -> list[Path]:
    """Where modules and libraries come from.

    package: the one that holds the tasks. Of a checkout only the packages themselves count: the
    folder beside them may hold other people's sound.
    """
    root = Path(__file__).parents[2]
    modules = [Path(entry) for entry in sys.path if entry]
    prefixes = [Path(sys.prefix), Path(sys.base_prefix)]
    code = [root / "services", root / package.split(".", maxsplit=1)[0]]
    models = os.environ.get("MODEL_DIR")
    return [
        *([Path(models), *map(Path, CARDS)] if models else ()),
        *(Path(each) for each in SYSTEM),
        *(each for each in (*modules, *prefixes) if each != root or root.name == "site-packages"),
        *code,
    ]


def needed_to_write() -> list[Path]:
    """The private folder, where compiled code is kept, and for models the graphics cards."""
    told = os.environ.get("NUMBA_CACHE_DIR")
    compiled = Path(told) if told else Path(__file__).parents[1] / "engine" / "__pycache__"
    with contextlib.suppress(OSError):
        compiled.mkdir(parents=True, exist_ok=True)
    cards = Path("/dev").glob("nvidia*") if os.environ.get("MODEL_DIR") else ()
    return [Path.cwd(), compiled, *cards]
