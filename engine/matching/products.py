"""The inner products that decide, the same to the last bit on every machine."""

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]
Scores = NDArray[np.float32]

CHUNK = 2**13
"""Pairs at a time, so that what is added up stays in the processor's cache."""


def inner_products(left: Vectors, right: Vectors, rows: Rows, columns: Rows) -> Scores:
    """The inner product of each pair (``left[rows[i]]``, ``right[columns[i]]``), rounded once.

    Products of two 24-bit numbers are exact in 53 bits, and sums are formed in one fixed order, halves upon halves,
    by additions of single elements: so no width of vector unit and no number of threads can change a bit.
    """
    found = np.empty(len(rows), np.float32)
    for start in range(0, len(rows), CHUNK):
        part = slice(start, start + CHUNK)
        found[part] = _summed(left[rows[part]].astype(np.float64) * right[columns[part]])
    return found


def _summed(products: NDArray[np.float64]) -> NDArray[np.float64]:
    while (width := products.shape[1]) > 1:
        half = (width + 1) // 2
        products[:, : width - half] += products[:, half:]
        products = products[:, :half]
    return products[:, 0] if products.shape[1] else np.zeros(len(products))
