"""From the author's paths to fields."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import assert_never

from plainterms.policy import meaning, schema, syntax
from plainterms.policy.carriers import carried
from plainterms.policy.errors import did_you_mean
from plainterms.policy.instants import start_of_day
from plainterms.policy.meaning import EventField, PartField, RegisterField
from plainterms.policy.names import listed, plural, stem
from plainterms.policy.schema import PARTS, Type
from plainterms.policy.scope import Declared, Scope, Sort
from plainterms.policy.syntax import Path, PathAsOf, Span


@dataclass(frozen=True)
class Reading:
    """How one place of a document is read.

    ``kinds`` are the kinds of the events that are tested there, None in a definition, which does not know them.
    ``asks`` says whether a person may be asked there (`judged`), and ``asked_of`` about which entity.
    """

    scope: Scope
    kinds: frozenset[str] | None = None
    asks: bool = False
    asked_of: meaning.Field | None = None


TYPE_WORDS = {
    Type.TEXT: "a text",
    Type.NUMBER: "a number",
    Type.PERCENT: "a percentage",
    Type.YES_NO: "yes or no",
    Type.TIME: "a time",
    Type.DATE: "a date",
    Type.DURATION: "a duration",
    Type.LIST: "a list of texts",
}

Simple = EventField | RegisterField


# ── Fields ────────────────────────────────────────────────────────────────────────────────────────────────────────


def field_of(reading: Reading, ref: syntax.FieldRef) -> meaning.Field | None:
    """The field that a path names; None after a mistake."""
    match ref:
        case Path():
            found = _path(reading, ref)
        case PathAsOf():
            found = _as_of(reading, ref)
        case _:
            assert_never(ref)
    if found is not None and reading.kinds is not None:
        return found if carried(reading.scope, found, reading.kinds, ref.span) else None
    return found


def _as_of(reading: Reading, ref: PathAsOf) -> meaning.Field | None:
    found = _path(reading, ref.path)
    if found is None:
        return None
    inner = found.of if isinstance(found, PartField) else found
    if not isinstance(inner, RegisterField):
        reading.scope.report(
            f"`{'.'.join(ref.path.parts)}` is a field of the event, which has no other value on another day",
            ref,
            "`as of` asks for the value of a register field, such as `organisation.monthly_users`, on a date",
        )
        return None
    dated = replace(inner, as_of=start_of_day(ref.date, reading.scope.zone))
    return replace(found, of=dated) if isinstance(found, PartField) else dated


def _path(reading: Reading, path: Path) -> meaning.Field | None:
    scope = reading.scope
    owner, *rest = path.parts
    field = event_field(scope, owner)
    register = scope.schema.registers.get(owner)
    match rest:
        case []:
            if field is None:
                _unknown(scope, path)
            return field
        case [name] if register is not None and name in register.fields:
            return register_field(scope, owner, name)
        case [name] if field is not None and (register is None or name in PARTS):
            return _part(scope, field, name, path)
        case [name, part] if register is not None and name in register.fields:
            return _part(scope, register_field(scope, owner, name), part, path)
        case [name] | [name, _] if register is not None or field is None:
            _unknown_owned(scope, path, owner, name)
        case _:
            _part_of_part(scope, path)
    return None


def event_field(scope: Scope, name: str) -> EventField | None:
    """The event field of that name, if there is one."""
    found = scope.event_fields.get(name)
    if found is None:
        return None
    return EventField(name, found.type, found.least, found.greatest, found.known_after)


def register_field(scope: Scope, register: str, name: str) -> RegisterField:
    """A field of a register that is known to have it."""
    row = scope.schema.registers[register]
    found = row.fields[name]
    return RegisterField(
        register,
        name,
        found.type,
        EventField(row.key, Type.TEXT),
        default=found.default,  # type: ignore[arg-type]  # the schema holds values of any type
        least=found.least,
        greatest=found.greatest,
        known_after=found.known_after,
    )


def _part(scope: Scope, of: Simple, part: str, path: Path) -> PartField | None:
    owner = ".".join(path.parts[:-1])
    having = [name for name, (needed, _, _) in PARTS.items() if needed == of.type]
    if part in having:
        return PartField(part, of, PARTS[part][1], scope.zone if of.type == Type.TIME else "UTC")
    kind = TYPE_WORDS[of.type]
    parts = f"the parts of {kind} are {listed(having)}" if having else f"{kind} has no parts"
    if part in PARTS:
        message = f"`{part}` is a part of {TYPE_WORDS[PARTS[part][0]]}, and `{owner}` is {kind}"
        scope.report(message, _last(path), parts)
    elif not scope.forgives(part):
        help_line = did_you_mean(part, having) or f"`{owner}` is {kind}; {parts}"
        scope.report(f"`{owner}` has no part `{part}`", _last(path), help_line)
    return None


def _part_of_part(scope: Scope, path: Path) -> None:
    scope.report(
        f"`{'.'.join(path.parts)}` has more parts than a field can have",
        path,
        "a field is `name`, `entity.name`, or one of these with a part, as in `account.email.domain`",
    )


def _last(path: Path) -> Span:
    """Where the last part of a path stands."""
    return Span(path.span.end - len(path.parts[-1]), path.span.end)


def _first(path: Path) -> Span:
    return Span(path.span.start, path.span.start + len(path.parts[0]))


def in_singular(scope: Scope, path: Path) -> Path:
    """The path by the field's own name where the plural is written, as in `different accounts in requests`."""
    *owner, name = path.parts
    if owner:
        register = scope.schema.registers.get(owner[0])
        known = [*PARTS, *(register.fields if register is not None and len(owner) == 1 else ())]
    else:
        known = list(scope.event_fields)
    alike = list(dict.fromkeys(field for field in known if stem(field) == stem(name)))
    if name in known or len(alike) != 1 or (not owner and scope.find(name) is not None):
        return path
    return replace(path, parts=(*owner, alike[0]))


