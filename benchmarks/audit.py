"""The benchmark: scan, floor, audits of 1, 10 and 50 clauses and the same clauses as SQL, in one run on two cores."""

import argparse
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.data import FOLDER, logs, registers
from benchmarks.queries import Answer
from benchmarks.runs import Run
from benchmarks.tables import report
from benchmarks.terms import SIZES

PARTS = ("scan", "floor", "audit", "queries", "missing", "start")
MISSING = 0.05


def scan(run: Run) -> None:
    """Reading the columns."""
    for size in SIZES:
        run.measure(f"scan {size}", "benchmarks.floor", "scan", "--clauses", str(size))


def floor(run: Run) -> None:
    """Every distinct condition in one scan."""
    for size in SIZES:
        run.measure(f"gated {size}", "benchmarks.floor", "gated", "--clauses", str(size))
    run.measure("ours 50", "benchmarks.floor", "ours")
    run.measure("conditions 50", "benchmarks.floor", "conditions")
    run.measure("templates 50", "benchmarks.floor", "templates")


def audit(run: Run) -> None:
    """Full audits."""
    for size in SIZES:
        _audit(run, f"audit {size}", size, 0.0)


def _audit(run: Run, name: str, clauses: int, missing: float) -> None:
    arguments = ("--clauses", str(clauses), "--missing", str(missing), "--out", str(FOLDER / "out" / name))
    cost = run.measure(name, "benchmarks.audited", *arguments)
    run.audits[name] = json.loads(cost.output.splitlines()[-1])


def queries(run: Run) -> None:
    """The same clauses as SQL."""
    out = FOLDER / "out" / "queries.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    once = Run(run.events, 1)
    run.costs["queries 50"] = once.measure("queries 50", "benchmarks.queries", "--out", str(out))
    run.answers = [
        Answer(one["clause"], one["seconds"], tuple(one["subjects"])) for one in json.loads(out.read_text())
    ]


def missing(run: Run) -> None:
    """Floor and audit where 5 % of each field are missing."""
    run.measure("gated 50, missing", "benchmarks.floor", "gated", "--missing", str(MISSING))
    run.measure("templates 50, missing", "benchmarks.floor", "templates", "--missing", str(MISSING))
    run.measure("ours 50, missing", "benchmarks.floor", "ours", "--missing", str(MISSING))
    _audit(run, "audit 50, missing", 50, MISSING)


STEPS: Mapping[str, Callable[[Run], None]] = {
    "scan": scan,
    "floor": floor,
    "audit": audit,
    "queries": queries,
    "missing": missing,
}


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--repeat", type=int, default=1, help="runs of each measurement, of which the median counts")
    parser.add_argument("--only", nargs="*", choices=PARTS, default=PARTS)
    parser.add_argument("--results", type=Path, help="write the report there too")
    options = parser.parse_args()
    run = Run(options.events, options.repeat)
    shutil.rmtree(FOLDER / "out", ignore_errors=True)
    registers()
    logs(options.events)
    if "missing" in options.only:
        logs(options.events, MISSING)
    for part in options.only:
        if part in STEPS:
            STEPS[part](run)
    shown = report(run, options.only)
    print(shown)
    if options.results:
        options.results.parent.mkdir(parents=True, exist_ok=True)
        options.results.write_text(shown)


if __name__ == "__main__":
    main()
