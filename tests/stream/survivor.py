"""A process that records events, takes snapshots, and may be killed: `python -m tests.stream.survivor FOLDER`."""

import random
import sys
from pathlib import Path

from plainterms.engine.finding_json import finding_lines
from plainterms.engine.stream.monitor import Monitor

from .terms import CONSENT, RATE, REGIONS, TOKENS, TOLD, at, planned, request

EVENTS = 2_000
EVERY = 25
FLEETS = """
clause fleets "No fleets"
    for each group of accounts sharing device
    prohibits more than 3 different account in requests within 1 hour
    on breach flag

clause again "Again and again"
    for each account
    prohibits more than 2 breach of rate within 1 day
    on breach review
"""


def events() -> list[dict[str, object]]:
    """The same stream in every run."""
    dice = random.Random(7)
    found: list[dict[str, object]] = []
    for number in range(EVENTS):
        account = f"a{dice.randrange(30)}"
        kind = dice.choices(("request", "suspension", "acceptance"), (20, 1, 1))[0]
        event = request(f"e{number:05}", number * 5 + dice.random() * 60, account, kind=kind)
        if kind == "request":
            event |= {"output_tokens": dice.randrange(60), "country": dice.choice(("DE", "FR", None, "KP"))}
        if dice.random() < 0.1:
            event["device"] = f"d{dice.randrange(40)}"
        found.append(event)
    return found


def monitor() -> Monitor:
    """A monitor of all sorts of clauses."""
    return Monitor(planned(RATE, REGIONS, TOKENS, CONSENT, TOLD, FLEETS), failing="open")


def main(folder: Path) -> None:
    """Go on from the last snapshot, if there is one, to the end."""
    own, snapshot = monitor(), folder / "snapshot"
    done = own.restore(snapshot) if snapshot.exists() else 0
    assert isinstance(done, int)
    print(f"from {done}", flush=True)
    for number, event in enumerate(events()[done:], done + 1):
        if number % 3:
            own.decide(event)
        own.record(event)
        if number % EVERY == 0:
            own.snapshot(snapshot, number)
    (folder / "findings").write_bytes(b"".join(finding_lines(own.close(at(EVENTS * 5 + 3600)))))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
