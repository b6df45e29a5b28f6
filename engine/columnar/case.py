"""One clause's view of the log: which events its conditions hold of, and whose they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from plainterms.engine.columnar import kleene, sequences
from plainterms.engine.columnar.arrays import Bools, Ints
from plainterms.engine.columnar.columns import Columns
from plainterms.engine.columnar.facts import Truth
from plainterms.engine.columnar.lazy import lazy
from plainterms.engine.columnar.subjects import Subjects
from plainterms.engine.columnar.windows import Clock
from plainterms.engine.events import Period
from plainterms.engine.plan import PlannedClause
from plainterms.engine.registers import RegisterTable
from plainterms.policy.meaning import And, Condition, Follows, Measure, Not, Or


@dataclass(frozen=True)
class Case:
    """A clause with the events it is judged on; these may include breaches of other clauses."""

    clause: PlannedClause
    facts: Columns
    subjects: Subjects
    registers: Mapping[str, RegisterTable]
    period: Period
    _starters: dict[Follows, "sequences.Starters"] = field(default_factory=dict)
    _begun: dict[Follows, tuple[Bools, Truth]] = field(default_factory=dict)

    @lazy
    def clock(self) -> Clock:
        """Positions of times."""
        return Clock(self.facts, self.period)

    # ── Truth of conditions

    def truth(self, condition: Condition, where: Bools | None = None) -> Truth:
        """The truth about every event; outside of ``where`` it need not be right."""
        if not is_sequence(condition):
            return self.facts.truth(condition)
        match condition:
            case And():
                return self._all(flattened(condition), where)
            case Or():
                return kleene.any_of([self.truth(one, where) for one in condition.operands], self.facts.n)
            case Not():
                return kleene.opposite(self.truth(condition.operand, where))
            case Follows():
                return self._sequence(condition, where)
            case _:
                raise TypeError("a leaf is no sequence")

    def truth_at(self, condition: Condition, positions: Ints) -> Truth:
        """The truth about some events."""
        if not is_sequence(condition):
            return kleene.take(self.facts.truth(condition), positions)
        where = np.zeros(self.facts.n, dtype=bool)
        where[positions] = True
        return kleene.take(self.truth(condition, where), positions)

    def _all(self, operands: list[Condition], where: Bools | None) -> Truth:
        """What needs no look at other events first, for it narrows the rest."""
        plain = tuple(one for one in operands if not is_sequence(one))
        found = self.facts.truth(And(plain))
        for one in operands:
            if is_sequence(one):
                still = kleene.possible(found)
                found = kleene.both(found, self.truth(one, still if where is None else still & where))
        return found

    def _sequence(self, leaf: Follows, where: Bools | None) -> Truth:
        """What was found out before, if it was about all of these events."""
        where = np.ones(self.facts.n, dtype=bool) if where is None else where
        told = self._begun.get(leaf)
        if told is None or (where & ~told[0]).any():
            told = self._begun[leaf] = where, sequences.begun(self, leaf, where)
        return told[1]

    def starters(self, leaf: Follows) -> "sequences.Starters":
        """The events that may begin a sequence."""
        if leaf not in self._starters:
            self._starters[leaf] = sequences.starters(self, leaf)
        return self._starters[leaf]

    # ── What the clause counts

    def counted(self, events: Condition) -> Truth:
        """The events of a set that the clause counts."""
        return self.truth(self.clause.counted(events))

    def considered(self, events: Condition) -> Bools:
        """The events that it would perhaps count if it had no exceptions."""
        return kleene.possible(self.truth(And((events, self.clause.conduct))))

    def counted_by(self, measure: Measure) -> Truth:
        """The events that a measure counts; without a window, none from before the audit."""
        return self._since_start(measure, self.counted(measure.events))

    def considered_by(self, measure: Measure) -> Bools:
        """The events that a measure would perhaps count if there were no exceptions."""
        return self._since_start(measure, Truth(self.considered(measure.events), None)).yes

    def _since_start(self, measure: Measure, truth: Truth) -> Truth:
        if measure.window is not None or self.clock.start == 0:
            return truth
        judged = np.zeros(self.facts.n, dtype=bool)
        judged[self.clock.start :] = True
        return kleene.only(truth, judged)


def is_sequence(condition: Condition) -> bool:
    """Whether a condition looks at other events."""
    match condition:
        case And() | Or():
            return any(is_sequence(one) for one in condition.operands)
        case Not():
            return is_sequence(condition.operand)
    return isinstance(condition, Follows)


def flattened(condition: Condition) -> list[Condition]:
    """The operands of a conjunction and of those inside it."""
    if not isinstance(condition, And):
        return [condition]
    return [one for operand in condition.operands for one in flattened(operand)]
