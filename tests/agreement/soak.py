"""Compares the evaluators on as many cases as wanted: `python -m tests.agreement.soak --cases 1000000`."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from .cases import LOGS
from .kept import FOLDER
from .rounds import Tally, rounds


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, say how it goes, and write each mismatch into a folder. The exit code is 1 if there was one."""
    options = _options(arguments)
    whole, started = Tally(), time.monotonic()
    seeds = range(options.seed, options.seed + -(-options.cases // LOGS))
    for number, tally in enumerate(rounds(seeds, options.processes), 1):
        whole.add(tally)
        for mismatch in tally.mismatches:
            path = _kept(mismatch, options.keep)
            print(f"mismatch: {path}\n{mismatch}", flush=True)
        if number % 200 == 0:
            print(_line(whole, time.monotonic() - started), flush=True)
        if time.monotonic() - started > options.seconds or len(whole.mismatches) >= options.most:
            break
    print(_line(whole, time.monotonic() - started))
    return 1 if whole.mismatches else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000, help="how many cases")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after that time")
    parser.add_argument("--seed", type=int, default=1_000_000, help="the first seed")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="how many at once")
    parser.add_argument("--most", type=int, default=5, help="stop after that many mismatches")
    parser.add_argument("--keep", type=Path, default=FOLDER, help="where mismatches are written")
    return parser.parse_args(arguments)


def _kept(mismatch: str, folder: Path) -> Path:
    title = mismatch.split("\n", 1)[0].removeprefix("=== ")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{title.replace(',', '').replace(' ', '-')}.txt"
    path.write_text(mismatch, encoding="utf-8")
    return path


def _line(tally: Tally, seconds: float) -> str:
    verdicts = ", ".join(f"{name} {count:_}" for name, count in sorted(tally.verdicts.items()))
    rate = tally.cases / seconds if seconds else 0
    return f"{tally.cases:_} cases, {rate:.0f} a second, {len(tally.mismatches)} mismatches; {verdicts}"


if __name__ == "__main__":
    sys.exit(main())
