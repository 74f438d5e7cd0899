"""Tasks that behave as badly as a decoder can; only tests offer them to a child."""

import ctypes
import os
import socket
import subprocess
from pathlib import Path

from services.audio.tasks import TASKS as REAL
from services.problems import Code, fault


def segfault(_inputs, _outputs, _args, _report):
    ctypes.string_at(0)


def leave(_inputs, _outputs, _args, _report):
    os._exit(3)


def hang(_inputs, outputs, _args, _report):
    outputs[0].write(b"at work")
    outputs[0].flush()
    while True:
        pass


def obey(_inputs, _outputs, _args, report):
    while True:
        report(0.5)


def eat(_inputs, _outputs, _args, _report):
    return {"size": len(bytearray(64 << 30))}


def stumble(_inputs, _outputs, _args, _report):
    raise KeyError("missing")


def complain(_inputs, _outputs, args, _report):
    raise fault(Code.TOO_LONG, "said the task", seconds=args["seconds"], limit=60)


def copy(inputs, outputs, args, report):
    data = b"".join(each.read() for each in inputs)
    for output in outputs:
        output.write(data)
    report(1.0)
    return {"bytes": len(data), "args": dict(args)}


def me(_inputs, _outputs, _args, _report):
    return {
        "process": os.getpid(),
        "files": len(os.listdir("/proc/self/fd")),
        "folder": str(Path.cwd()),
        "secrets": sorted(name for name in os.environ if "UNDERTONE" in name),
        "nice": os.nice(0),
    }


def call_out(_inputs, _outputs, args, _report):
    try:
        with socket.create_connection(("127.0.0.1", args["port"]), timeout=2):
            return {"reached": True}
    except OSError:
        return {"reached": False}


def start_program(_inputs, _outputs, _args, _report):
    try:
        subprocess.run(["/bin/true"], check=True)
    except PermissionError:
        return {"started": False}
    return {"started": True}


def read_name(_inputs, _outputs, args, _report):
    try:
        return {"read": len(Path(args["name"]).read_bytes())}
    except PermissionError:
        return {"read": 0}


def compiled(_inputs, _outputs, _args, _report):
    from services.engine import jit

    theirs = Path(jit.__file__).parent / "__pycache__"
    ours = Path(os.environ["NUMBA_CACHE_DIR"])
    try:
        (theirs / "x.nbi").write_bytes(b"x")
    except OSError:
        may_write = False
    else:
        may_write = True
    return {"lent": ours == Path.cwd() and any(ours.glob("engine_*")), "may_write": may_write}


BAD = (
    *(segfault, leave, hang, obey, eat, stumble, complain),
    *(copy, me, call_out, start_program, read_name, compiled),
)
TASKS = dict(REAL) | {each.__name__: each for each in BAD}
