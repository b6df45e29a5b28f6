"""On what a benchmark was run: date, processor, versions and data."""

import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.arrivals import source
from benchmarks.measure import CORES
from benchmarks.population import ACCOUNTS

PACKAGES = ("plainterms", "duckdb", "pyarrow", "numpy", "google-re2")


def rows(events: int, days: float) -> list[str]:
    """Lines of Markdown."""
    return [
        "",
        line(PACKAGES),
        f"{events:,} events of {ACCOUNTS:,} accounts in {days:g} days; arrivals and token counts from"
        f" {source()}. Every line is a process of its own, its start included.",
    ]


def line(packages: Iterable[str]) -> str:
    """When, on what and with which versions, in one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {processor()}, {CORES} of {os.cpu_count()} cores,"
        f" {memory:.0f} GiB; Python {platform.python_version()}, {versions}."
    )


def processor() -> str:
    """The name of the processor."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
