"""A short way to write down what a checked document means, for tables of cases."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from plainterms.policy.meaning import (
    And,
    AppearsIn,
    BreachIn,
    CalendarWindow,
    Clause,
    Compare,
    Condition,
    Constant,
    ContainsAny,
    Count,
    Distinct,
    EachSubject,
    ElapsedWithin,
    EventField,
    Field,
    Follows,
    GroupSubject,
    InList,
    IsTrue,
    KindIs,
    MatchesAny,
    Measure,
    Missing,
    ModeShare,
    Not,
    Or,
    PartField,
    PartShare,
    PeriodicDuty,
    Permission,
    Policy,
    Prohibition,
    RegisterField,
    ResemblesAny,
    RulingField,
    ServiceSubject,
    Sum,
    TimeIn,
    TriggeredDuty,
)
from plainterms.policy.schema import Type


def policy(found: Policy) -> str:
    head = f'"{found.title}" version "{found.version}" in {found.timezone}'
    if found.start is not None or found.end is not None:
        head += f" from {instant(found.start)} to {instant(found.end)}"
    head += ", on acceptance" if found.on_acceptance else ""
    head += "".join(f', over "{title}"' for title in found.prevails_over)
    return "\n".join([head, *(line for one in found.clauses for line in clause(one))])


def clause(one: Clause) -> Iterator[str]:
    yield f"{one.name}: {subject(one)}"
    yield from (f"    {line}" for line in statement(one))
    if one.conduct != And(()):
        yield f"    bound where {condition(one.conduct)}"
    for exception in one.exceptions:
        yield f'    except {exception.name} "{exception.words}": {condition(exception.condition)}'
    for cited in (one.citation, *one.further_citations):
        if cited.section:
            yield f'    cites "{cited.document}" {cited.version} § {cited.section} "{cited.words}"'
    actions = ", ".join(f'{action.name} "{action.argument}"'.removesuffix(' ""') for action in one.actions)
    if one.severity != "medium" or actions or one.cure is not None:
        cure = f"cure in {length(one.cure)}" if one.cure is not None else ""
        yield "    " + "; ".join(filter(None, [one.severity, actions, cure]))
    if one.note:
        yield f"    note {one.note!r}"
    for example in one.examples:
        until = f" until {instant(example.until)}" if example.until is not None else ""
        yield f'    {example.verdict} "{example.title}"{until}'
        for given in example.events:
            settings = ", ".join(f"{name} {value!r}" for name, value in given.settings)
            every = f" every {length(given.spacing)}" if given.spacing else ""
            yield f"        {given.count} {given.kind} ({settings}) at {instant(given.start)}{every}"


def subject(one: Clause) -> str:
    match one.subject:
        case EachSubject(of):
            return f"each {field(of)}"
        case GroupSubject(entity, sharing, ignoring):
            but = f" but {list(ignoring)}" if ignoring else ""
            return f"groups of {field(entity)} by {', '.join(map(field, sharing))}{but}"
        case ServiceSubject():
            return "the service"


def statement(one: Clause) -> Iterator[str]:
    match one.statement:
        case Prohibition(measures, any_event, turned):
            marks = " (any event)" * any_event + " (turned)" * turned
            yield from (f"breach at {measure(entry)}{marks}" for entry in measures)
        case Permission(events):
            yield f"permits {condition(events)}"
        case TriggeredDuty(counted, trigger, direction, long, same, different):
            links = "".join(f" same {field(of)}" for of in same) + "".join(
                f" different {field(of)}" for of in different
            )
            yield f"duty of {measure(counted)}{links}"
            yield f"    {length(long)} {direction} {condition(trigger)}"
        case PeriodicDuty(counted, period):
            yield f"duty of {measure(counted)} per {window(period) if period else 'audit'}"


def measure(one: Measure) -> str:
    match one.quantity:
        case Count():
            quantity = "count"
        case Distinct(of):
            quantity = f"different {field(of)}"
        case Sum(of):
            quantity = f"sum of {field(of)}"
        case PartShare(part):
            quantity = f"share of {condition(part)}"
        case ModeShare(of):
            quantity = f"share of one {field(of)}"
    share = isinstance(one.quantity, PartShare | ModeShare)
    of_field = f" {field(one.bound.field)}" if one.bound.field is not None else ""
    percent = "%" if share or of_field else ""
    limit = f"{one.bound.relation} {number(one.bound.amount)}{percent}{of_field}"
    where = f" in {window(one.window)}" if one.window is not None else ""
    return f"{quantity} in {condition(one.events)} {limit}{where}"


def window(one: Any) -> str:
    return f"{one.unit} of {one.timezone}" if isinstance(one, CalendarWindow) else length(one.length)


def condition(one: Condition) -> str:
    match one:
        case And(()):
            return "true"
        case Or(()):
            return "false"
        case KindIs(kinds):
            return "|".join(kinds)
        case TimeIn(start, end):
            return f"[{instant(start)}, {instant(end)})"
        case BreachIn(name):
            return f"breach of {name}"
        case Follows(first, within, same, different):
            links = "".join(f" same {field(of)}" for of in same) + "".join(
                f" different {field(of)}" for of in different
            )
            return f"up to {length(within)} after {condition(first)}{links}"
        case IsTrue(of):
            return field(of)
        case Compare(left, relation, right):
            return f"{field(left)} {relation} {constant(right) if isinstance(right, Constant) else field(right)}"
        case InList(of, values, among):
            return f"{field(of)} in {list(values)}{' or others' if among else ''}"
        case Missing(of):
            return f"{field(of)} missing"
        case ElapsedWithin(of, within, after):
            return f"{field(of)} up to {length(within)} after {field(after)}"
        case ContainsAny(of, values):
            return f"{field(of)} contains {list(values)}"
        case MatchesAny(of, patterns):
            return f"{field(of)} matches {list(patterns)}"
        case ResemblesAny(of, texts):
            return f"{field(of)} resembles {list(texts)}"
        case AppearsIn(of, samples, one_in):
            chance = f" at 1 in {number(one_in)}" if one_in is not None else ""
            return f'{field(of)} in samples "{samples}"{chance}'
        case Not(operand):
            return f"not {condition(operand)}"
        case And(operands):
            return f"({' and '.join(map(condition, operands))})"
        case Or(operands):
            return f"({' or '.join(map(condition, operands))})"


def field(one: Field) -> str:
    match one:
        case EventField():
            return one.name
        case RegisterField():
            as_of = f"[{instant(one.as_of)}]" if one.as_of is not None else ""
            default = f"[or {one.default!r}]" if one.default is not None else ""
            key = f"{one.key.name}→" if one.key.name != one.register else ""
            return f"{key}{one.register}.{one.name}{as_of}{default}"
        case PartField(part, of, _, timezone):
            return f"{field(of)}.{part}" + (f"[{timezone}]" if timezone != "UTC" else "")
        case RulingField(question, key):
            return f'judged "{question}" of {field(key) if key is not None else "the service"}'


def constant(one: Constant) -> str:
    assert not isinstance(one.value, bool)
    match one.type:
        case Type.TEXT:
            return repr(one.value)
        case Type.PERCENT:
            return f"{number(int(one.value))}%"
        case Type.TIME:
            return instant(int(one.value))
        case Type.DATE:
            return (date(1970, 1, 1) + timedelta(days=int(one.value))).isoformat()
        case Type.DURATION:
            return length(int(one.value))
    return number(int(one.value))


def number(millionths: int) -> str:
    whole, rest = divmod(millionths, 1_000_000)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".")


def length(microseconds: int) -> str:
    return str(timedelta(microseconds=microseconds)).removesuffix(", 0:00:00")


def instant(microseconds: int | None) -> str:
    if microseconds is None:
        return "∞"
    when = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    return when.isoformat().replace("+00:00", "Z")
