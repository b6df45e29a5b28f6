"""Whose conduct a clause judges."""

from typing import assert_never

from plainterms.policy import meaning, syntax
from plainterms.policy.events import plain_field
from plainterms.policy.lists import list_of
from plainterms.policy.meaning import EachSubject, EventField, GroupSubject, ServiceSubject, Subject
from plainterms.policy.names import nearest_entity, stem
from plainterms.policy.resolve import Reading, in_singular
from plainterms.policy.schema import ENTITIES, Type
from plainterms.policy.scope import Scope

ForWhom = syntax.ForEach | syntax.ForEachGroup | syntax.ForWholeService


def subject_of(scope: Scope, node: ForWhom) -> Subject | None:
    """The subject; None after a mistake."""
    match node:
        case syntax.ForEach(of):
            field = plain_field(Reading(scope), in_singular(scope, of), "judged")
            return None if field is None else EachSubject(field)
        case syntax.ForEachGroup():
            return _group(scope, node)
        case syntax.ForWholeService():
            return ServiceSubject()
        case _:
            assert_never(node)


def key_of(subject: Subject | None) -> meaning.Field | None:
    """The field that names the subject (of a group, the entity that is asked about)."""
    match subject:
        case EachSubject(field):
            return field
        case GroupSubject(entity):
            return entity
        case ServiceSubject() | None:
            return None
        case _:
            assert_never(subject)


def _group(scope: Scope, node: syntax.ForEachGroup) -> GroupSubject | None:
    entity = _entity(scope, node.entity)
    sharing = [_shared(scope, path, entity) for path in node.sharing]
    ignoring = _ignored(scope, node.ignoring) if node.ignoring is not None else ()
    sound = [field for field in sharing if field is not None]
    if entity is None or len(sound) < len(sharing) or ignoring is None:
        return None
    return GroupSubject(EventField(entity, Type.TEXT), tuple(dict.fromkeys(sound)), ignoring)


def _entity(scope: Scope, name: syntax.Name) -> str | None:
    for entity in ENTITIES:
        if stem(entity) == stem(name.text):
            return entity
    scope.report(f"`{name.text}` is not an entity that can form groups", name, nearest_entity(name.text))
    return None


def _shared(scope: Scope, path: syntax.Path, entity: str | None) -> meaning.Field | None:
    field = plain_field(Reading(scope), path, "shared")
    if isinstance(field, EventField) and field.name == entity:
        help_line = "name what links them, such as `payment_fingerprint` or `device`"
        scope.report(f"`{entity}`s are not linked by sharing `{entity}`", path, help_line)
        return None
    if isinstance(field, EventField) and field.name in ("id", "time"):
        scope.report(f"events do not share their `{field.name}`", path)
        return None
    return field


def _ignored(scope: Scope, name: syntax.Name) -> tuple[str, ...] | None:
    values = list_of(scope, name)
    if values is None:
        return None
    if values.type != Type.TEXT or values.open:
        what = "ends with `among others`" if values.open else "does not hold texts"
        scope.report(f"`{name.text}` {what}, and what to ignore must be known", name)
        return None
    return tuple(str(value) for value in values.values)