# ── Unknown names ─────────────────────────────────────────────────────────────────────────────────────────────────


def _unknown(scope: Scope, path: Path) -> None:
    name = path.parts[0]
    declared = scope.find(name)
    if declared is not None:
        scope.report(f"`{name}` is a {declared.sort}, not a field", path, _how_to_use(scope, declared))
    elif name in scope.schema.registers:
        first = next(iter(scope.schema.registers[name].fields))
        scope.report(f"`{name}` is a register, not a field", path, f"name one of its fields, as in `{name}.{first}`")
    elif not scope.forgives(name):
        scope.report(f"there is no field `{name}`", path, _nearest_field(scope, name))


def _how_to_use(scope: Scope, declared: Declared) -> str:
    match declared.sort:
        case Sort.LIST:
            return f"a list stands after `is in`, as in `country is in {declared.name}`"
        case Sort.LET:
            return "a `let` is a value; the field to compare it with stands on the left"
        case Sort.CONDITION:
            return f"a condition stands by itself, as in `where {declared.name}`"
        case Sort.REGISTER:
            return f"name one of its fields, as in `{declared.name}.{next(iter(_fields(scope, declared)))}`"
    return f"`{plural(declared.name)}` are events and can be counted, as in `any {declared.name}`"


def _fields(scope: Scope, declared: Declared) -> Iterable[str]:
    return scope.schema.registers[declared.name].fields


def _nearest_field(scope: Scope, name: str) -> str:
    owners = [register for register, row in scope.schema.registers.items() if name in row.fields]
    if owners:
        return f"did you mean {listed([f'{owner}.{name}' for owner in owners], 'or')}?"
    known = [*scope.event_fields, *scope.names_of(Sort.LET, Sort.CONDITION), *_qualified(scope)]
    return did_you_mean(name, known) or "`plainterms fields` lists the fields there are"


def _qualified(scope: Scope) -> list[str]:
    return [f"{register}.{name}" for register, row in scope.schema.registers.items() for name in row.fields]


def _unknown_owned(scope: Scope, path: Path, owner: str, name: str) -> None:
    if scope.forgives(owner, name):
        return
    register = scope.schema.registers.get(owner)
    if register is not None:
        scope.report(
            f"register `{owner}` has no field `{name}`",
            Span(path.span.start, path.span.end) if len(path.parts) > 2 else _last(path),
            did_you_mean(name, register.fields) or f"its fields are {_some(register)}",
        )
        return
    known = [*scope.schema.registers, *scope.event_fields]
    near = did_you_mean(f"{owner}.{name}", _qualified(scope)) or did_you_mean(owner, known)
    scope.report(f"there is no register or field `{owner}`", _first(path), near)


def _some(register: schema.Register) -> str:
    names = list(register.fields)
    return listed(names) if len(names) <= 8 else f"{', '.join(f'`{name}`' for name in names[:8])} …"
