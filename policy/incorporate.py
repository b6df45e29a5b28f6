"""`incorporates`: the clauses of another document, made to bind here."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from plainterms.policy import syntax
from plainterms.policy.conditions import condition_of
from plainterms.policy.logic import all_of
from plainterms.policy.meaning import (
    TRUE,
    BreachIn,
    Clause,
    Condition,
    EventField,
    Permission,
    Policy,
    RegisterField,
    TimeIn,
)
from plainterms.policy.names import nearest_entity
from plainterms.policy.resolve import Reading
from plainterms.policy.rewrite import rewritten
from plainterms.policy.schema import BUILT_IN, ENTITIES, Register
from plainterms.policy.scope import ClauseName, Scope


@dataclass(frozen=True)
class Incorporation:
    """A checked document that binds here, under a name, with entities renamed."""

    node: syntax.Incorporates
    name: str
    policy: Policy
    renamed: Mapping[str, str]


def incorporation_of(
    scope: Scope, node: syntax.Incorporates, check: Callable[[syntax.Document, tuple[str, ...]], Policy]
) -> Incorporation | None:
    """The other document, its names added to the scope; None after a mistake. ``check`` makes a policy of it."""
    document = scope.reader.document(node.file, scope.document, scope.chain)
    renamed = _renamings(scope, node)
    name = node.name.text if node.name is not None else name_from(node.file.value)
    if any(known.startswith(f"{name}.") for known in scope.clauses):
        where = node.name or node.file
        scope.report(f"`{name}` is already the name of an incorporated document", where, "give it another with `as`")
        return None
    if document is None or renamed is None:
        scope.forgives_all = True
        return None
    file = scope.reader.files.locate(node.file.value, scope.file)
    policy = check(document, (*scope.chain, file))
    if not any(isinstance(item, syntax.Clause | syntax.Incorporates) for item in document.items):
        help_line = f'for its definitions write `use "{node.file.value}"`'
        scope.report(f"`{node.file.value}` has no clauses to incorporate", node.file, help_line)
    found = Incorporation(node, name, policy, renamed)
    _add_names(scope, found, document)
    _add_schema(scope, found)
    return found


def incorporated_clauses(scope: Scope, found: Incorporation) -> list[Clause]:
    """Its clauses as they bind here. Their examples stay behind: they are tests of the document by itself."""
    where = condition_of(Reading(scope), found.node.where) if found.node.where is not None else TRUE
    if where is None:
        return []
    policy = found.policy
    dates = TimeIn(policy.start, policy.end) if (policy.start, policy.end) != (None, None) else TRUE
    return [_bound_here(found, clause, dates, where) for clause in policy.clauses]


def _bound_here(found: Incorporation, clause: Clause, dates: Condition, where: Condition) -> Clause:
    clause = rewritten(replace(clause, examples=()), lambda node: _renamed(found, node))
    return replace(clause, name=f"{found.name}.{clause.name}", conduct=all_of(clause.conduct, dates, where))


def _renamed(found: Incorporation, node: Any) -> Any:
    match node:
        case EventField(name) if name in found.renamed:
            return replace(node, name=found.renamed[name])
        case RegisterField(register=register) if register in found.renamed:
            return replace(node, register=found.renamed[register])
        case BreachIn(clause):
            return BreachIn(f"{found.name}.{clause}")
    return node


# ── Names ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def name_from(file: str) -> str:
    """The file's name without folder and ending, as a name can be written."""
    base = file.replace("\\", "/").rpartition("/")[2]
    return re.sub(r"\W", "_", base.removesuffix(".terms"))


def _renamings(scope: Scope, node: syntax.Incorporates) -> dict[str, str] | None:
    found: dict[str, str] = {}
    sound = True
    for renaming in node.renamings:
        theirs, ours = renaming.theirs.text, renaming.ours.text
        for name in (renaming.theirs, renaming.ours):
            if name.text not in ENTITIES:
                scope.report(f"`{name.text}` is not an entity", name, nearest_entity(name.text))
                sound = False
        if theirs in found or ours in found.values():
            twice = theirs if theirs in found else ours
            scope.report(f"`{twice}` is renamed twice", renaming, "keep one of them")
            sound = False
        found[theirs] = ours
    return found if sound else None


def _add_names(scope: Scope, found: Incorporation, document: syntax.Document) -> None:
    """What `breach of` can name; clauses with mistakes are known, so that their names are no mistakes."""
    names = {item.name.text: False for item in document.items if isinstance(item, syntax.Clause)}
    names.update({clause.name: isinstance(clause.statement, Permission) for clause in found.policy.clauses})
    for name, permission in names.items():
        full = f"{found.name}.{name}"
        scope.clauses[full] = ClauseName(full, permission)


# ── Schema ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _add_schema(scope: Scope, found: Incorporation) -> None:
    """Adds their kinds of events, and their registers under our names."""
    for kind in found.policy.schema.kinds.values():
        if kind != BUILT_IN.kinds.get(kind.name):
            _check_fields(scope, found, kind.name, scope.schema.event_fields(), kind.fields)
            mine = scope.schema.kinds.get(kind.name, kind)
            scope.schema = scope.schema.with_kind(replace(mine, fields={**kind.fields, **mine.fields}))
    for register in found.policy.schema.registers.values():
        name = found.renamed.get(register.name, register.name)
        key = found.renamed.get(register.key, register.key)
        if register != BUILT_IN.registers.get(name):
            _add_register(scope, found, replace(register, name=name, key=key))


def _add_register(scope: Scope, found: Incorporation, register: Register) -> None:
    known = scope.schema.registers.get(register.name)
    if known is None:
        scope.schema = scope.schema.with_register(register)
    elif known.key != register.key:
        scope.report(
            f"register `{register.name}` is keyed by `{register.key}` in `{found.node.file.value}`, and by"
            f" `{known.key}` here",
            found.node.file,
            "rename one of the two registers",
        )
    else:
        _check_fields(scope, found, register.name, known.fields, register.fields)
        scope.schema = scope.schema.with_register(replace(known, fields={**register.fields, **known.fields}))


def _check_fields(
    scope: Scope, found: Incorporation, owner: str, mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> None:
    for name, field in theirs.items():
        if name in mine and mine[name].type != field.type:
            scope.report(
                f"`{name}` of `{owner}` is {field.type} in `{found.node.file.value}`, and {mine[name].type} here",
                found.node.file,
                "rename one of the two fields",
            )
