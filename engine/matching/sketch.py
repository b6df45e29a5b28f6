"""Short, rounded forms of vectors whose inner products, with a slack, are never less than those of the vectors.

The first ``k`` coordinates ``h`` along the directions of most energy and the length ``t`` of the rest make a sketch
``g = (h, t)``. By Cauchy and Schwarz ``a·b <= h_a·h_b + t_a t_b = g_a·g_b``, and ``|g| = |a|``. Rounding ``g`` to
``r`` takes away at most ``|g_a - r_a| |b| + |r_a| |g_b - r_b|``, which is measured, not assumed. So a pair whose
sketches multiply to less than ``threshold - slack`` is below the threshold, whatever the vectors.
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from plainterms.engine.matching.products import Vectors

Basis = NDArray[np.float64]
"""Orthonormal columns, dimensions x k; as many as there are dimensions: nothing is cut off."""

SAMPLE = 1_024
"""Vectors of each side from which a basis is made."""

WIDTHS = (31, 63, 95, 127, 191, 255)
"""Lengths of heads that are tried; with the length of the rest they fill whole vector registers and tiles."""

BLOCK = 2**13
"""Vectors that are sketched at a time, in double precision."""

ACCUMULATED: float = 2.0**-21
"""Bound of the relative error of one addition in single precision; tensor cores cut off where processors round."""

RESULT: float = 2.0**-7
"""Bound of the relative error of a product that is given in bf16, even if it is cut off rather than rounded."""

SPARE = 1e-9
"""More than what double precision loses."""

FEWEST = 2**22
"""Pairs from which on a basis is worth its making."""

SURVIVOR = 40_000
"""What it costs to look closer at a pair, in multiplications."""


class Precision(Enum):
    """How sketches are rounded, and how the product of two of them is."""

    SINGLE = "fp32"
    HALF = "bf16"


@dataclass(frozen=True)
class Sketch:
    """Sketches of vectors, one a row: numbers of the precision, held as float32.

    ``longest`` is the greatest length of a vector, ``error`` the greatest distance of a sketch from what it rounds.
    """

    of: Vectors
    longest: float
    error: float


def basis_of(left: Vectors, right: Vectors, threshold: float) -> Basis | None:
    """The basis that makes a join cheapest, judged by samples; None: the vectors are best taken as they are."""
    if len(left) * len(right) < FEWEST:
        return None
    samples = (_sample(left, 0), _sample(right, 1))
    _, directions = np.linalg.eigh(sum(sample.T @ sample for sample in samples))
    leading = directions[:, ::-1]
    costs = {width: _cost(leading[:, :width], samples, threshold) for width in WIDTHS if width < len(leading)}
    best = min(costs, key=lambda width: costs[width], default=None)
    return None if best is None or costs[best] >= len(leading) else leading[:, :best].copy()


def _cost(basis: Basis, samples: tuple[NDArray[np.float64], NDArray[np.float64]], threshold: float) -> float:
    """Multiplications for each pair of vectors."""
    left, right = (_sketched(sample, basis) for sample in samples)
    return float(left.shape[1] + SURVIVOR * np.mean(left @ right.T >= threshold))


def _sample(vectors: Vectors, first: int) -> NDArray[np.float64]:
    """Every so many-th vector; other ones of each side, as both may be the same."""
    step = max(2, len(vectors) // SAMPLE)
    return vectors[first % len(vectors) :: step][:SAMPLE].astype(np.float64)


def sketch(vectors: Vectors, basis: Basis | None, precision: Precision) -> Sketch:
    """The sketches of vectors (n x dimensions)."""
    width = vectors.shape[1] if basis is None else basis.shape[1] + 1
    of = np.empty((len(vectors), width), np.float32)
    longest = error = 0.0
    for start in range(0, len(vectors), BLOCK):
        part = slice(start, start + BLOCK)
        exact = vectors[part].astype(np.float64)
        longest = max(longest, _longest(exact))
        exact = exact if basis is None else _sketched(exact, basis)
        of[part] = rounded(exact, precision)
        error = max(error, _longest(exact - of[part]))
    return Sketch(of, longest, error)


def _sketched(vectors: NDArray[np.float64], basis: Basis) -> NDArray[np.float64]:
    heads = vectors @ basis
    rest = np.einsum("ij,ij->i", vectors, vectors) - np.einsum("ij,ij->i", heads, heads)
    return np.column_stack([heads, np.sqrt(np.maximum(rest, 0.0) + SPARE**2)])


def _longest(vectors: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.einsum("ij,ij->i", vectors, vectors).max(initial=0.0)))


def rounded(numbers: NDArray[np.float64], precision: Precision) -> Vectors:
    """Numbers of the precision, held as float32; ties go to even."""
    single = numbers.astype(np.float32)
    if precision is Precision.SINGLE:
        return single
    bits = single.view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) & np.uint32(0xFFFF0000)).view(np.float32)


def slack(left: Sketch, right: Sketch, precision: Precision) -> float:
    """How much less than the inner product of two vectors the computed product of their sketches can be."""
    a, b = left.longest + left.error, right.longest + right.error
    lost = left.error * right.longest + a * right.error
    sums = (left.of.shape[1] + 2) * ACCUMULATED * a * b
    result = RESULT * (a * b + sums) if precision is Precision.HALF else 0.0
    return float(lost + sums + result + SPARE * (1 + a * b))


def rounding(dimensions: int, left: Sketch, right: Sketch) -> float:
    """How far the inner product of two vectors, added up in single precision in any order, may be off."""
    return (dimensions + 2) * ACCUMULATED * left.longest * right.longest
