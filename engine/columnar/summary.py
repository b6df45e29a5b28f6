"""How many subjects of a clause were examined, and which events could not be told whose they are."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from plainterms.engine.columnar.arrays import Bools, Ints, ascending
from plainterms.engine.columnar.case import Case
from plainterms.engine.columnar.cures import at_last
from plainterms.engine.columnar.drafts import Draft
from plainterms.engine.columnar.subjects import Subjects
from plainterms.engine.columnar.windows import Clock
from plainterms.engine.findings import ClauseSummary
from plainterms.policy.meaning import EachSubject, Missing, PartField


def summary(case: Case, found: Sequence[Draft], counted: Bools, examined: Ints) -> ClauseSummary:
    """The summary of a clause; ``counted`` marks the events that perhaps count for it, ``examined`` its subjects."""
    named = ascending(at_last(case.subjects, np.array([draft.entity for draft in found], dtype=np.int64)))
    touched = len(np.intersect1d(examined, named, assume_unique=True))
    verdicts = Counter(draft.verdict for draft in found)
    judged = slice(case.clock.start, case.clock.end)
    lost = np.flatnonzero(counted[judged] & ~case.subjects.known[judged]) + case.clock.start
    untemplated = _untemplated(case, lost)
    return ClauseSummary(
        case.clause.terms,
        case.clause.name,
        len(examined),
        verdicts["breach"],
        verdicts["undetermined"],
        verdicts["pending"],
        len(examined) - touched,
        len(lost) - untemplated,
        untemplated,
    )


def examined_of(subjects: Subjects, clock: Clock, logged: Bools | None) -> Ints:
    """The subjects of the log's events in the audited period, ascending."""
    judged = slice(clock.start, clock.end)
    numbers = subjects.numbers[judged]
    seen = np.zeros(subjects.runs + 1, dtype=bool)
    seen[numbers if logged is None else numbers.compress(logged[judged])] = True
    return ascending(at_last(subjects, np.flatnonzero(seen[:-1])))


def _untemplated(case: Case, lost: Ints) -> int:
    """How many events' subjects are unknown only because a text is too short for a template."""
    subject = case.clause.subject
    if not isinstance(subject, EachSubject) or not isinstance(subject.field, PartField):
        return 0
    if subject.field.part != "template":
        return 0
    return int((~case.facts.truth(Missing(subject.field.of)).yes[lost]).sum())
