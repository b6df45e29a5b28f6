"""Runs generated cases and counts what was found; a mismatch is made small and written as a case."""

import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from plainterms.engine.findings import Result
from plainterms.engine.plan import Plan
from plainterms.policy.errors import PlainTermsError

from .cases import LOGS, Generated, generated, planned, texts_of
from .compare import Way, as_bytes, by_columns, by_reference, difference
from .kept import case_text
from .logs import Given
from .policies import Library
from .shrink import shrunk
from .streamed import by_stream, streamed

SAMPLED = 16
"""One case in so many is also run in other ways."""


@dataclass
class Tally:
    """What a round of cases came to; ``mismatches`` are cases as text, with what was different."""

    cases: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    mismatches: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Add another round."""
        self.cases += other.cases
        self.verdicts += other.verdicts
        self.mismatches += other.mismatches

    def count(self, result: Result) -> None:
        """Add the verdicts of one case."""
        self.cases += 1
        self.verdicts.update(one.verdict for one in result.findings)
        self.verdicts["clear"] += sum(one.clear for one in result.clauses)


def rounds(seeds: Sequence[int], processes: int = 1) -> Iterator[Tally]:
    """A tally for each seed, in no order of its own if there are several processes."""
    if processes == 1:
        yield from map(run_seed, seeds)
        return
    with ProcessPoolExecutor(processes, get_context("forkserver")) as pool:
        yield from pool.map(run_seed, seeds, chunksize=8)


def run_seed(seed: int) -> Tally:
    """All cases of a seed."""
    tally = Tally()
    with TemporaryDirectory() as folder:
        for case in generated(seed):
            expected = by_reference(case.plan, case.given)
            tally.count(expected.result)
            wanted = as_bytes(expected)
            for way in ways(case, Path(folder)):
                if parting(case.plan, case.given, way, wanted):
                    tally.mismatches.append(reported(case, way))
                    break
    return tally


def ways(case: Generated, folder: Path) -> Iterator[Way]:
    """In memory without threads, and as a stream; some also shuffled, in small portions, in files, with workers."""
    yield Way()
    yield Way(arrival=case.seed * LOGS + case.number)
    if (case.seed + case.number) % SAMPLED == 0:
        spill = folder / str(case.number)
        spill.mkdir()
        yield Way(2 + case.seed % 2, None, 1 + case.seed % 5, case.seed)
        yield Way(1 + case.seed % 3, spill, 2 + case.seed % 3, case.seed + 1)
        yield Way(0, None, 2, case.seed + 2, cramped=True)


def parting(plan: Plan, given: Given, way: Way, wanted: Sequence[bytes] | None = None) -> str:
    """Where the evaluators part, or how one of them fails; nothing where they agree."""
    expected = as_bytes(by_reference(plan, given)) if wanted is None else wanted
    try:
        if way.arrival is not None:
            return difference(streamed(expected), streamed(as_bytes(by_stream(plan, given, way.arrival))))
        return difference(expected, as_bytes(by_columns(plan, given, way)))
    except Exception:  # noqa: BLE001 - a crash is a mismatch too, told with its trace
        return traceback.format_exc()


# ── Mismatches


def reported(case: Generated, way: Way) -> str:
    """The mismatch made small, as a case."""
    with TemporaryDirectory() as folder:
        places = (Path(folder) / str(number) for number in range(1_000_000))

        def parts(library: Library, given: Given) -> bool:
            return bool(_parting_of(library, given, _fresh(way, places)))

        library, given = shrunk(case.library, case.given, parts)
        words = _parting_of(library, given, _fresh(way, places))
    title = f"seed {case.seed}, log {case.number}"
    return case_text(title, *texts_of(library), planned(library), given) + _commented(f"{way}\n{words}")


def _fresh(way: Way, places: Iterator[Path]) -> Way:
    """The same way with an empty folder."""
    if way.spill is None:
        return way
    spill = next(places)
    spill.mkdir()
    return replace(way, spill=spill)


def _parting_of(library: Library, given: Given, way: Way) -> str:
    try:
        plan = planned(library)
        wanted = as_bytes(by_reference(plan, given))
    except (PlainTermsError, LookupError, ValueError):
        return ""
    return parting(plan, given, way, wanted)


def _commented(words: str) -> str:
    return "".join(f"# {line}\n" for line in words.splitlines())
