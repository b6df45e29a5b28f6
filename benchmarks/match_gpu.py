"""The fused join on a GPU, beside the bare product, torch's blocked product-then-threshold, and FAISS if it is there.

    python -m benchmarks.match_gpu --results benchmarks/results/match-gpu-DATE.md

Rates are pairs a second. All read the same sketches from the GPU's memory, in bf16, and at the same inner size.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import torch

from benchmarks import machine
from benchmarks.vectors import DIMENSIONS, Vectors, answers
from plainterms.engine.matching.devices import Device, best_device
from plainterms.engine.matching.fused import Fused
from plainterms.engine.matching.join import CAP, join
from plainterms.engine.matching.sketch import Precision, sketch
from plainterms.engine.matching.tiles import Held
from plainterms.engine.matching.torch_tiles import Graphics

THRESHOLD = 0.9
SHARE, RATE, TIMES, TIMES_FAISS = 0.5, 6e11, 2.5, 5
"""Targets: of the bare product's rate, pairs a second on an H100, times torch's blocks, times FAISS."""


def seconds(work: Callable[[], object]) -> float:
    """The time of work on the GPU, once it is warm."""
    work()
    torch.cuda.synchronize()
    begun = time.perf_counter()
    work()
    torch.cuda.synchronize()
    return time.perf_counter() - begun


def _held(tiles: Graphics, side: Vectors) -> list[Held]:
    return [tiles.hold(side[start : start + tiles.rows]) for start in range(0, len(side), tiles.rows)]


def swept(tiles: Graphics, left: Vectors, right: Vectors, floor: float) -> Callable[[], int]:
    """Every pair of blocks, and how many pairs reach the floor."""
    held = [_held(tiles, side) for side in (left, right)]

    def work() -> int:
        return sum(len(rows) for a in held[0] for b in held[1] for rows, _ in tiles.reaching(a, b, floor))

    return work


def bare(tiles: Graphics, left: Vectors, right: Vectors) -> Callable[[], None]:
    """The products alone, into one and the same block of scores."""
    held = [_held(tiles, side) for side in (left, right)]

    def work() -> None:
        for a in held[0]:
            for b in held[1]:
                torch.mm(a, b.T)

    return work


def faiss_rate(left: Vectors, right: Vectors) -> float | None:
    """Pairs a second of FAISS's exact search for the ten best on a GPU; it has no range search there."""
    try:
        from faiss import GpuIndexFlatIP, StandardGpuResources
    except ImportError:
        return None
    index = GpuIndexFlatIP(StandardGpuResources(), DIMENSIONS)
    index.add(right)
    some = left[:100_000]
    return len(some) * len(right) / seconds(lambda: index.search(some, 10))


def report(count: int, device: Device) -> list[str]:
    """Lines of Markdown."""
    left, right = answers(count, 0), answers(count, 1)
    short = [sketch(side, None, Precision.HALF).of for side in (left, right)]
    pairs = count * count
    blocks, fused = Graphics(device, Precision.HALF), Fused(device)
    product = pairs / seconds(bare(blocks, *short))
    blocked = pairs / seconds(swept(blocks, *short, THRESHOLD))
    ours = pairs / seconds(swept(fused, *short, THRESHOLD))
    begun = time.perf_counter()
    found = join(left, right, THRESHOLD, tiles=fused)
    whole = time.perf_counter() - begun
    peer = faiss_rate(left, right)
    lines = [
        f"# Joining {count:,} x {count:,} vectors of {DIMENSIONS} dimensions above {THRESHOLD} on {device.title}",
        "",
        machine.line(("torch", "triton")),
        f"No more than {CAP:,} pairs of a row are kept; {found.capped:,} rows had more.",
        "",
        "| | pairs a second | of the bare product |",
        "|---|--:|--:|",
    ]
    rates = {"bare product in bf16": product, "torch, blocks": blocked, "fused": ours}
    rates |= {} if peer is None else {"FAISS GpuIndexFlatIP, ten best": peer}
    lines += [f"| {name} | {rate:.2e} | {rate / product:.2f} |" for name, rate in rates.items()]
    compared = "FAISS for GPUs is not installed" if peer is None else f"{ours / peer:.1f} times FAISS"
    return [
        *lines,
        "",
        f"Fused: {ours / blocked:.1f} times torch's blocks; {compared}. The whole join, sketches, exact scores and"
        f" {len(found):,} pairs included, took {whole:.1f} s, {pairs / whole:.2e} pairs a second.",
        "",
        f"Targets: {SHARE:.0%} of the bare product, {RATE:.0e} pairs a second on an H100, {TIMES:g} times torch's"
        f" blocks, {TIMES_FAISS} times FAISS.",
    ]


def main() -> None:
    """Measure from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000_000, help="vectors on each side")
    parser.add_argument("--results", type=Path, help="write the table there too")
    options = parser.parse_args()
    device = best_device()
    if device.name != "cuda":
        parser.exit(2, "this machine has no GPU that torch can use, so there is nothing to measure\n")
    text = "\n".join(report(options.count, device)) + "\n"
    print(text)
    if options.results:
        options.results.write_text(text)


if __name__ == "__main__":
    main()
