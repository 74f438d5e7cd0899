"""The whole program as an operator starts it, in a process of its own."""

import os
import subprocess
import sys

# Who dies many times need not warm an engine for each core at every start.
ONE_CHILD = {"engine__processes": "1"}


class Life(subprocess.Popen):
    """One life of the program, which no failing test leaves running."""

    def __exit__(self, *error):
        self.kill()  # else a test that waited in vain waits here for ever
        super().__exit__(*error)


def started(folder, **settings):
    """`undertone run` with its data in this folder; what it says goes to `run.log` there."""
    named = {f"UNDERTONE_{name.upper()}": value for name, value in settings.items()}
    told = {"UNDERTONE_DATA_DIR": str(folder / "data"), "UNDERTONE_HTTP__PORT": "0"}
    command = [sys.executable, "-m", "bot", "run"]
    with open(folder / "run.log", "a", encoding="utf-8") as log:
        environment = {**os.environ, **told, **named}
        return Life(command, env=environment, stdout=log, stderr=log)
