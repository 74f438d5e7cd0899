"""`python -m tests.compiling`: the engine's loops as machine code on disk, before tests need them.

In a fresh checkout that takes half a minute, which would be missing from the time of the first
tests, in every process at once.
"""

from services.audio.tasks import TASKS


def main() -> None:
    """Compile what is not compiled yet."""
    for name in ("warm", "warm-rest"):
        TASKS[name]((), (), {}, lambda _fraction: None)


if __name__ == "__main__":
    main()
