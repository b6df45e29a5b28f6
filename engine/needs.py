"""What an audit must read of the logs: the event fields that its plan looks at."""

from plainterms.engine.conditions import appearance
from plainterms.engine.plan import Plan, PlannedClause, leaves
from plainterms.policy.meaning import AppearsIn, BreachIn, EventField
from plainterms.policy.schema import ENTITY_FIELDS

ALWAYS = frozenset({"id", "time", "kind"})


def event_columns(plan: Plan) -> frozenset[str]:
    """The names of the event fields that a plan needs. Repetitions of an event are compared in these."""
    found = set(ALWAYS)
    for clause in plan.clauses:
        found |= _of_clause(clause)
    if plan.accepted_documents:
        found |= {"account", "document", "version"}
    return frozenset(found)


def appearance_columns(plan: Plan) -> frozenset[str]:
    """The names of the columns that matches files tell of events (see `appearances`)."""
    return frozenset(appearance(node).name for node in leaves(plan.clauses) if isinstance(node, AppearsIn))


def _of_clause(clause: PlannedClause) -> set[str]:
    nodes = list(leaves(clause.parts))
    found = {node.name for node in nodes if isinstance(node, EventField)}
    if any(isinstance(node, BreachIn) for node in nodes):
        found |= set(ENTITY_FIELDS)
    if any(version.cure is not None for version in clause.versions):
        found.add("about")
    return found
