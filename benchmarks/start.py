"""How soon Plainterms is there: its import, the check of a page, and the check of a thousand clauses."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import terms
from benchmarks.data import FOLDER
from benchmarks.measure import cost

PAGE = Path(__file__).parents[1] / "examples" / "acme" / "acme.terms"
"""The whole example of the language's design."""


@dataclass(frozen=True)
class Start:
    """A command and the seconds it may take."""

    name: str
    command: Sequence[str]
    most: float


def starts() -> list[Start]:
    """What is measured."""
    many = FOLDER / "terms" / "bench-1000.terms"
    many.parent.mkdir(parents=True, exist_ok=True)
    many.write_text(terms.thousand())
    page = PAGE if PAGE.exists() else terms.write(FOLDER / "terms", 10)
    check = (sys.executable, "-m", "plainterms", "check")
    return [
        Start("an empty Python", (sys.executable, "-c", "pass"), 1.0),
        Start("`import plainterms`", (sys.executable, "-c", "import plainterms"), 0.3),
        Start(f"`plainterms check {page.name}`", (*check, str(page)), 0.5),
        Start("`plainterms check` of 1,000 clauses", (*check, str(many)), 2.0),
    ]


def rows(runs: int) -> list[str]:
    """Medians as rows of a Markdown table."""
    table = ["| start | median of runs, seconds | target |", "|---|--:|--:|"]
    for start in starts():
        seconds = median(cost(start.command).seconds for _ in range(runs))
        table.append(f"| {start.name} | {seconds:.3f} | {start.most} |")
    return table


def main() -> None:
    """Measure from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    print("\n".join(rows(parser.parse_args().runs)))


if __name__ == "__main__":
    main()
