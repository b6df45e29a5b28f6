"""Gates: a condition that is false of the events that a clause which never sleeps can pass over."""

from dataclasses import dataclass
from typing import Any

from plainterms.engine.events import Event
from plainterms.engine.plan import leaves, map_conditions
from plainterms.engine.stream.judge import Court
from plainterms.policy.meaning import And, Condition, Follows, GroupSubject, Or, Prohibition, TriggeredDuty

NEVER: Condition = Or(())


@dataclass(frozen=True)
class Gate:
    """Of a clause with sequences, events of subjects of whom it remembers something pass, too."""

    condition: Condition
    courts: tuple[Court, ...] = ()

    def remembers(self, event: Event) -> bool:
        """Whether a sequence of the event's subject may have begun."""
        for court in self.courts:
            if court.subjects.conducts and court.subjects.key(event) in court.subjects.conducts:
                return True
        return False


def gate_of(court: Court, others: tuple[Court, ...] = ()) -> Gate | None:
    """The gate of a clause; None where each event may matter. ``others`` remember for the same clause, too."""
    clause = court.clause
    if isinstance(clause.subject, GroupSubject) or court.cures or court.accepting:
        return None
    firsts = [node.first for node in leaves(clause) if isinstance(node, Follows)]
    if any(isinstance(node, Follows) for first in firsts for node in leaves(first)):
        return None
    match clause.statement:
        case Prohibition(measures):
            counted = And((Or(tuple(one.events for one in measures)), clause.conduct))
            if not firsts:
                return Gate(counted)
            return Gate(Or((map_conditions(counted, _unbegun), *firsts)), (court, *others))
        case TriggeredDuty(trigger=trigger, measure=measure) if not firsts:
            return Gate(Or((And((trigger, clause.conduct)), measure.events)))
        case _:
            return None


def _unbegun(node: Any) -> Any:
    return NEVER if isinstance(node, Follows) else node
