"""The occasions on which a duty falls due: triggers in the log, or the periods of each subject."""

from dataclasses import dataclass, replace

import numpy as np

from plainterms.engine.columnar import kleene, windows
from plainterms.engine.columnar.arrays import Bools, Ints, spread
from plainterms.engine.columnar.case import Case
from plainterms.engine.columnar.subjects import Subjects
from plainterms.policy.meaning import PeriodicDuty, TriggeredDuty


@dataclass(frozen=True)
class Occasions:
    """Columns: the trigger's position (-1: none) and time, its run and entity, answers in [start, end), the due time.

    ``sure`` where the trigger certainly counts; ``final`` where nothing that is still to come can change the answer.
    """

    at: Ints
    time: Ints
    run: Ints
    entity: Ints
    start: Ints
    end: Ints
    due: Ints
    sure: Bools
    final: Bools

    def __len__(self) -> int:
        return len(self.at)

    def take(self, keep: Bools | Ints) -> "Occasions":
        """Some of the occasions."""
        return Occasions(*(getattr(self, name)[keep] for name in self.__dataclass_fields__))

    def until(self, end: Ints) -> "Occasions":
        """The same, with more time for answers."""
        return replace(self, end=end)


def triggered(case: Case, statement: TriggeredDuty) -> Occasions:
    """One for each trigger of a known subject in the audited period; ends are made exclusive."""
    truth = case.counted(statement.trigger)
    positions = np.flatnonzero(kleene.possible(truth)[case.clock.start : case.clock.end]) + case.clock.start
    run = case.subjects.of(positions)
    positions, run = positions[run >= 0], run[run >= 0]
    time = case.facts.time[positions]
    start, end, due = answer_times(statement, time)
    return Occasions(
        at=positions,
        time=time,
        run=run.astype(np.int64),
        entity=case.subjects.numbers[positions].astype(np.int64),
        start=start,
        end=end,
        due=due,
        sure=truth.yes[positions],
        final=is_final(statement, case, due),
    )


def answer_times(statement: TriggeredDuty, time: Ints) -> tuple[Ints, Ints, Ints]:
    """(from, to before, due): after a trigger without its own instant and with the last, before one the reverse."""
    if statement.direction == "before":
        return time - statement.length, time, time
    return time + 1, time + statement.length + 1, time + statement.length


def is_final(statement: TriggeredDuty, case: Case, due: Ints) -> Bools:
    """What came before is told at once; what comes after, when the log has gone past the last instant."""
    assert case.period.until is not None
    if statement.direction == "before":
        return np.ones(len(due), dtype=bool)
    return due < case.period.until


def periodic(case: Case, statement: PeriodicDuty, subjects: Subjects, logged: Bools | None) -> Occasions:
    """One for each period, or for the audit, of each subject that was examined; triggers are not tested yet."""
    until = case.period.until
    assert until is not None
    entity, first = _examined(case, subjects, logged)
    begin = first if case.period.start is None else np.maximum(first, case.period.start)
    if statement.period is None:
        which: Ints = np.arange(len(entity))
        start: Ints = begin
        end: Ints = np.full(len(entity), until, dtype=np.int64)
    else:
        starts = windows.period_starts_between(statement.period, int(begin.min(initial=until)), until)
        low, high = np.searchsorted(starts, begin), np.full(len(entity), np.searchsorted(starts, until))
        index, which = spread(low, high)
        start, end = starts[index], starts[index + 1] if len(index) else starts[:0]
    return Occasions(
        at=np.full(len(which), -1),
        time=start,
        run=entity[which],
        entity=entity[which],
        start=start,
        end=end,
        due=end,
        sure=np.ones(len(which), dtype=bool),
        final=end <= until,
    )


def _examined(case: Case, subjects: Subjects, logged: Bools | None) -> tuple[Ints, Ints]:
    """The entities with an event in the audited period, and the time of the first event that each has at all."""
    numbers = subjects.numbers
    own = numbers >= 0 if logged is None else (numbers >= 0) & logged
    judged = own[case.clock.start : case.clock.end]
    seen = np.zeros(subjects.runs, dtype=bool)
    seen[numbers[case.clock.start : case.clock.end][judged]] = True
    positions = np.flatnonzero(own)[::-1]
    first = np.zeros(subjects.runs, dtype=np.int64)
    first[numbers[positions]] = positions
    entity = np.flatnonzero(seen)
    return entity, case.facts.time[first[entity]]
