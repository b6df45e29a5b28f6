"""Whether the cost of an audit is linear in events: 1, 10, 30 and 100 million, out of core."""

import argparse
import json
import shutil
from pathlib import Path

from benchmarks import machine
from benchmarks.data import FOLDER, logs, registers
from benchmarks.draft import FILE_DAYS, FILE_EVENTS
from benchmarks.measure import GIB, python

MILLIONS = (1, 10, 30, 100)
KEPT = 10
"""Logs of more millions than this are deleted after they were measured."""


def row(millions: int, spill: Path) -> str:
    """Audit fifty clauses over so many million events."""
    events = millions * 1_000_000
    folder = logs(events)
    shutil.rmtree(spill, ignore_errors=True)
    spill.mkdir(parents=True)
    cost = python("benchmarks.audited", "--events", str(events), "--spill", str(spill))
    figures = json.loads(cost.output.splitlines()[-1])
    shutil.rmtree(spill)
    if millions > KEPT:
        shutil.rmtree(folder)
    findings = sum(figures["findings"].values())
    each = cost.seconds / millions
    memory = f"{cost.peak / GIB:.2f} | {cost.private / GIB:.2f}"
    return f"| {millions} | {cost.seconds:.0f} | {each:.2f} | {memory} | {findings:,} |"


def main() -> None:
    """Measure from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--millions", type=int, nargs="*", default=MILLIONS)
    parser.add_argument("--results", type=Path, help="write the table there too")
    options = parser.parse_args()
    registers()
    largest = max(options.millions) * 1_000_000
    shown = ["# 50 clauses over more and more events", *machine.rows(largest, largest / FILE_EVENTS * FILE_DAYS), ""]
    shown += [
        "| million events | wall seconds | seconds a million | peak, GiB | not backed by files, GiB | findings |",
        "|--:|--:|--:|--:|--:|--:|",
    ]
    for millions in options.millions:
        shown.append(row(millions, FOLDER / "spill"))
        print(shown[-1], flush=True)
    text = "\n".join(shown) + "\n"
    print(text)
    if options.results:
        options.results.write_text(text)


if __name__ == "__main__":
    main()
