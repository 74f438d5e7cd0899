"""What a decoder that fell into a stranger's hands would try; only tests offer it to a child."""

import ctypes
import errno
import os
import platform
import resource
import socket
import stat
import time
from pathlib import Path

from tests.hostile.tasks import TASKS as OTHERS

LIBC = ctypes.CDLL(None, use_errno=True)
PTRACE_SEIZE = 0x4206
GETPID_X32 = 0x40000000 + 39


def _call(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")


def _fork():
    if os.fork() == 0:
        os._exit(0)
    os.wait()


def _connect(port):
    with socket.create_connection(("127.0.0.1", port), timeout=2):
        pass


def _x32():
    if platform.machine() != "x86_64":
        raise OSError(errno.EPERM, "there is no such call")
    _call(LIBC.syscall(GETPID_X32))


def _attempts(name, port):
    """By name what is tried. name: of a file that is nobody's business."""
    path, parent = Path(name), os.getppid()
    return {
        "read a file": path.read_bytes,
        "read it by another way": Path(f"/proc/self/root{name}").read_bytes,
        "read the users": Path("/etc/passwd").read_bytes,
        "read the parent's secrets": Path(f"/proc/{parent}/environ").read_bytes,
        "look around": lambda: os.listdir(path.parent),
        "write a file": lambda: path.with_name("new").write_bytes(b"new"),
        "link a file": lambda: os.link(path, "linked"),
        "move a file": lambda: os.rename(path, "moved"),
        "remove a file": path.unlink,
        "empty a file": lambda: os.truncate(path, 0),
        "open a file to others": lambda: path.chmod(0o777),
        "give a file away": lambda: os.chown(path, 12_345, -1),
        "change its times": lambda: os.utime(path, (0, 0)),
        "call this machine": lambda: _connect(port),
        "make a socket": lambda: socket.socket(socket.AF_UNIX).close(),
        "fork": _fork,
        "run a program": lambda: os.execv("/bin/true", ["true"]),
        "end the parent": lambda: os.kill(parent, 0),
        "end a thread of the parent": lambda: _call(LIBC.tgkill(parent, parent, 0)),
        "look into the parent": lambda: _call(LIBC.ptrace(PTRACE_SEIZE, parent, None, None)),
        "limit the parent": lambda: resource.prlimit(parent, resource.RLIMIT_NOFILE, (64, 64)),
        "lift its own limits": lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)),
        "make a namespace": lambda: _call(LIBC.unshare(0x10000000)),
        "mount": lambda: _call(LIBC.mount(b"none", b"/mnt", b"tmpfs", 0, None)),
        "share memory": lambda: _call(LIBC.shmget(1, 4_096, 0o1666)),
        "call by other numbers": _x32,
    }


def _works(attempt):
    try:
        attempt()
    except (OSError, ValueError):
        return False
    return True


def escape(_inputs, _outputs, args, _report):
    attempts = _attempts(args["name"], args["port"])
    wanted = args.get("only") or attempts
    return {name: _works(attempts[name]) for name in wanted}


def allowed(_inputs, _outputs, _args, _report):
    limits = {
        name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))
        for name in ("AS", "FSIZE", "NOFILE", "CORE", "CPU")
    }
    status = dict(
        line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines()
    )
    return {"limits": limits, "status": status}


def spin(_inputs, _outputs, args, _report):
    begin = time.process_time()
    while time.process_time() - begin < args["seconds"]:
        pass
    return {}


def babble(_inputs, _outputs, args, _report):
    for each in map(int, os.listdir("/proc/self/fd")):
        try:
            is_socket = stat.S_ISSOCK(os.fstat(each).st_mode)
        except OSError:
            continue
        if is_socket:
            os.write(each, args["text"].encode())
    return {}


TASKS = OTHERS | {each.__name__: each for each in (escape, allowed, spin, babble)}
