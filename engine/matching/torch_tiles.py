"""Products of sketches by torch: on a GPU, or in bf16 on a processor that has instructions for it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import numpy as np

from plainterms.engine.matching.devices import Device, OutOfMemoryError, best_device, out_of_memory_told, torch
from plainterms.engine.matching.products import Rows, Vectors
from plainterms.engine.matching.sketch import Precision
from plainterms.engine.matching.tiles import Held, Processor, Tiles

BELOW: float = 2.0**-7
"""By what part a floor is lowered before torch rounds it to bf16."""

FEWEST = 64
"""Rows below which a GPU without memory is not asked again."""


def best_tiles(device: Device | None = None, say: Callable[[str], None] = lambda _: None) -> Tiles:
    """Where a join is fastest on this machine; ``say`` is told when a GPU has no memory for it."""
    device = device or best_device()
    if device.name == "cpu":
        return Halves() if device.precision == "bf16" else Processor()
    if device.precision != "bf16":
        return Graphics(device, Precision.SINGLE, say)
    try:
        from plainterms.engine.matching.fused import Fused
    except ModuleNotFoundError:
        return Graphics(device, Precision.HALF, say)
    return Fused(device, say)


class Halves:
    """Products in bf16 on the processor; each thread works on its own tile."""

    precision = Precision.HALF
    rows = 1_024
    workers: int | None = None

    @contextmanager
    def working(self) -> Iterator[None]:
        """Products use one thread each."""
        module = torch()
        before = module.get_num_threads()
        module.set_num_threads(1)
        try:
            yield
        finally:
            module.set_num_threads(before)

    def hold(self, block: Vectors) -> Held:
        """In bf16, which holds the numbers of a sketch exactly."""
        module = torch()
        return module.from_numpy(block).to(module.bfloat16)

    def reaching(self, left: Held, right: Held, floor: float) -> Iterator[tuple[Rows, Rows]]:
        """As `Tiles.reaching`."""
        high = (left @ right.T) >= lowered(floor)
        found = np.flatnonzero(high.numpy())
        if len(found):
            yield np.divmod(found, len(right))


def lowered(floor: float) -> float:
    """A floor that is no higher after rounding to bf16."""
    return floor - BELOW * abs(floor) - 1e-30


class Graphics:
    """Products on a GPU, block by block; the scores of a block are in its memory for a moment."""

    rows = 8_192
    workers: int | None = 1

    def __init__(self, device: Device, precision: Precision, say: Callable[[str], None] = lambda _: None) -> None:
        self.device, self.precision = device, precision
        self._say = say
        self._told: set[str] = set()

    def working(self) -> AbstractContextManager[object]:
        """Nothing changes."""
        return nullcontext()

    def hold(self, block: Vectors) -> Held:
        """In the precision, and on the device if it has room."""
        module = torch()
        held = module.from_numpy(block).to(module.float32 if self.precision is Precision.SINGLE else module.bfloat16)
        try:
            with out_of_memory_told():
                return held.to(self.device.name)
        except OutOfMemoryError:
            self._tell("for all vectors; going on with one block after the other")
            return held

    def reaching(self, left: Held, right: Held, floor: float) -> Iterator[tuple[Rows, Rows]]:
        """As `Tiles.reaching`. Without memory blocks are halved, and small ones multiplied by the processor."""
        try:
            with out_of_memory_told():
                found = self._found(left, right, floor)
        except OutOfMemoryError:
            yield from self._smaller(left, right, floor)
        else:
            if len(found[0]):
                yield found

    def _found(self, left: Held, right: Held, floor: float) -> tuple[Rows, Rows]:
        place = self.device.name
        rows, columns = ((left.to(place) @ right.to(place).T) >= lowered(floor)).nonzero(as_tuple=True)
        return rows.cpu().numpy(), columns.cpu().numpy()

    def _smaller(self, left: Held, right: Held, floor: float) -> Iterator[tuple[Rows, Rows]]:
        if len(right) < FEWEST:
            self._tell("even for small blocks; going on on the processor, which is slower")
            yield from Processor().reaching(_back(left), _back(right), floor)
            return
        self._tell("for a whole block; going on with smaller ones")
        middle = len(right) // 2
        yield from self.reaching(left, right[:middle], floor)
        for rows, columns in self.reaching(left, right[middle:], floor):
            yield rows, columns + middle

    def _tell(self, what: str) -> None:
        if what not in self._told:
            self._told.add(what)
            self._say(f"{self.device.title} is out of memory {what}")


def _back(held: Any) -> Vectors:
    found: Vectors = held.float().cpu().numpy()
    return found
