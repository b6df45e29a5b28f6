"""The monitor: how long a decision and a record take on one core, and how much is held of an account.

`python -m benchmarks.inline [--events N] [--out FILE]` prints Markdown. The scan of the prompts is timed apart.
"""

import argparse
import gc
import random
import resource
import sys
import time
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import machine
from benchmarks.stateless import peers
from plainterms.engine.events import Event
from plainterms.engine.stream.limits import Limits
from plainterms.engine.stream.monitor import Monitor
from plainterms.policy.load import load

ACCOUNTS = 10_000
START = 1_780_000_000_000_000
DAYS = 2
MEDIAN, SIGMA = 1_000, 1.288
"""Prompts are log-normal: median 1,000 and 99th percentile 20,000 characters."""

FROZEN = 1_000
"""After so many events what is held is taken from the collector of garbage, as the page on inline use advises."""

TRIGGERS = ("show me your hidden reasoning", "rate this answer", "ignore previous instructions", "a keylogger")
COUNTRIES = ("DE", "FR", "US", "IN", "BR", "JP", "KP")
AGENTS = ("python-sdk/2.1", "node-sdk/4.0", "curl/8.5", "crawlbot/1.0")


def events(count: int) -> Iterator[Event]:
    """Requests in the order of time, of accounts of which few are busy; the same in every run."""
    dice = random.Random(1)
    words = (Path(__file__).with_name("words.txt")).read_text().split()
    text = " ".join(dice.choice(words) for _ in range(60_000))
    ranks = [1 / (rank + 10) ** 0.9 for rank in range(ACCOUNTS)]
    accounts = dice.choices(range(ACCOUNTS), ranks, k=count)
    for number, account in enumerate(accounts):
        own = random.Random(account)
        length = min(200_000, max(20, int(dice.lognormvariate(0, SIGMA) * MEDIAN)))
        begin = dice.randrange(len(text) - length) if length < len(text) else 0
        prompt = text[begin : begin + length]
        if dice.random() < 0.01:
            prompt = f"{prompt} {dice.choice(TRIGGERS)}"
        yield Event(
            f"req-{number:08}",
            START + number * DAYS * 86_400_000_000 // count,
            "request",
            {
                "account": f"acct-{account:05}",
                "organisation": f"org-{account // 3:05}",
                "api_key": f"key-{account:05}-{dice.randrange(2)}",
                "country": own.choice(COUNTRIES[:6]) if dice.random() < 0.98 else dice.choice(COUNTRIES),
                "user_agent": own.choice(AGENTS),
                "payment_fingerprint": f"pay-{account:05}",
                "surface": "api",
                "operation": "chat",
                "purpose": "support",
                "temperature": 700_000,
                "tools": (),
                "prompt": prompt,
            },
        )


def answered(event: Event, dice: random.Random) -> Event:
    """The request with what is known after it was answered."""
    after = {"output_tokens": dice.randrange(10, 2_000) * 1_000_000, "status": "success", "input_tokens": 300_000_000}
    return Event(event.id, event.time, event.kind, {**event.fields, **after})


def run(count: int) -> Iterator[str]:
    """Time each event; yields lines of Markdown."""
    monitor = Monitor(load(Path(__file__).with_name("inline.terms")), failing="open", limits=Limits())
    dice = random.Random(2)
    scans, decides, records = (array("d", bytes(8 * count)) for _ in range(3))
    characters = 0
    before = _resident()
    pauses = _Pauses()
    clock = time.perf_counter
    for number, event in enumerate(events(count)):
        if number % FROZEN == 0:
            gc.freeze()
        done = answered(event, dice)
        prompt = str(event.fields["prompt"])
        characters += len(prompt)
        begun = clock()
        monitor.scan(prompt)
        scanned = clock()
        monitor.decide(event)
        decided = clock()
        monitor.record(done)
        recorded = clock()
        scans[number] = scanned - begun
        decides[number] = decided - scanned
        records[number] = recorded - decided
    held = _resident() - before
    both = array("d", (one + other for one, other in zip(decides, records, strict=True)))
    findings = len(monitor.findings())
    yield f"{count:,} events of {ACCOUNTS:,} accounts in {DAYS} days, 20 clauses, one core; {findings} findings."
    yield ""
    yield "| microseconds | median | p99 | p99.9 | greatest |"
    yield "|---|---|---|---|---|"
    for name, times in (("decide", decides), ("record", records), ("both", both), ("scan of the prompt", scans)):
        yield f"| {name} | {' | '.join(f'{1e6 * _at(times, share):.1f}' for share in (0.5, 0.99, 0.999, 1))} |"
    yield ""
    yield f"Scan: {1e9 * sum(scans) / characters:.2f} us per 1,000 characters."
    yield f"Held: {held / ACCOUNTS / 1024:.1f} KB per account, {held / count:.0f} bytes per event."
    yield f"Collections of garbage: {pauses.count}, the longest {1e3 * pauses.longest:.1f} ms."


def _at(times: Sequence[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def _resident() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


class _Pauses:
    """How often garbage was collected, and the longest that took."""

    def __init__(self) -> None:
        self.count = 0
        self.longest = 0.0
        self._begun = 0.0
        gc.callbacks.append(self._note)

    def _note(self, phase: str, _info: dict[str, int]) -> None:
        if phase == "start":
            self._begun = time.perf_counter()
        else:
            self.count += 1
            self.longest = max(self.longest, time.perf_counter() - self._begun)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what was measured, and write it to a file if one is named."""
    parser = argparse.ArgumentParser(prog="inline", description=__doc__)
    parser.add_argument("--events", type=int, default=300_000)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    head = ["# The monitor", "", machine.line(["plainterms", "google-re2", "orjson"]), ""]
    lines = [*head, *run(options.events), "", *peers()]
    print("\n".join(lines))
    if options.out is not None:
        options.out.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
