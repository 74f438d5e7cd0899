"""`python -m services.audio SOCKET PARENT BOUND MEMORY TASKS …`: a child that serves its parent."""

import faulthandler
import socket
import sys
from importlib import import_module

from services.audio.confine import confine, shut_in


def main() -> None:
    """Give up rights, import, give up the rest, and serve.

    The arguments are the number of the open socket, the parent's process id, what of memory is
    counted and how many bytes of it there are, the module whose `TASKS` are offered, and modules
    to have at hand from the start.
    """
    descriptor, parent, bound, memory, tasks, *modules = sys.argv[1:]
    faulthandler.enable()
    done = confine(int(memory), int(parent), bound)
    offered = import_module(tasks).TASKS
    for each in modules:
        import_module(each)
    serving = import_module("services.audio.serving")
    done |= shut_in(tasks)
    with socket.socket(fileno=int(descriptor)) as connection:
        other = serving.Parent(connection)
        other.tell({"ready": done})
        serving.serve(other, offered)


if __name__ == "__main__":
    main()
