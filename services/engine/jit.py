"""Loops as machine code: numba's decorator with our settings and with types."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")

# Sums may be reordered and multiply-adds fused; NaN and infinity keep their meaning.
FAST = {"nsz", "arcp", "contract", "afn", "reassoc"}


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """`function` compiled on its first call, kept on disk, and run without the GIL."""
    # Divisions give infinity as numpy's do: a loop that may raise runs number by number.
    made = numba.njit(cache=True, nogil=True, fastmath=FAST, error_model="numpy")(function)
    # numba is untyped; the compiled function takes and gives what the original does.
    return cast("Callable[P, R]", made)
