"""Torch and Triton find the same pairs as the processor, and go on when a GPU is out of memory.

Without a GPU, torch multiplies on the processor, and Triton's interpreter runs the kernel.
"""

import os

import numpy as np
import pytest
import torch

from plainterms.engine.matching import sketch as sketching
from plainterms.engine.matching import torch_tiles
from plainterms.engine.matching.devices import Device
from plainterms.engine.matching.join import join
from plainterms.engine.matching.products import Vectors
from plainterms.engine.matching.sketch import Precision
from plainterms.engine.matching.tiles import Processor, Tiles
from plainterms.engine.matching.torch_tiles import Graphics, Halves, best_tiles
from tests.matching.clouds import cloud, near

HAS_GPU = torch.cuda.is_available()
PLACE = Device("cuda" if HAS_GPU else "cpu", "bf16", "the GPU")
if not HAS_GPU:
    os.environ["TRITON_INTERPRET"] = "1"
fused = pytest.importorskip("plainterms.engine.matching.fused", reason="Triton is not there for this machine")


class Blocks(Graphics):
    """Blocks of a few rows, so that there are many."""

    rows = 40


class FusedBlocks(fused.Fused):
    """The same of the kernel. The interpreter cannot multiply in bf16, so there it gets the numbers in fp32."""

    rows = 150

    def hold(self, block):
        held = super().hold(block)
        return held if HAS_GPU else held.float()


PATHS: dict[str, Tiles] = {
    "halves": Halves(),
    "blocks fp32": Blocks(PLACE, Precision.SINGLE),
    "blocks bf16": Blocks(PLACE, Precision.HALF),
    "fused": FusedBlocks(PLACE, room=2_000, shape=4),
    "fused, cut": FusedBlocks(PLACE, room=500, shape=3),
}


def sides(rng: np.random.Generator, dimensions: int) -> tuple[Vectors, Vectors]:
    left = cloud(rng, 200, dimensions)
    return left, np.concatenate([near(rng, left[:90], 0.5), cloud(rng, 43, dimensions)])


@pytest.mark.parametrize("fewest", [0, 2**22], ids=["shortened", "whole"])
@pytest.mark.parametrize("dimensions", [5, 96, 130])
@pytest.mark.parametrize("path", PATHS)
def test_every_path_finds_the_same(path, dimensions, fewest, monkeypatch) -> None:
    monkeypatch.setattr(sketching, "FEWEST", fewest)
    left, right = sides(np.random.default_rng(dimensions), dimensions)
    for threshold in (0.4, 0.85):
        expected, found = (join(left, right, threshold, tiles=tiles) for tiles in (Processor(), PATHS[path]))
        assert len(expected) > 50
        for name in ("left", "right", "scores"):
            assert getattr(found, name).tobytes() == getattr(expected, name).tobytes()


@pytest.mark.parametrize("floor", [0.899, 0.1, -0.3, 1e-9, 0.0, 1.0, 123.456])
def test_a_floor_is_never_higher_in_bf16(floor) -> None:
    assert float(torch.tensor(torch_tiles.lowered(floor), dtype=torch.bfloat16)) <= floor


class Cramped(Graphics):
    """A GPU that has room for so many scores."""

    rows = 200

    def __init__(self, room: int, said: list[str]) -> None:
        super().__init__(Device("cpu", "bf16", "the GPU"), Precision.HALF, said.append)
        self._room = room

    def _found(self, left, right, floor):
        if len(left) * len(right) > self._room:
            raise torch.OutOfMemoryError("no room")
        return super()._found(left, right, floor)


SMALLER = "the GPU is out of memory for a whole block; going on with smaller ones"
PROCESSOR = "the GPU is out of memory even for small blocks; going on on the processor, which is slower"


@pytest.mark.parametrize(("room", "expected"), [(10**6, []), (200 * 70, [SMALLER]), (0, [SMALLER, PROCESSOR])])
def test_a_gpu_without_memory_gets_less_and_then_the_processor_takes_over(room, expected) -> None:
    said: list[str] = []
    left, right = sides(np.random.default_rng(1), 40)
    found = join(left, right, 0.5, tiles=Cramped(room, said))
    assert found.scores.tobytes() == join(left, right, 0.5).scores.tobytes()
    assert said == expected


CHOICES = [
    (Device("cpu", "fp32", "x"), Processor),
    (Device("cpu", "bf16", "x"), Halves),
    (Device("cuda", "fp16", "x"), Graphics),
    (Device("cuda", "bf16", "x"), fused.Fused),
]


@pytest.mark.parametrize(("device", "chosen"), CHOICES)
def test_the_fastest_of_a_machine_is_chosen(device, chosen) -> None:
    assert type(best_tiles(device)) is chosen
