"""An episode while it goes on: its readings, and what stands behind it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from plainterms.engine.conditions import Truth
from plainterms.engine.findings import (
    SHOWN,
    ExceptionTally,
    Finding,
    Named,
    Reading,
    Share,
    Verdict,
    digest_of,
    finding_id,
)
from plainterms.engine.plan import ClauseVersion, PlannedClause
from plainterms.engine.stream.entries import Entry
from plainterms.engine.stream.windows import ORDER, Held

Key = str | int | bool | tuple[str, ...]


@dataclass
class Evidence:
    """What stands behind a finding, each event once."""

    shown: dict[str, Entry] = field(default_factory=dict)
    considered: dict[str, Entry] = field(default_factory=dict)
    presumed: set[str] = field(default_factory=set)
    missing: dict[str, set[str]] = field(default_factory=dict)

    def lacks(self, names: Iterable[str], event: str) -> None:
        """Note that fields were missing on an event."""
        for name in names:
            self.missing.setdefault(name, set()).add(event)

    def gather(self, entry: Entry, place: int, verdict: Verdict) -> None:
        """Add an event that stands in the window of a measure."""
        standing = entry.standing
        if not standing.candidate[place]:
            return
        if entry.id not in self.considered:
            self.considered[entry.id] = entry
            self.presumed.update(standing.presumed)
        truth = standing.counted[place]
        if standing.lacking[place]:
            self.lacks(standing.lacking[place], entry.id)
        if truth is True or (truth is None and verdict == "undetermined"):
            self.shown[entry.id] = entry


@dataclass(eq=False)
class Episode:
    """Anchors of one verdict and subject that belong together.

    ``gathered`` is the last anchor up to which evidence was gathered, ``joins`` how often others had joined by then.
    """

    verdict: Verdict
    key: Key
    version: ClauseVersion
    subject: Named
    opening: Reading
    peak: Reading
    last_time: int
    order: tuple[int, str]
    gathered: tuple[int, str] | None = None
    joins: int = -1
    members: frozenset[Key] = frozenset()
    evidence: Evidence = field(default_factory=Evidence)

    def note(self, reading: Reading) -> None:
        """Add an anchor's reading."""
        if _rank(reading, self.verdict) > _rank(self.peak, self.verdict):
            self.peak = reading
        self.last_time = reading.time

    def gather(self, windows: Iterable[Held], joins: int, order: tuple[int, str]) -> None:
        """Add what the windows hold at an anchor and did not at the one before."""
        since = self.gathered if joins == self.joins else None
        for window in windows:
            for entry in window.since(since):
                self.evidence.gather(entry, window.index, self.verdict)
        self.gathered, self.joins = order, joins


def _rank(reading: Reading, verdict: Verdict) -> tuple[int, Fraction | int]:
    """The first measure's value for comparison: what is certain of a breach, what is possible otherwise."""
    value = reading.values[0].low if verdict == "breach" else reading.values[0].high
    if value is None:
        return (-1 if verdict == "breach" else 1, 0)
    if isinstance(value, Share):
        return (0, Fraction(value.part, value.whole) if value.whole else -1)
    return (0, value)


def finding_of(
    clause: PlannedClause,
    version: ClauseVersion,
    verdict: Verdict,
    subject: Named,
    first: str,
    times: tuple[int, int],
    readings: tuple[Reading, Reading],
    evidence: Evidence,
) -> Finding:
    """A finding from the id of its first anchor, its first and last time, its opening and peak, and its evidence."""
    entries = sorted(evidence.shown.values(), key=ORDER)
    ids = tuple([entry.id for entry in entries])
    shown = {entry.id: entry.preceded for entry in (*entries[:SHOWN], *entries[-SHOWN:])}
    return Finding(
        id=finding_id(clause.terms, version.version, clause.name, subject, first),
        clause=clause,
        version=version,
        verdict=verdict,
        subject=subject,
        first_time=times[0],
        last_time=times[1],
        opening=readings[0],
        peak=readings[1],
        events=ids,
        events_digest=digest_of(ids),
        preceded_by={identifier: first for identifier, first in shown.items() if first is not None},
        exceptions=tuple(_tallies(clause, evidence.considered)),
        presumed=tuple(sorted(evidence.presumed)),
        missing=tuple((name, len(events)) for name, events in sorted(evidence.missing.items())),
    )


def _tallies(clause: PlannedClause, considered: Mapping[str, Entry]) -> Iterator[ExceptionTally]:
    for place, exception in enumerate(clause.exceptions):
        truths: dict[Truth, int] = {True: 0, False: 0, None: 0}
        for entry in considered.values():
            truths[entry.standing.exceptions[place]] += 1
        yield ExceptionTally(exception.name, exception.words, truths[True], truths[False], truths[None])
