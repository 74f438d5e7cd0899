"""A model file that is a program: it tries what a thief would, and notes how far it came."""

import json
import os
import pickle
import socket
import subprocess
from pathlib import Path

NOTES = "deeds.json"  # in the private folder, the only place that it can write to


class Thief:
    """Unpickled, it acts."""

    def __init__(self, port, secret, *targets):
        self._known = (port, str(secret), [str(target) for target in targets])

    def __reduce__(self):
        return act, self._known


def act(port, secret, targets):
    deeds = {
        "network": _works(lambda: socket.create_connection(("127.0.0.1", port), 2)),
        "program": _works(lambda: subprocess.run(["/bin/true"], check=True)),
        "fork": _works(os.fork),
        "read": _works(Path(secret).read_bytes),
        "write": [each for each in targets if _works(lambda: Path(each, "x").write_bytes(b"x"))],  # noqa: B023
        "environment": [name for name in os.environ if "UNDERTONE" in name],
    }
    Path(NOTES).write_text(json.dumps(deeds))
    raise ValueError("it was no model after all")


def _works(deed):
    try:
        deed()
    except OSError:
        return False
    return True


def told():
    """What it noted; {} where no such model ran."""
    notes = Path(NOTES)
    return json.loads(notes.read_text()) if notes.exists() else {}


def save(path, *known):
    path.write_bytes(pickle.dumps(Thief(*known)))
