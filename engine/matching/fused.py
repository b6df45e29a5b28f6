"""The join's kernel for GPUs: product, threshold and append in one, so that scores never reach memory."""

from collections.abc import Callable, Iterator

import numpy as np
import triton
import triton.language as tl

from plainterms.engine.matching.devices import Device, OutOfMemoryError, out_of_memory_told, torch
from plainterms.engine.matching.products import Rows, Vectors
from plainterms.engine.matching.sketch import Precision
from plainterms.engine.matching.tiles import Held
from plainterms.engine.matching.torch_tiles import Graphics

INNER = 32
"""Sketches are filled up with zeros to a multiple of so many numbers."""

ROOM = 2**22
"""Pairs for which there is room on the GPU; a block with more is cut."""

SHAPES = [
    triton.Config({"TALL": tall, "WIDE": wide, "DEEP": deep, "BAND": 8}, num_warps=warps, num_stages=stages)
    for tall, wide, deep, warps, stages in (
        (128, 256, 64, 8, 3),
        (128, 256, 32, 8, 4),
        (128, 128, 64, 8, 3),
        (128, 128, 32, 4, 4),
        (64, 128, 32, 4, 4),
    )
]
"""Tiles that are tried once for each width of sketches; the fastest stays."""


@triton.jit
def _append(
    left,
    right,
    rows,
    columns,
    count,
    floor,
    tall,
    wide,
    room,
    INNER: tl.constexpr,
    TALL: tl.constexpr,
    WIDE: tl.constexpr,
    DEEP: tl.constexpr,
    BAND: tl.constexpr,
):
    # Tiles of one band of rows follow each other, so that their factors stay in the cache.
    across = tl.cdiv(wide, WIDE)
    down = tl.cdiv(tall, TALL)
    band = tl.program_id(0) // (BAND * across)
    first = band * BAND
    height = min(down - first, BAND)
    place = tl.program_id(0) % (BAND * across)
    row = (first + place % height) * TALL + tl.arange(0, TALL)
    column = (place // height) * WIDE + tl.arange(0, WIDE)

    inner = tl.arange(0, DEEP)
    of_left = left + row[:, None].to(tl.int64) * INNER + inner[None, :]
    of_right = right + column[None, :].to(tl.int64) * INNER + inner[:, None]
    product = tl.zeros((TALL, WIDE), tl.float32)
    for start in range(0, INNER, DEEP):
        within = inner + start < INNER
        a = tl.load(of_left + start, mask=(row < tall)[:, None] & within[None, :], other=0.0)
        b = tl.load(of_right + start, mask=(column < wide)[None, :] & within[:, None], other=0.0)
        product = tl.dot(a, b, product)

    high = (product >= floor) & (row < tall)[:, None] & (column < wide)[None, :]
    found = tl.sum(tl.sum(high.to(tl.int32), 1), 0)
    if found > 0:
        begin = tl.atomic_add(count, found.to(tl.int64))
        of_row = tl.sum(high.to(tl.int32), 1)
        rank = begin + (tl.cumsum(of_row, 0) - of_row)[:, None] + tl.cumsum(high.to(tl.int32), 1) - 1
        fits = high & (rank < room)
        tl.store(rows + rank, tl.broadcast_to(row[:, None], (TALL, WIDE)), mask=fits)
        tl.store(columns + rank, tl.broadcast_to(column[None, :], (TALL, WIDE)), mask=fits)


_tuned = triton.autotune(SHAPES, key=["INNER"])(_append)


class Fused(Graphics):
    """Products on a GPU whose scores stay in its registers; only pairs that reach the floor are written."""

    rows = 2**16

    def __init__(
        self,
        device: Device,
        say: Callable[[str], None] = lambda _: None,
        *,
        room: int = ROOM,
        shape: int | None = None,
    ) -> None:
        """``room`` is how many pairs a block may have; ``shape`` picks one of `SHAPES` instead of the fastest."""
        super().__init__(device, Precision.HALF, say)
        self._room, self._shape = room, shape

    def hold(self, block: Vectors) -> Held:
        """As `Graphics.hold`, filled up with zeros."""
        return super().hold(np.pad(block, ((0, 0), (0, -block.shape[1] % INNER))))

    def reaching(self, left: Held, right: Held, floor: float) -> Iterator[tuple[Rows, Rows]]:
        """As `Tiles.reaching`; a block with more pairs than there is room for is cut in halves."""
        try:
            with out_of_memory_told():
                rows, columns, count = self._launched(left, right, floor)
        except OutOfMemoryError:
            yield from super().reaching(left, right, floor)
            return
        if count > self._room:
            yield from self._halved(left, right, floor)
        elif count:
            yield rows[:count].cpu().numpy().astype(np.int64), columns[:count].cpu().numpy().astype(np.int64)

    def _halved(self, left: Held, right: Held, floor: float) -> Iterator[tuple[Rows, Rows]]:
        if len(left) > len(right):
            for columns, rows in self._halved(right, left, floor):
                yield rows, columns
            return
        middle = len(right) // 2
        yield from self.reaching(left, right[:middle], floor)
        for rows, columns in self.reaching(left, right[middle:], floor):
            yield rows, columns + middle

    def _launched(self, left: Held, right: Held, floor: float) -> tuple[Held, Held, int]:
        module, place = torch(), self.device.name
        left, right = left.to(place), right.to(place)
        rows, columns = module.empty((2, self._room), dtype=module.int32, device=place)
        count = module.zeros(1, dtype=module.int64, device=place)
        tall, wide, inner = len(left), len(right), left.shape[1]

        def grid(shape: dict[str, int]) -> tuple[int]:
            return (triton.cdiv(tall, shape["TALL"]) * triton.cdiv(wide, shape["WIDE"]),)

        given = (left, right, rows, columns, count, floor, tall, wide, self._room)
        if self._shape is None:
            _tuned[grid](*given, INNER=inner)
        else:
            _append[grid](*given, INNER=inner, **SHAPES[self._shape].kwargs)
        return rows, columns, int(count.item())
