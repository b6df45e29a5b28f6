"""Opening the scope of a document, with the names of all files that it uses."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from plainterms.policy import syntax
from plainterms.policy.declare import declare_fields, declare_names
from plainterms.policy.errors import did_you_mean
from plainterms.policy.header import timezone_of
from plainterms.policy.meaning import Constant
from plainterms.policy.names import listed
from plainterms.policy.reader import Reader
from plainterms.policy.resolve import TYPE_WORDS
from plainterms.policy.schema import BUILT_IN, Field, Kind, Register
from plainterms.policy.scope import ClauseName, Declared, Scope, Sort, own_items
from plainterms.policy.syntax import Document
from plainterms.policy.values import as_type, constant_of, let_value

NONE: Mapping[str, Constant] = {}


def open_scope(
    document: Document,
    reader: Reader,
    chain: tuple[str, ...],
    clauses: dict[str, ClauseName],
    timezone: str = "",
    overrides: Mapping[str, Constant] = NONE,
) -> Scope:
    """The names that a document can use.

    ``chain`` are the full names of the files that are being read, this one last; ``clauses`` what `breach of` can
    name; ``timezone`` stands where the document names none; ``overrides`` are values for its `let`s.
    """
    scope = Scope(document, reader, chain, timezone_of(document) or timezone, clauses, overrides)
    declare_names(scope)
    for use in own_items(scope, syntax.Use):
        _bring_in(scope, use)
    declare_fields(scope)
    return scope


def _bring_in(scope: Scope, use: syntax.Use) -> None:
    document = scope.reader.document(use.file, scope.document, scope.chain)
    if document is None:
        scope.forgives_all = True
        return
    file = scope.reader.files.locate(use.file.value, scope.file)

    def opened(overrides: Mapping[str, Constant]) -> Scope:
        return open_scope(document, scope.reader, (*scope.chain, file), scope.clauses, scope.timezone, overrides)

    used = opened(NONE)
    if use.arguments:
        used = opened(dict(_overrides(scope, use, used)))
    _merge(scope, use, used)


def _overrides(scope: Scope, use: syntax.Use, used: Scope) -> Iterator[tuple[str, Constant]]:
    """The parameters that `with` sets, by the names of the `let`s in the used file."""
    seen: set[str] = set()
    for argument in use.arguments:
        name = argument.name.text
        declared = used.find_as(name, Sort.LET)
        given = constant_of(scope, argument.value, "as a parameter")
        if declared is None or declared.home is not used:
            if not used.forgives(name):
                _unknown_parameter(scope, use, argument, used)
            continue
        if declared.name in seen:
            scope.report(f"`{name}` is set twice", argument.name, "keep one of them")
            continue
        seen.add(declared.name)
        own = used.once(declared, let_value)
        if given is None or own is None:
            continue
        fitting = as_type(scope, given, own.type)
        if fitting is not None:
            yield declared.name, fitting
            continue
        scope.report(
            f"`{scope.words(argument.value)}` is {TYPE_WORDS[given.type]}, and `{name}` in `{use.file.value}` is"
            f" {TYPE_WORDS[own.type]}",
            argument.value,
        )


def _unknown_parameter(scope: Scope, use: syntax.Use, argument: syntax.Argument, used: Scope) -> None:
    parameters = [item.name.text for item in own_items(used, syntax.Let)]
    near = did_you_mean(argument.name.text, parameters)
    all_of_them = f"its parameters are {listed(parameters)}" if parameters else "it declares no `let`"
    message = f"`{use.file.value}` has no parameter `{argument.name.text}`"
    scope.report(message, argument.name, near or all_of_them)


# ── Merging ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _merge(scope: Scope, use: syntax.Use, used: Scope) -> None:
    scope.used.append(used)
    scope.forgives_all |= used.forgives_all
    scope.forgiven |= used.forgiven
    for key, declared in used.names.items():
        known = scope.names.get(key)
        if declared.home is None or (known is not None and _same(known, declared)):
            continue
        if known is None or known.home is None:
            scope.names[key] = declared
        elif known.home is scope:
            message = f"`{known.name}` is already declared in `{use.file.value}`"
            scope.report(message, known.span, f"rename it; the other is at {declared.place}")
        else:
            scope.report(
                f"`{use.file.value}` declares `{declared.name}`, which is already declared in another file",
                use.file,
                f"they are at {known.place} and {declared.place}",
            )
    _merge_schema(scope, use, used)


def _same(one: Declared, other: Declared) -> bool:
    """Whether both came from one declaration by two ways."""
    if one is other:
        return True
    if one.home is None or other.home is None:
        return False
    return one.item is other.item and one.home.overrides == other.home.overrides


def _merge_schema(scope: Scope, use: syntax.Use, used: Scope) -> None:
    """Adds what the used file declares beside what is built in."""
    mine = {
        name: field for fields in _new_fields(scope.schema.kinds, BUILT_IN.kinds).values() for name, field in fields
    }
    for name, fields in _new_fields(used.schema.kinds, BUILT_IN.kinds).items():
        kind = scope.schema.kinds.get(name, replace(used.schema.kinds[name], fields={}))
        agreeing = _agreeing(scope, use, "", mine, fields)
        scope.schema = scope.schema.with_kind(replace(kind, fields={**kind.fields, **dict(agreeing)}))
    registers = _new_fields(scope.schema.registers, BUILT_IN.registers)
    for name, fields in _new_fields(used.schema.registers, BUILT_IN.registers).items():
        agreeing = _agreeing(scope, use, f"{name}.", dict(registers.get(name, ())), fields)
        register = replace(used.schema.registers[name], fields=dict(agreeing))
        scope.schema = scope.schema.with_register(register)


def _new_fields(
    owners: Mapping[str, Kind] | Mapping[str, Register], built_in: Mapping[str, Kind] | Mapping[str, Register]
) -> dict[str, list[tuple[str, Field]]]:
    """What documents have declared: kinds or registers by name, with their new or changed fields."""
    found = {}
    for name, owner in owners.items():
        known = built_in[name].fields if name in built_in else {}
        if name not in built_in or owner != built_in[name]:
            found[name] = [entry for entry in owner.fields.items() if known.get(entry[0]) != entry[1]]
    return found


def _agreeing(
    scope: Scope, use: syntax.Use, owner: str, known: Mapping[str, Field], fields: list[tuple[str, Field]]
) -> Iterator[tuple[str, Field]]:
    for name, field in fields:
        if name in known and known[name] != field:
            scope.report(
                f"`{use.file.value}` declares `{owner}{name}` in another way than a file used before it",
                use.file,
                "declare it the same in both",
            )
        else:
            yield name, field
