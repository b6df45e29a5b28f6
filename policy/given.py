"""From the author's examples to events in machine units."""

from plainterms.policy import syntax
from plainterms.policy.errors import did_you_mean
from plainterms.policy.header import Header
from plainterms.policy.instants import day_after, start_of_day
from plainterms.policy.meaning import (
    ClauseExample,
    EventField,
    ExampleEvents,
    PartField,
    PeriodicDuty,
    Scalar,
    TriggeredDuty,
)
from plainterms.policy.names import listed
from plainterms.policy.resolve import TYPE_WORDS, Reading, field_of
from plainterms.policy.schema import MILLION, Type
from plainterms.policy.scope import Scope, Sort
from plainterms.policy.statements import Stated
from plainterms.policy.values import as_type, constant_of

VERDICTS = ("breach", "clear", "pending", "undetermined")

MOST_EVENTS = 1_000_000
"""Events that one `given` may stand for."""

FIRST_START = 1_767_225_600_000_000
"""2026-01-01T00:00Z, where neither the example nor the document names a time."""

ExampleValue = Scalar | tuple[str, ...] | None


def example_of(
    scope: Scope, header: Header, clause: syntax.Clause, node: syntax.Example, stated: Stated | None
) -> ClauseExample | None:
    """The example in machine units; None after a mistake."""
    sound = _check_verdict(scope, node)
    events = [_given(scope, header, given) for given in node.given]
    known = [entry for entry in events if entry is not None]
    until = _instant(scope, node.until) if node.until is not None else None
    if len(known) < len(events) or not sound:
        return None
    if node.until is None and stated is not None and isinstance(stated.statement, TriggeredDuty | PeriodicDuty):
        _ask_for_end(scope, clause, node, stated.statement, known)
        return None
    return ClauseExample(node.title.value, node.verdict.text, tuple(known), until)


def _check_verdict(scope: Scope, node: syntax.Example) -> bool:
    verdict = node.verdict.text
    if verdict in VERDICTS:
        return True
    near = did_you_mean(verdict, VERDICTS) or f"the verdicts are {listed(VERDICTS)}"
    scope.report(f"`{verdict}` is not a verdict", node.verdict, near)
    return False


def _ask_for_end(
    scope: Scope,
    clause: syntax.Clause,
    node: syntax.Example,
    duty: TriggeredDuty | PeriodicDuty,
    events: list[ExampleEvents],
) -> None:
    last = max((given.start + given.spacing * (given.count - 1) for given in events), default=FIRST_START)
    length = duty.length if isinstance(duty, TriggeredDuty) and duty.direction == "after" else 0
    scope.report(
        f"this example does not say when the log ends, and `{clause.name.text}` is a duty",
        node.title,
        f"add `until {day_after(last + length)}`",
    )


# ── Events ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _given(scope: Scope, header: Header, node: syntax.Given) -> ExampleEvents | None:
    count, kind = _count(scope, node.count), _kind(scope, node.kind)
    given = [setting for setting in node.settings if isinstance(setting, syntax.Setting)]
    settings = [_setting(scope, setting, kind) for setting in given]
    different = [_different(scope, one, kind) for one in node.settings if isinstance(one, syntax.SettingDifferent)]
    _refuse_repeated(scope, node)
    known = tuple(setting for setting in settings if setting is not None)
    names = tuple(name for name in different if name is not None)
    if count is None or kind is None or len(known) + len(names) < len(node.settings):
        return None
    if count > 1 and any(name == "id" for name, _ in known):
        scope.report("several events cannot have one `id`", node, "give each event a line of its own")
        return None
    start = _instant(scope, node.at) if node.at is not None else header.start
    return ExampleEvents(count, kind, known, FIRST_START if start is None else start, _spacing(node, count), names)


def _count(scope: Scope, node: syntax.Number) -> int | None:
    if node.value % MILLION == 0 and 0 < node.value <= MOST_EVENTS * MILLION:
        return node.value // MILLION
    scope.report(
        f"`{scope.words(node)}` is not a number of events", node, f"give a whole number from 1 to {MOST_EVENTS:_}"
    )
    return None


def _kind(scope: Scope, name: syntax.Name) -> str | None:
    declared = scope.find(name.text)
    if declared is not None and declared.sort == Sort.KIND:
        return declared.name
    if declared is not None:
        help_line = "give events of a kind, with what makes them such" if declared.sort == Sort.EVENTS else ""
        scope.report(f"`{name.text}` is a {declared.sort}, not a kind of events", name, help_line)
    elif not scope.forgives(name.text):
        scope.report(f"there is no kind of events `{name.text}`", name, scope.suggest(name.text, Sort.KIND))
    return None


def _spacing(node: syntax.Given, count: int) -> int:
    if node.every is not None:
        return node.every.microseconds
    return node.over.microseconds // count if node.over is not None else 0


def _instant(scope: Scope, node: syntax.Time | syntax.Date) -> int:
    return node.value if isinstance(node, syntax.Time) else start_of_day(node.value, scope.zone)


# ── Settings ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _refuse_repeated(scope: Scope, node: syntax.Given) -> None:
    seen: set[tuple[str, ...]] = set()
    for setting in node.settings:
        if setting.of.parts in seen:
            scope.report(f"`{'.'.join(setting.of.parts)}` is given twice", setting.of, "keep one of them")
        seen.add(setting.of.parts)


def _setting(scope: Scope, node: syntax.Setting, kind: str | None) -> tuple[str, ExampleValue] | None:
    name = ".".join(node.of.parts)
    if name == "time":
        scope.report("the time of an event is not a setting", node.of, "write `at 2026-04-01T09:00:00Z`")
        return None
    field = field_of(Reading(scope, frozenset({kind}) if kind is not None else None), node.of)
    if field is None:
        return None
    if isinstance(field, PartField):
        whole = ".".join(node.of.parts[:-1])
        help_line = "write `at 2026-04-01T09:00:00Z`" if whole == "time" else f"give `{whole}` itself"
        scope.report(f"`{name}` is derived and cannot be given", node.of, help_line)
        return None
    return _typed(scope, node, name, field.type)


def _different(scope: Scope, node: syntax.SettingDifferent, kind: str | None) -> str | None:
    name = ".".join(node.of.parts)
    field = field_of(Reading(scope, frozenset({kind}) if kind is not None else None), node.of)
    if field is None:
        return None
    if isinstance(field, EventField) and field.type == Type.TEXT and name != "id":
        return name
    scope.report(f"`{name}` cannot be `different`", node.of, "name a text of the event, such as `account` or `ip`")
    return None


def _typed(scope: Scope, node: syntax.Setting, name: str, wanted: Type) -> tuple[str, ExampleValue] | None:
    if not node.values:
        return name, None
    if len(node.values) > 1 and wanted != Type.LIST:
        message = f"`{name}` is {TYPE_WORDS[wanted]} and has one value"
        scope.report(message, node.values[1], "divide settings with `,`; `and` joins the items of a list")
        return None
    item = Type.TEXT if wanted == Type.LIST else wanted
    values = [_value(scope, value, name, item, wanted) for value in node.values]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    return name, tuple(str(value) for value in known) if wanted == Type.LIST else known[0]


def _value(scope: Scope, value: syntax.Value, name: str, item: Type, wanted: Type) -> Scalar | None:
    constant = constant_of(scope, value, "in an example")
    if constant is None:
        return None
    fitting = as_type(scope, constant, item)
    if fitting is None:
        words = scope.words(value)
        scope.report(f"`{words}` is {TYPE_WORDS[constant.type]}, and `{name}` is {TYPE_WORDS[wanted]}", value)
        return None
    return fitting.value
