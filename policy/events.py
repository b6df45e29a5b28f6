"""From the author's events to a condition that is true of them."""

from dataclasses import dataclass, replace
from typing import assert_never

from plainterms.policy import meaning, syntax
from plainterms.policy.conditions import condition_of
from plainterms.policy.errors import did_you_mean
from plainterms.policy.logic import all_of, any_of
from plainterms.policy.meaning import BreachIn, Condition, Follows, KindIs
from plainterms.policy.resolve import TYPE_WORDS, Reading, field_of
from plainterms.policy.schema import BREACH, Type
from plainterms.policy.scope import Declared, Scope, Sort
from plainterms.policy.values import length_of


@dataclass(frozen=True)
class EventSet:
    """Events as a condition, and the kinds they are of.

    ``same`` and ``different`` compare the events with another: the first of a sequence, or the trigger of a duty.
    """

    condition: Condition
    kinds: frozenset[str]
    same: tuple[meaning.Field, ...] = ()
    different: tuple[meaning.Field, ...] = ()


def events_of(scope: Scope, node: syntax.Events, linked: bool = False) -> EventSet | None:
    """The events that a tree means; None after a mistake. ``linked`` says that `with same F` may stand here."""
    match node:
        case syntax.Selection():
            return _selection(scope, node, linked)
        case syntax.Sequence():
            return _sequence(scope, node)
        case _:
            assert_never(node)


def _sequence(scope: Scope, node: syntax.Sequence) -> EventSet | None:
    first, then = _selection(scope, node.first, linked=False), _selection(scope, node.then, linked=True)
    within = length_of(scope, node.within)
    if first is None or then is None or not _links_fit(scope, node.then, first.kinds) or within is None:
        return None
    follows = Follows(first.condition, within, then.same, then.different)
    return EventSet(all_of(then.condition, follows), then.kinds)


def _links_fit(scope: Scope, node: syntax.Selection, kinds: frozenset[str]) -> bool:
    """Whether the other events, too, have the fields that are compared."""
    found = [field_of(Reading(scope, kinds), link.of) for link in node.links]
    return all(field is not None for field in found)


def links_fit(scope: Scope, node: syntax.Events, kinds: frozenset[str]) -> bool:
    """Whether the trigger of a duty has the fields that its counted events are compared in."""
    return not isinstance(node, syntax.Selection) or _links_fit(scope, node, kinds)


def _selection(scope: Scope, node: syntax.Selection, linked: bool) -> EventSet | None:
    found = _breach_of(scope, node.kind) if isinstance(node.kind, syntax.BreachOf) else _named(scope, node.kind)
    if found is None:
        return None
    if node.links and not linked:
        _misplaced_link(scope, node.links[0])
        return None
    where = condition_of(Reading(scope, found.kinds), node.where) if node.where is not None else meaning.TRUE
    same, different = (_linked(scope, node, relation, found.kinds) for relation in ("same", "different"))
    if where is None or same is None or different is None:
        return None
    return replace(found, condition=all_of(found.condition, where), same=same, different=different)


def _linked(
    scope: Scope, node: syntax.Selection, relation: str, kinds: frozenset[str]
) -> tuple[meaning.Field, ...] | None:
    links = [link for link in node.links if link.relation == relation]
    found = [plain_field(Reading(scope, kinds), link.of, "compared") for link in links]
    sound = tuple(field for field in found if field is not None)
    return sound if len(sound) == len(found) else None


def plain_field(reading: Reading, path: syntax.Path, use: str) -> meaning.Field | None:
    """A field with one value, as is needed to tell values apart."""
    field = field_of(reading, path)
    if field is not None and field.type == Type.LIST:
        words = reading.scope.words(path)
        reading.scope.report(
            f"`{words}` is {TYPE_WORDS[field.type]} and cannot be {use}", path, "name a field of one value"
        )
        return None
    return field


def _misplaced_link(scope: Scope, link: syntax.Link) -> None:
    scope.report(
        f"`with {link.relation}` has nothing to be compared with here",
        link,
        "it stands after `by` in `A followed within D by B`, or on the counted events of a duty `after` or `before`"
        " others",
    )


# ── Kinds and definitions ─────────────────────────────────────────────────────────────────────────────────────────


def _named(scope: Scope, name: syntax.Name) -> EventSet | None:
    declared = scope.find(name.text)
    if declared is not None and declared.sort == Sort.KIND:
        return EventSet(KindIs((declared.name,)), frozenset({declared.name}))
    if declared is not None and declared.sort == Sort.EVENTS:
        return scope.once(declared, define_event)
    _not_events(scope, name, declared)
    return None


def _not_events(scope: Scope, name: syntax.Name, declared: Declared | None) -> None:
    if declared is not None:
        scope.report(f"`{name.text}` is a {declared.sort}, not a kind of events", name)
    elif name.text in scope.event_fields:
        help_line = f"to count its values write `different {name.text} in …`"
        scope.report(f"`{name.text}` is a field, not a kind of events", name, help_line)
    elif not scope.forgives(name.text):
        near = scope.suggest(name.text, Sort.KIND, Sort.EVENTS)
        scope.report(f"there are no events `{name.text}`", name, near or f"declare them with `event {name.text}`")


def define_event(scope: Scope, item: syntax.DefineEvent) -> EventSet | None:
    """What a definition of events means."""
    if not isinstance(item.meaning, syntax.AnyOf):
        return events_of(scope, item.meaning)
    found = [_named(scope, name) for name in item.meaning.names]
    sound = [entry for entry in found if entry is not None]
    if len(sound) < len(found):
        return None
    return EventSet(
        any_of(*(entry.condition for entry in sound)), frozenset().union(*(entry.kinds for entry in sound))
    )


# ── Breaches of other clauses ─────────────────────────────────────────────────────────────────────────────────────


def _breach_of(scope: Scope, node: syntax.BreachOf) -> EventSet | None:
    name = ".".join(node.clause.parts)
    clause = scope.clauses.get(name)
    if clause is None:
        if not scope.forgives(*node.clause.parts):
            near = did_you_mean(name, scope.clauses)
            scope.report(f"there is no clause `{name}`", node.clause, near)
        return None
    if clause.permission:
        scope.report(f"clause `{name}` permits, and a permission has no breaches", node.clause)
        return None
    return EventSet(BreachIn(name), frozenset({BREACH.name}))
