"""One audit through the public names, its findings and the ids of their events written, and what its parts took."""

import argparse
import json
import resource
import time
from collections import Counter
from pathlib import Path

import plainterms
from benchmarks import terms
from benchmarks.data import FOLDER, logs, registers
from benchmarks.draft import end_of


def run(clauses: int, events: int, missing: float, out: Path, workers: int, spill: Path | None) -> dict[str, object]:
    """Audit the log, write `findings.jsonl` and `event-ids.jsonl` to a folder, and say what it took."""
    from plainterms.engine.finding_json import write_findings

    begun = time.perf_counter()
    request = plainterms.Request(
        terms=(terms.write(FOLDER / "terms", clauses),),
        logs=(str(logs(events, missing)),),
        registers=registers(),
        period=plainterms.Period(None, end_of(events) * 1_000_000),
        workers=workers,
        spill=spill,
    )
    prepared = time.perf_counter()
    report = plainterms.audit(request)
    audited = time.perf_counter()
    out.mkdir(parents=True, exist_ok=True)
    write_findings(report.result.findings, out)
    written = time.perf_counter()
    verdicts = Counter(finding.verdict for finding in report.result.findings)
    return {
        "prepared": prepared - begun,
        "audited": audited - prepared,
        "written": written - audited,
        "findings": dict(verdicts),
        "evidence": sum(len(finding.events) for finding in report.result.findings),
        "quarantined": sum(count for _, count in report.quarantined),
        "largest_process": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


def main() -> None:
    """Run one audit from the command line; its figures are printed as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clauses", type=int, default=50)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--missing", type=float, default=0.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--spill", type=Path, help="a folder for what does not fit into memory")
    parser.add_argument("--out", type=Path, default=FOLDER / "out")
    options = parser.parse_args()
    figures = run(
        options.clauses, options.events, options.missing, options.out, options.workers, options.spill
    )  # fmt: skip
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
