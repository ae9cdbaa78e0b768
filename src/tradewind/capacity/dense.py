"""BLAS and LAPACK inside compiled loops: SciPy's own, called where no thread holds the interpreter.

SciPy's Python wrappers hold the interpreter's lock while they multiply, so that a second thread
waits. SciPy exports the addresses of the same routines for compiled code; they are arguments here,
and not constants, so that compiled loops can be kept on disk. All matrices are contiguous; a matrix
row by row is to BLAS its transpose column by column. What is empty never gets there: BLAS would
print that a matrix begins nowhere.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import get_cython_function_address, intrinsic

LOWER, UPPER, PLAIN, TURNED, RIGHT = (np.uint8(ord(letter)) for letter in "LUNTR")


class Routines(NamedTuple):
    """Addresses of the routines, for one precision of the products."""

    gemm: int
    trmm: int
    syrk: int
    dsyrk: int
    dpotrf: int


def routines(single: bool) -> Routines:
    """Return the routines for products in single or in double precision."""
    letter = "s" if single else "d"
    blas, lapack = "scipy.linalg.cython_blas", "scipy.linalg.cython_lapack"
    return Routines(
        gemm=get_cython_function_address(blas, f"{letter}gemm"),
        trmm=get_cython_function_address(blas, f"{letter}trmm"),
        syrk=get_cython_function_address(blas, f"{letter}syrk"),
        dsyrk=get_cython_function_address(blas, "dsyrk"),
        dpotrf=get_cython_function_address(lapack, "dpotrf"),
    )


def _typed(_context: Any, address: Any, arguments: Any) -> Any:
    """Call a routine that takes pointers: addresses as they are, numbers put somewhere first."""
    signature = types.void(address, arguments)

    def generate(context: Any, builder: Any, kinds: Any, values: Any) -> Any:
        pointer = ir.IntType(8).as_pointer()
        given = []
        for i, kind in enumerate(kinds.args[1]):
            value = builder.extract_value(values[1], i)
            if kind == types.uintp:
                given.append(builder.inttoptr(value, pointer))
            else:
                # numba's helper has no types.
                place: Any = cgutils.alloca_once_value(builder, value)  # type: ignore[no-untyped-call]
                given.append(builder.bitcast(place, pointer))
        routine = ir.FunctionType(ir.VoidType(), [pointer] * len(given))
        builder.call(builder.inttoptr(values[0], routine.as_pointer()), given)
        return context.get_dummy_value()

    return signature, generate


_call: Any = intrinsic(_typed)


@njit(cache=True, nogil=True)
def take_product(
    routine: Routines, left: np.ndarray, apart: int, right: np.ndarray, target: np.ndarray
) -> None:
    """Subtract left @ right from ``target``; rows of ``left`` (flat) begin ``apart`` apart."""
    rows, width = target.shape
    if target.size == 0 or len(right) == 0:
        return
    one = target.dtype.type(1.0)
    _call(
        routine.gemm,
        (
            *(PLAIN, PLAIN, np.int32(width), np.int32(rows), np.int32(len(right)), -one),
            *(right.ctypes.data, np.int32(width), left.ctypes.data, np.int32(apart)),
            *(one, target.ctypes.data, np.int32(width)),
        ),
    )


@njit(cache=True, nogil=True)
def lower_times(routine: Routines, lower: np.ndarray, target: np.ndarray) -> None:
    """Multiply by a lower triangle, in place."""
    rows, width = target.shape
    if target.size == 0:
        return
    _call(
        routine.trmm,
        (
            *(RIGHT, UPPER, PLAIN, PLAIN, np.int32(width), np.int32(rows)),
            *(target.dtype.type(1.0), lower.ctypes.data, np.int32(rows)),
            *(target.ctypes.data, np.int32(width)),
        ),
    )


@njit(cache=True, nogil=True)
def add_squares(routine: Routines, rows: np.ndarray, total: np.ndarray) -> None:
    """Add rows' rows to the lower triangle of ``total``, column by column."""
    count, width = rows.shape
    if rows.size == 0:
        return
    one = rows.dtype.type(1.0)
    _call(
        routine.syrk,
        (
            *(LOWER, PLAIN, np.int32(width), np.int32(count), one),
            *(rows.ctypes.data, np.int32(width), one, total.ctypes.data, np.int32(width)),
        ),
    )


@njit(cache=True, nogil=True)
def take_squares(routine: Routines, rows: np.ndarray, target: np.ndarray, apart: int) -> None:
    """Subtract rows rows' from a lower triangle (flat) whose columns begin ``apart`` apart."""
    count, width = rows.shape
    if rows.size == 0:
        return
    _call(
        routine.dsyrk,
        (
            *(LOWER, TURNED, np.int32(count), np.int32(width), -1.0),
            *(rows.ctypes.data, np.int32(width), 1.0, target.ctypes.data, np.int32(apart)),
        ),
    )


@njit(cache=True, nogil=True)
def factored(routine: Routines, lower: np.ndarray, size: int, apart: int) -> bool:
    """Factor a lower triangle (flat, columns ``apart`` apart) in place; False if indefinite."""
    if size == 0:
        return True
    info = np.zeros(1, dtype=np.int32)
    _call(
        routine.dpotrf,
        (LOWER, np.int32(size), lower.ctypes.data, np.int32(apart), info.ctypes.data),
    )
    return bool(info[0] == 0)
