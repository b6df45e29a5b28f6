"""Which kinds of events have a field."""

from collections.abc import Iterable
from typing import assert_never

from plainterms.policy import meaning
from plainterms.policy.meaning import EventField, PartField, RegisterField
from plainterms.policy.names import listed
from plainterms.policy.scope import Scope
from plainterms.policy.syntax import Span


def event_field_names(field: meaning.Field) -> Iterable[str]:
    """The event fields that a field is read from."""
    match field:
        case EventField():
            return (field.name,)
        case RegisterField():
            return (field.key.name,)
        case PartField():
            return event_field_names(field.of)
        case meaning.RulingField():
            return ()
        case _:
            assert_never(field)


def carried(scope: Scope, field: meaning.Field, kinds: frozenset[str], span: Span) -> bool:
    """Whether one of the kinds has the field; if none has, that is a mistake at ``span``."""
    lacking = lacked(scope, event_field_names(field), kinds)
    if lacking is None:
        return True
    having = sorted(scope.carriers[lacking])
    events = f"{listed(sorted(kinds), 'and')} events" if len(kinds) < 4 else "the events here"
    scope.report(
        f"{events} have no field `{lacking}`",
        span,
        f"it is a field of {listed(having)} events" if len(having) < 4 else "",
    )
    return False


def lacked(scope: Scope, names: Iterable[str], kinds: frozenset[str]) -> str | None:
    """The first of the event fields that none of the kinds has."""
    for name in names:
        having = scope.carriers.get(name)
        if having is not None and not having & kinds:
            return name
    return None
