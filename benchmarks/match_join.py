"""The threshold join on this processor, beside FAISS `range_search` and sentence-transformers' `semantic_search`.

    pip install faiss-cpu
    python -m benchmarks.match_join --results benchmarks/results/match-join-DATE.md

Each contestant is a process of its own; what is timed starts with the vectors in memory and ends with the pairs.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks import machine
from benchmarks.measure import GIB, python
from benchmarks.vectors import DIMENSIONS, Vectors, answers

THRESHOLD = 0.9
TARGET = 4.0
"""Times as fast as each peer, on a processor with AMX."""

NEIGHBOURS = 64
"""Best matches that `semantic_search` is asked for, which must be as many as the most pairs of a row."""

WARM = 100
"""Vectors that are joined before the time is taken, so that imports are not."""

Found = tuple[np.ndarray, np.ndarray]


def ours(left: Vectors, right: Vectors) -> Found:
    """The join where it is fastest here."""
    from plainterms.engine.matching.devices import processor
    from plainterms.engine.matching.join import join
    from plainterms.engine.matching.torch_tiles import best_tiles

    pairs = join(left, right, THRESHOLD, cap=None, tiles=best_tiles(processor()))
    return pairs.left, pairs.right


def whole(left: Vectors, right: Vectors) -> Found:
    """The same with vectors that are not shortened: what the sketches are worth."""
    from plainterms.engine.matching import join as joining
    from plainterms.engine.matching.join import join

    joining.basis_of = lambda *_: None
    pairs = join(left, right, THRESHOLD, cap=None)
    return pairs.left, pairs.right


def faiss(left: Vectors, right: Vectors) -> Found:
    """`IndexFlatIP.range_search`."""
    from faiss import IndexFlatIP

    index = IndexFlatIP(DIMENSIONS)
    index.add(right)
    limits, _, columns = index.range_search(left, THRESHOLD)
    return np.repeat(np.arange(len(left)), np.diff(limits.astype(np.int64))), columns


def semantic_search(left: Vectors, right: Vectors) -> Found:
    """The best matches of each row, of which those above the threshold are kept."""
    import torch
    from sentence_transformers.util import dot_score
    from sentence_transformers.util import semantic_search as search

    hits = search(torch.from_numpy(left), torch.from_numpy(right), top_k=NEIGHBOURS, score_function=dot_score)
    found = [(row, hit["corpus_id"]) for row, some in enumerate(hits) for hit in some if hit["score"] >= THRESHOLD]
    rows, columns = np.array(found, np.int64).reshape(-1, 2).T
    return rows, columns


CONTESTANTS: dict[str, Callable[[Vectors, Vectors], Found]] = {
    "ours": ours,
    "ours, whole vectors": whole,
    "FAISS IndexFlatIP.range_search": faiss,
    "sentence-transformers semantic_search": semantic_search,
}


def run(name: str, count: int, file: Path) -> None:
    """Time one contestant and keep its pairs."""
    left, right = answers(count, 0), answers(count, 1)
    CONTESTANTS[name](left[:WARM], right[:WARM])
    begun = time.perf_counter()
    rows, columns = CONTESTANTS[name](left, right)
    seconds = time.perf_counter() - begun
    np.save(file, np.sort(rows.astype(np.int64) * count + columns))
    print(json.dumps(seconds))


def main() -> None:
    """Measure from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=50_000, help="vectors on each side")
    parser.add_argument("--only", choices=list(CONTESTANTS), help=argparse.SUPPRESS)
    parser.add_argument("--pairs", type=Path, default=Path("benchmarks/data/pairs.npy"), help=argparse.SUPPRESS)
    parser.add_argument("--results", type=Path, help="write the table there too")
    options = parser.parse_args()
    if options.only:
        run(options.only, options.count, options.pairs)
        return
    options.pairs.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join(report(options.count, options.pairs)) + "\n"
    print(text)
    if options.results:
        options.results.write_text(text)


def report(count: int, file: Path) -> list[str]:
    """Lines of Markdown."""
    from plainterms.engine.matching.devices import processor

    lines = [
        f"# Joining {count:,} x {count:,} vectors of {DIMENSIONS} dimensions above {THRESHOLD}",
        "",
        machine.line(("numpy", "torch", "faiss-cpu", "sentence-transformers")),
        f"Products in {processor().precision}. Vectors as `benchmarks/vectors.py` describes; `semantic_search` is"
        f" asked for the {NEIGHBOURS} best matches of each row.",
        "",
        "| | seconds | times ours | pairs | other than ours | peak, GiB |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    first: tuple[float, np.ndarray] | None = None
    for name in CONTESTANTS:
        cost = python("benchmarks.match_join", "--only", name, "--count", str(count), "--pairs", str(file))
        seconds, pairs = json.loads(cost.output.splitlines()[-1]), np.load(file)
        first = first or (seconds, pairs)
        other = len(np.setxor1d(pairs, first[1], assume_unique=True))
        shown = f"| {name} | {seconds:.2f} | {seconds / first[0]:.1f} | {len(pairs):,} | {other} |"
        lines.append(f"{shown} {cost.peak / GIB:.2f} |")
        print(lines[-1], flush=True)
    file.unlink()
    return [*lines, "", f"Target: each peer takes at least {TARGET:g} times as long, on a processor with AMX."]


if __name__ == "__main__":
    main()
