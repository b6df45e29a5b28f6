"""Prohibitions: judge every anchor, join the anchors to episodes, make a finding of each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial

from plainterms.engine.conditions import Truth, both, either, truth_of
from plainterms.engine.events import Event
from plainterms.engine.findings import SHOWN, Finding, Named, Reading, Share, Verdict, digest_of, finding_id
from plainterms.engine.plan import ClauseVersion, PlannedClause
from plainterms.engine.reference.cures import state_of_conduct, with_cure
from plainterms.engine.reference.evidence import (
    Evidence,
    counted,
    limit_missing,
    named,
    preceded_by,
    presumed,
    tallies,
)
from plainterms.engine.reference.log import Case
from plainterms.engine.reference.quantities import Counted, fraction, holds, limit_of, measured
from plainterms.engine.reference.windows import inside, longest, together
from plainterms.policy.meaning import Measure, Prohibition


@dataclass
class Episode:
    """Anchors of one verdict and subject that belong together; ``ended`` when another episode took over."""

    verdict: Verdict
    anchors: list[tuple[Event, Reading]] = field(default_factory=list)
    ended: bool = False

    @property
    def first(self) -> Event:
        """The first anchor."""
        return self.anchors[0][0]

    @property
    def last(self) -> Event:
        """The last anchor."""
        return self.anchors[-1][0]


def judge(clause: PlannedClause, statement: Prohibition, case: Case) -> Iterator[Finding]:
    """All findings of a prohibition."""
    for episode in _episodes(clause, statement, case):
        one = _finding(clause, statement, episode, case)
        yield with_cure(one, case.key(episode.first), case, partial(state_of_conduct, one.last_time))


def _episodes(clause: PlannedClause, statement: Prohibition, case: Case) -> list[Episode]:
    found: list[Episode] = []
    window = longest(statement)
    for event in case.events:
        if not case.period.holds(event.time) or case.key(event) is None:
            continue
        truth, reading = _judged(clause, statement, event, case)
        if truth is False:
            continue
        verdict: Verdict = "breach" if truth else "undetermined"
        going_on = [
            episode
            for episode in found
            if episode.verdict == verdict
            and not episode.ended
            and case.key(episode.first) in case.members(event)
            and together(window, episode.last.time, event.time)
        ]
        if not going_on:
            found.append(Episode(verdict, [(event, reading)]))
            continue
        earliest = min(going_on, key=lambda episode: episode.first.order)
        earliest.anchors.append((event, reading))
        for episode in going_on:
            episode.ended = episode is not earliest
    return found


def _judged(clause: PlannedClause, statement: Prohibition, anchor: Event, case: Case) -> tuple[Truth, Reading]:
    """Whether the anchor is in breach, and the measures at it."""
    truths = [either(counted(clause, measure.events, anchor, case) for measure in statement.measures)]
    values, limits = [], []
    for measure in statement.measures if truths[0] is not False else ():
        value, may_be_empty = measured(measure.quantity, in_window(clause, measure, anchor, case), case)
        limit = limit_of(measure.bound, anchor, case)
        truths.append(holds(measure.bound, value, limit, may_be_empty, empty_holds=False))
        values.append(value)
        limits.append(limit)
    return both(truths), Reading(anchor.time, anchor.id, tuple(values), tuple(limits))


def in_window(clause: PlannedClause, measure: Measure, anchor: Event, case: Case) -> Counted:
    """The events that a measure counts in its window at an anchor."""
    window = [(event, counted(clause, measure.events, event, case)) for event in inside(measure.window, anchor, case)]
    return Counted(
        [event for event, truth in window if truth is True], [event for event, truth in window if truth is None]
    )


def _finding(clause: PlannedClause, statement: Prohibition, episode: Episode, case: Case) -> Finding:
    evidence = Evidence()
    for anchor, _ in episode.anchors:
        for measure in statement.measures:
            evidence.gather(clause, measure, inside(measure.window, anchor, case), episode.verdict, case)
            evidence.lacks(limit_missing(measure.bound.field, anchor, case), anchor.id)
    readings = [reading for _, reading in episode.anchors]
    greatest = max(_rank(reading, episode.verdict) for reading in readings)
    peak = next(reading for reading in readings if _rank(reading, episode.verdict) == greatest)
    subject = named(clause, case.key(episode.first), episode.last, case)
    times = (episode.first.time, episode.last.time)
    return finding(clause, episode.verdict, subject, episode.first, times, (readings[0], peak), evidence, case)


def _rank(reading: Reading, verdict: Verdict) -> tuple[int, Fraction]:
    """The first measure's value for comparison: what is certain of a breach, what is possible otherwise."""
    value = reading.values[0].low if verdict == "breach" else reading.values[0].high
    if value is None:
        return (-1 if verdict == "breach" else 1, Fraction(0))
    return (0, fraction(value) if isinstance(value, Share) else Fraction(value))


def finding(
    clause: PlannedClause,
    verdict: Verdict,
    subject: Named,
    first: Event,
    times: tuple[int, int],
    readings: tuple[Reading, Reading],
    evidence: Evidence,
    case: Case,
) -> Finding:
    """A finding from its first anchor, its first and last time, its opening and peak, and its evidence."""
    version = version_at(clause, first, case)
    ids = evidence.ids()
    shown = {*ids[:SHOWN], *ids[-SHOWN:]}
    return Finding(
        id=finding_id(clause.terms, version.version, clause.name, subject, first.id),
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
        preceded_by=preceded_by(clause, [event for event in evidence.events.values() if event.id in shown], case),
        exceptions=tallies(clause, evidence.considered.values(), case),
        presumed=presumed(clause, [*evidence.considered.values(), *evidence.answers.values()], case),
        missing=evidence.missing_counts(),
    )


def version_at(clause: PlannedClause, first: Event, case: Case) -> ClauseVersion:
    """The version that governs the first anchor: certainly, else possibly."""
    truths = [truth_of(version.applies, first, case.world) for version in clause.versions]
    return clause.versions[truths.index(True) if True in truths else truths.index(None)]
