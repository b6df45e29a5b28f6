"""Filling a scope with what a file declares: names, kinds of events, and registers."""

from collections.abc import Mapping
from dataclasses import replace

from plainterms.policy import syntax
from plainterms.policy.declared_fields import declared_fields
from plainterms.policy.names import nearest_entity, stem
from plainterms.policy.schema import BUILT_IN, ENTITIES, Field, Kind, Register
from plainterms.policy.scope import Declared, Scope, Sort, own_items, sort_of


def declare_names(scope: Scope) -> None:
    """Every name that the file's own items declare, registers apart."""
    for item in scope.document.items:
        _declare_name(scope, item)


def declare_fields(scope: Scope) -> None:
    """The file's own kinds of events and registers; the names that it uses must be known by now."""
    for event in own_items(scope, syntax.Event):
        _declare_event(scope, event)
    for register in own_items(scope, syntax.Register):
        _declare_register(scope, register)
    _refuse_names_of_fields(scope)


# ── Names ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _declare_name(scope: Scope, item: syntax.Item) -> None:
    sort = sort_of(item)
    if sort is None or isinstance(item, syntax.Use | syntax.Incorporates):
        return
    name = item.name
    known = scope.find(name.text)
    if known is None:
        scope.names[stem(name.text)] = Declared(name.text, sort, scope, item)
    elif known.home is not None:
        same = "" if known.name == name.text else f" as `{known.name}`"
        scope.report(f"`{name.text}` is already declared{same}", name, f"rename it; the first is at {known.place}")
    elif not isinstance(item, syntax.Event) or not item.fields:
        scope.report(f"`{name.text}` is already a built-in kind of events", name, "choose another name")


def _refuse_names_of_fields(scope: Scope) -> None:
    """A `let`, condition or register written like an event field could not be told from it."""
    fields = scope.schema.event_fields()
    for declared in scope.names.values():
        ambiguous = declared.sort in (Sort.LET, Sort.CONDITION, Sort.REGISTER)
        if ambiguous and declared.name in fields and declared.home is not None:
            declared.home.report(f"`{declared.name}` is already the name of a field", declared.span, "rename it")


# ── Kinds of events ───────────────────────────────────────────────────────────────────────────────────────────────


def _declare_event(scope: Scope, item: syntax.Event) -> None:
    """Adds the kind, or the fields to a built-in kind."""
    declared = scope.find(item.name.text)
    if declared is None or (declared.home is not None and declared.item is not item):
        return
    kind = scope.schema.kinds.get(declared.name, Kind(declared.name, {}))
    fields = {
        field.name: field
        for node, field in declared_fields(scope, item.fields)
        if _fits_other_kinds(scope, kind, node, field)
    }
    scope.schema = scope.schema.with_kind(replace(kind, fields={**kind.fields, **fields}))


def _fits_other_kinds(scope: Scope, kind: Kind, node: syntax.FieldDeclaration, field: Field) -> bool:
    """One event field name has one declaration over all kinds, because it is one column of a log."""
    name = node.name
    if field.name in scope.schema.entity_fields:
        scope.report(f"every event has a field `{field.name}`", name, "leave it out, or choose another name")
        return False
    if field.name == "kind":
        scope.report("`kind` says of what kind an event is", name, "choose another name for the field")
        return False
    if node.default is not None:
        scope.report(
            f"the event field `{field.name}` cannot have a default",
            node.default,
            "what an event does not say is unknown; only register fields have defaults",
        )
        return False
    for other in scope.schema.kinds.values():
        known = other.fields.get(field.name)
        if known is None or other.name == kind.name or _same_declaration(known, field):
            continue
        difference = f"as {known.type}" if known.type != field.type else "in another way"
        scope.report(
            f"`{field.name}` is already declared {difference} for `{other.name}` events",
            name,
            "a field has one type for all kinds of events; rename this one",
        )
        return False
    return _fits_built_in(scope, BUILT_IN.kinds[kind.name].fields if kind.name in BUILT_IN.kinds else {}, node, field)


def _same_declaration(known: Field, field: Field) -> bool:
    return (known.type, known.least, known.greatest, known.known_after) == (
        field.type,
        field.least,
        field.greatest,
        field.known_after,
    )


def _fits_built_in(scope: Scope, built_in: Mapping[str, Field], node: syntax.FieldDeclaration, field: Field) -> bool:
    known = built_in.get(field.name)
    if known is None or known.type == field.type:
        return True
    scope.report(f"`{field.name}` is built in as {known.type}", node.name, "keep its type, or choose another name")
    return False


# ── Registers ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _declare_register(scope: Scope, item: syntax.Register) -> None:
    """Adds the register, or the fields to one that exists."""
    name = item.name.text
    known = scope.schema.registers.get(name)
    key = _key(scope, item, known)
    if key is None:
        return
    if known is not None and name not in ENTITIES:
        declared = scope.find(name)
        place = f", at {declared.place}" if declared is not None else ""
        scope.report(f"register `{name}` is already declared", item.name, f"add its fields to the first{place}")
        return
    if name not in ENTITIES:
        _declare_register_name(scope, item)
    register = known or Register(name, key, {})
    fields = {
        field.name: field
        for node, field in declared_fields(scope, item.fields)
        if _fits_register(scope, register, node, field)
    }
    scope.schema = scope.schema.with_register(replace(register, fields=fields))


def _key(scope: Scope, item: syntax.Register, known: Register | None) -> str | None:
    """The entity by which the rows are found; None after a mistake."""
    name = item.name.text
    if item.key is None:
        if name in ENTITIES:
            return name
        if known is not None:
            return known.key
        help_line = f"write `register {name} keyed by organisation has …`"
        scope.report(f"register `{name}` does not say whose attributes it holds", item.name, help_line)
        return None
    key = item.key.text
    if key not in ENTITIES:
        scope.report(f"a register cannot be keyed by `{key}`", item.key, nearest_entity(key))
        return None
    if name in ENTITIES and key != name:
        scope.report(
            f"register `{name}` is keyed by `{name}`", item.key, "leave `keyed by` out, or rename the register"
        )
        return None
    return key


def _declare_register_name(scope: Scope, item: syntax.Register) -> None:
    known = scope.find(item.name.text)
    if known is None:
        scope.names[stem(item.name.text)] = Declared(item.name.text, Sort.REGISTER, scope, item)
    elif known.home is None:
        scope.report(f"`{item.name.text}` is already a built-in kind of events", item.name, "choose another name")
    else:
        scope.report(
            f"`{item.name.text}` is already declared", item.name, f"rename it; the first is at {known.place}"
        )


def _fits_register(scope: Scope, register: Register, node: syntax.FieldDeclaration, field: Field) -> bool:
    if field.name == register.key:
        message = f"`{field.name}` is the key of register `{register.name}`"
        scope.report(message, node.name, "every row has it; leave it out")
        return False
    built_in = BUILT_IN.registers.get(register.name)
    if built_in is not None and field.name in built_in.fields:
        return _fits_built_in(scope, built_in.fields, node, field)
    if field.name in register.fields and register.fields[field.name] != field:
        scope.report(f"register `{register.name}` already has a field `{field.name}`", node.name, "declare it once")
        return False
    return True
