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
    # numba is untyped; the compiled function takes and gives what the original does.
    return cast("Callable[P, R]", numba.njit(cache=True, nogil=True, fastmath=FAST)(function))
