"""How the time to cure runs: was notice given, and did the breach end in time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from plainterms.engine.columnar.arrays import Ints
from plainterms.engine.columnar.case import Case
from plainterms.engine.columnar.drafts import Draft
from plainterms.engine.columnar.groups import Groups
from plainterms.engine.columnar.subjects import Subjects
from plainterms.engine.findings import Cure
from plainterms.policy.meaning import EventField, KindIs
from plainterms.policy.schema import Type

NOTICE = KindIs(("notice",))
ABOUT = EventField("about", Type.TEXT)


@dataclass(frozen=True)
class Notice:
    """A finding's notice and the time that it leaves."""

    event: str
    time: int
    deadline: int

    def cure(self, state: str) -> Cure:
        """With the state in which it left the finding."""
        return Cure(state, self.event, self.time, self.deadline)


def notices(case: Case, found: list[Draft]) -> list[Notice | None]:
    """The notice of each finding whose clause grants a time to cure, if one was given."""
    if all(draft.version.cure is None for draft in found):
        return [None] * len(found)
    about = case.facts.codes(ABOUT)
    this = about.values.index(case.clause.name) if case.clause.name in about.values else -1
    given = np.flatnonzero(case.facts.truth(NOTICE).yes)
    given = given[(about.of[given] < 0) | (about.of[given] == this)]
    whose = at_last(case.subjects, case.subjects.numbers[given].astype(np.int64))
    return [_notice(case, draft, given, whose) for draft in found]


def at_last(subjects: Subjects, entities: Ints) -> Ints:
    """The subjects to which entities belong in the end; -1 where unknown."""
    if not isinstance(subjects, Groups):
        return entities
    return np.where(entities < 0, -1, subjects.components[entities])


def _notice(case: Case, draft: Draft, given: Ints, whose: Ints) -> Notice | None:
    if draft.version.cure is None or draft.entity < 0:
        return None
    subject = at_last(case.subjects, np.array([draft.entity]))[0]
    own = given[(whose == subject) & (given >= np.searchsorted(case.facts.time, draft.opening.time))]
    if len(own) == 0:
        return None
    time = int(case.facts.time[own[0]])
    return Notice(case.facts.ids(own[:1])[0].as_py(), time, time + draft.version.cure)


def horizon(case: Case) -> int:
    """Up to when the log tells what happened."""
    return int(case.facts.time[-1]) + 1 if case.period.until is None else case.period.until


def grants(draft: Draft) -> bool:
    """Whether a finding has a time to cure."""
    return draft.version.cure is not None and draft.verdict != "pending"


def with_cures_of_conduct(case: Case, found: list[Draft]) -> Iterator[Draft]:
    """Conduct is cured when it has stopped by the deadline."""
    for draft, notice in zip(found, notices(case, found), strict=True):
        if not grants(draft):
            yield draft
        elif notice is None:
            yield replace(draft, cure=Cure("no notice"))
        else:
            yield replace(draft, cure=notice.cure(_state(draft.last_time > notice.deadline, notice, case)))


def _state(lapsed: bool, notice: Notice, case: Case) -> str:
    if lapsed:
        return "lapsed"
    return "running" if notice.deadline >= horizon(case) else "cured"


def cure_of_duty(case: Case, done: bool, notice: Notice | None) -> Cure:
    """A duty is cured when it is done, late, by the deadline."""
    if notice is None:
        return Cure("no notice")
    if done:
        return notice.cure("cured")
    return notice.cure("running" if notice.deadline >= horizon(case) else "lapsed")
