"""Vectors to join: clouds as embeddings form them, and ones made to be lost by careless rounding."""

import numpy as np

from plainterms.engine.matching.products import Vectors, inner_products
from plainterms.engine.matching.sketch import Precision, rounded
from plainterms.engine.matching.tiles import Processor


def unit(vectors: np.ndarray) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)


def cloud(rng: np.random.Generator, rows: int, dimensions: int, flatness: float = 0.6) -> Vectors:
    """Unit vectors with some directions of much energy, as embeddings have them, in no axis's direction."""
    energy = (1 + np.arange(dimensions)) ** -flatness
    turned = np.linalg.qr(np.random.default_rng(7).standard_normal((dimensions, dimensions)))[0]
    return unit(rng.standard_normal((rows, dimensions)) * energy @ turned)


def near(rng: np.random.Generator, vectors: Vectors, noise: float) -> Vectors:
    """Copies that are a little off."""
    return unit(vectors + noise * rng.standard_normal(vectors.shape) / np.sqrt(vectors.shape[1]))


def every_pair(left: Vectors, right: Vectors, threshold: float) -> list[tuple[int, int, float]]:
    """The join as it is defined: all scores, one by one."""
    rows, columns = (each.ravel() for each in np.indices((len(left), len(right))))
    every = inner_products(left, right, rows, columns)
    return [
        (row, column, score)
        for row, column, score in zip(rows.tolist(), columns.tolist(), every.tolist(), strict=True)
        if score >= np.float32(threshold)
    ]


class Coarse(Processor):
    """A processor whose products are as bad as bf16 allows: factors rounded, and each result cut towards zero."""

    precision = Precision.HALF

    def _product(self, left: Vectors, right: Vectors, tile: Vectors) -> None:
        assert (rounded(left.astype(float), Precision.HALF) == left).all(), (
            "sketches must be numbers of the precision"
        )
        np.matmul(left, right.T, out=tile)
        cut = tile.view(np.uint32) & np.uint32(0xFFFF0000)
        tile[:] = cut.view(np.float32)


class Small(Processor):
    """Tiles of a few rows, so that there are many."""

    rows = 7
