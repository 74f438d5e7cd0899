"""One step of a matrix product in whole numbers of 16 bits, as code for LLVM.

numba's own loops come out as products of 32 bits, or with sums across a register at the end of
every row, which take as long as the products.
"""

from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

# Rows and columns worked on together: the sums and what they are made of fit the sixteen
# registers of AVX2; eight rows spill there and gain nothing with AVX-512.
ROWS, COLUMNS = 4, 16

# All of this is untyped: numba's types and LLVM's values go through it.


def _typed(_context: Any, x: Any, row: Any, weights: Any, block: Any, sums: Any) -> Any:
    return types.void(x, types.intp, weights, types.intp, sums), _code


def _code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    x, row, weights, block, sums = arguments
    arrays = [
        context.make_array(kind)(context, builder, value)
        for kind, value in zip(signature.args[::2], (x, weights, sums), strict=True)
    ]
    word, line = ir.IntType(32), ir.VectorType(ir.IntType(32), COLUMNS)
    halves = ir.VectorType(ir.IntType(16), 2 * COLUMNS)
    shape_of: Any = cgutils.unpack_tuple
    pairs = shape_of(builder, arrays[1].shape)[1]
    x_at = builder.bitcast(arrays[0].data, word.as_pointer())
    x_at = builder.gep(x_at, [builder.mul(row, pairs)])
    w_at = builder.bitcast(arrays[1].data, halves.as_pointer())
    w_at = builder.gep(w_at, [builder.mul(block, pairs)])
    nothing = ir.Constant(line, [0] * COLUMNS)
    alloca: Any = cgutils.alloca_once_value
    totals = [alloca(builder, nothing) for _ in range(ROWS)]
    with cgutils.for_range(builder, pairs) as loop:
        weight = builder.load(builder.gep(w_at, [loop.index]), align=2)
        for n, total in enumerate(totals):
            place = builder.add(loop.index, builder.mul(pairs, pairs.type(n)))
            pair = builder.load(builder.gep(x_at, [place]), align=2)
            first = builder.insert_element(ir.Constant(line, ir.Undefined), pair, word(0))
            every = builder.bitcast(builder.shuffle_vector(first, first, nothing), halves)
            added = builder.add(builder.load(total), _pairs_added(builder, weight, every))
            builder.store(added, total)
    s_at = builder.bitcast(arrays[2].data, line.as_pointer())
    for n, total in enumerate(totals):
        place = builder.gep(s_at, [pairs.type(n)])
        builder.store(builder.load(total), place, align=4)
    return context.get_dummy_value()


def _pairs_added(builder: Any, one: Any, other: Any) -> Any:
    """Products of two vectors of 16 bits, each even one added to the odd one behind it."""
    wide = ir.VectorType(ir.IntType(32), 2 * COLUMNS)
    line = ir.VectorType(ir.IntType(32), COLUMNS)
    even = ir.Constant(line, list(range(0, 2 * COLUMNS, 2)))
    odd = ir.Constant(line, list(range(1, 2 * COLUMNS, 2)))
    both = builder.mul(builder.sext(one, wide), builder.sext(other, wide), flags=["nsw"])
    return builder.add(
        builder.shuffle_vector(both, both, even), builder.shuffle_vector(both, both, odd)
    )


sum_products = cast("Callable[..., None]", intrinsic(_typed))
"""sum_products(x, row, weights, block, sums): the products of `ROWS` rows and one block.

x: (rows, inputs) and weights: (blocks, inputs / 2, 2 * `COLUMNS`) of 16 bits; the sums, (`ROWS`,
`COLUMNS`), have 32. Nothing of any one processor is named: products of neighbours that are added
at once are a pattern that LLVM knows for each of them.
"""
