"""`python -m tests.bench [PART|all] [--quick]`: measure, write down."""

import argparse
import os

# One thread each, as the worker does it: otherwise the machine's cores are compared.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

from tests.bench import (  # noqa: E402 - numpy reads these at import
    api,
    combinations,
    crashes,
    echo,
    fairness,
    hooks,
    ledger,
    memory,
    models,
    providers,
    quality,
    report,
    room,
    soon,
    speed,
    stems,
    telegram,
)

PARTS = {
    "quality": quality.run,
    "echo": echo.run,
    "room": room.run,
    "stems": stems.run,
    "combinations": combinations.run,
    "speed": speed.run,
    "models": models.run,
    "memory": memory.run,
    "crashes": crashes.run,
    "providers": providers.run,
    "telegram": telegram.run,
    "soon": soon.run,
    "hooks": hooks.run,
    "ledger": ledger.run,
    "fairness": fairness.run,
    "api": api.run,
}
LONG = ("memory", "crashes", "providers", "ledger", "fairness", "api")


def main() -> None:
    """Run the parts that were asked for; `all` leaves the hour of memory and the crashes out."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("part", nargs="?", default="all", choices=[*PARTS, "all"])
    parser.add_argument("--quick", action="store_true", help="under two minutes; writes nothing")
    asked = parser.parse_args()
    every = [part for part in PARTS if part not in LONG]
    for part in every if asked.part == "all" else (asked.part,):
        try:
            text = PARTS[part](quick=asked.quick)
        except report.LeftOut as reason:  # what was measured elsewhere stays on the page
            print(f"{part} was left out: {reason}", flush=True)
            continue
        command = f"python -m tests.bench {part}" + (" --quick" if asked.quick else "")
        text = f"## {part.capitalize()}\n\n{text}\n\n{report.circumstances(command)}"
        print(text, flush=True)
        if not asked.quick:
            report.write(part, text)


if __name__ == "__main__":
    main()
