"""How fast matching is without embeddings, beside MinHash LSH (datasketch, rensa) in the same run.

    pip install datasketch rensa
    python -m benchmarks.match_speed [--texts 1000000] [--peer 20000] [--asked 2000]

Texts are made of stretches of three words of real answers, some 100 words each, so that phrases recur.
One in ten of the outputs asked about is a changed copy of an indexed text. One core.
"""

import argparse
import os
import random
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks import machine
from benchmarks.answers import answers
from benchmarks.edits import EDITS
from plainterms.engine.matching.collection import Collection
from plainterms.engine.matching.comparing import compared
from plainterms.engine.matching.texts import Text

WORDS, STRETCH = 100, 3
BATCH = 1_000
BANDS, ROWS = 64, 2
CHANGES = (
    "exact",
    "30 % of words dropped",
    "10 % typing errors",
    "first half",
    "preceded by three other texts",
    "30 % synonyms",
    "sentences shuffled",
)


@dataclass(frozen=True)
class Texts:
    """Texts to index, outputs to ask about, and for each output the text it is a copy of, or None."""

    indexed: Sequence[str]
    asked: Sequence[str]
    origin: Sequence[int | None]


def made(count: int, asked: int) -> Texts:
    """Texts of some 600 letters."""
    corpus = [word for text in answers().texts.values() for word in text.split()]
    chance = np.random.default_rng(1)
    starts = chance.integers(0, len(corpus) - STRETCH, (count + asked, WORDS // STRETCH))
    every = [" ".join(" ".join(corpus[at : at + STRETCH]) for at in row) for row in starts.tolist()]
    indexed, outputs = every[:count], every[count:]
    dice = random.Random(2)
    origin: list[int | None] = [None] * asked
    for place in range(0, asked, 10):
        origin[place] = dice.randrange(count)
        name = CHANGES[place // 10 % len(CHANGES)]
        indexed[origin[place] or 0] = EDITS[name](outputs[place], dice, every[1:4])
    return Texts(indexed, outputs, origin)


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--texts", type=int, default=1_000_000)
    options.add_argument("--peer", type=int, default=20_000)
    options.add_argument("--asked", type=int, default=2_000)
    asked = options.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(machine.line(("numpy", "rapidfuzz", "datasketch", "rensa")), "One core.\n")
    print("| what | indexed | texts/s taken in | texts/s asked | recall of copies | index, MB |")
    print("|---|---|---|---|---|---|")
    small = made(asked.peer, asked.asked)
    _ours(small)
    _datasketch(small)
    _rensa(small)
    if asked.texts > asked.peer:
        _ours(made(asked.texts, asked.asked))
        print(f"\nPeak memory of the process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB.")


def _ours(texts: Texts) -> None:
    with Collection() as collection:
        taken = _seconds(lambda: collection.take_in(_batches(texts.indexed)))
        hits: set[tuple[int, int]] = set()

        def ask() -> None:
            for batch in _batches(texts.asked):
                for one in compared(batch, collection):
                    hits.update((one.text.number, pair.other) for pair in one.pairs)

        spent = _seconds(ask)
        size = collection.index.size + collection.signatures.nbytes
    _line("fingerprints and verification", texts, taken, spent, hits, size)


def _grams(text: str) -> list[bytes]:
    words = text.lower().split()
    return [" ".join(words[at : at + 3]).encode() for at in range(max(1, len(words) - 2))]


def _rensa(texts: Texts) -> None:
    from rensa import RMinHash, RMinHashLSH

    def hashed(some: Sequence[str]) -> list[RMinHash]:
        return list(RMinHash.from_token_sets([_grams(text) for text in some], BANDS * ROWS, 1))

    index = RMinHashLSH(0.1, BANDS * ROWS, BANDS)
    taken = _seconds(lambda: index.insert_many(hashed(texts.indexed)))
    hits: set[tuple[int, int]] = set()

    def ask() -> None:
        for number, found in enumerate(index.query_all(hashed(texts.asked))):
            hits.update((number, one) for one in found)

    _line("rensa MinHash LSH, candidates only", texts, taken, _seconds(ask), hits, 0)


def _datasketch(texts: Texts) -> None:
    from datasketch import MinHash, MinHashLSH

    def hashed(some: Sequence[str]) -> list[MinHash]:
        return list(MinHash.generator((_grams(text) for text in some), num_perm=BANDS * ROWS))

    index = MinHashLSH(num_perm=BANDS * ROWS, params=(BANDS, ROWS))

    def take_in() -> None:
        for number, one in enumerate(hashed(texts.indexed)):
            index.insert(number, one)

    hits: set[tuple[int, int]] = set()

    def ask() -> None:
        for number, one in enumerate(hashed(texts.asked)):
            hits.update((number, found) for found in index.query(one))

    taken = _seconds(take_in)
    _line("datasketch MinHash LSH, candidates only", texts, taken, _seconds(ask), hits, 0)


def _line(name: str, texts: Texts, taken: float, asked: float, hits: set[tuple[int, int]], size: int) -> None:
    copies = [(place, origin) for place, origin in enumerate(texts.origin) if origin is not None]
    recall = sum(pair in hits for pair in copies) / len(copies)
    shown = f"{size / 1e6:,.0f}" if size else "–"
    print(
        f"| {name} | {len(texts.indexed):,} | {len(texts.indexed) / taken:,.0f} | {len(texts.asked) / asked:,.0f}"
        f" | {recall:.3f} | {shown} |",
        flush=True,
    )


def _seconds(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _batches(texts: Sequence[str]) -> Iterator[list[Text]]:
    for start in range(0, len(texts), BATCH):
        yield [Text(start + row, "", text) for row, text in enumerate(texts[start : start + BATCH])]


if __name__ == "__main__":
    main()
