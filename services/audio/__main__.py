"""`python -m services.audio SOCKET PARENT MEMORY TASKS`: a child process that serves its parent."""

import faulthandler
import socket
import sys
from importlib import import_module

from services.audio.confine import confine


def main() -> None:
    """Confine ourselves first, import what reads media only then, and serve.

    The arguments are the number of the open socket, the parent's process id, bytes of address
    space, and the module whose `TASKS` are offered.
    """
    descriptor, parent, memory, tasks = sys.argv[1:]
    faulthandler.enable()
    done = confine(int(memory), int(parent))
    module = import_module(tasks)
    serving = import_module("services.audio.serving")
    with socket.socket(fileno=int(descriptor)) as connection:
        other = serving.Parent(connection)
        other.tell({"ready": done})
        serving.serve(other, module.TASKS)


if __name__ == "__main__":
    main()
