"""`python -m tests.bench [quality|speed|memory|crashes|all] [--quick]`: measure, write down."""

import argparse
import os

# One thread each, as the worker does it: otherwise the machine's cores are compared.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

from tests.bench import crashes, memory, quality, report, speed  # noqa: E402 - numpy reads these at import

PARTS = {"quality": quality.run, "speed": speed.run, "memory": memory.run, "crashes": crashes.run}


def main() -> None:
    """Run the parts that were asked for; `all` leaves the hour of memory out."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("part", nargs="?", default="all", choices=[*PARTS, "all"])
    parser.add_argument("--quick", action="store_true", help="under two minutes; writes nothing")
    asked = parser.parse_args()
    for part in ("quality", "speed") if asked.part == "all" else (asked.part,):
        text = PARTS[part](quick=asked.quick)
        command = f"python -m tests.bench {part}" + (" --quick" if asked.quick else "")
        text = f"## {part.capitalize()}\n\n{text}\n\n{report.circumstances(command)}"
        print(text, flush=True)
        if not asked.quick:
            report.write(part, text)


if __name__ == "__main__":
    main()
