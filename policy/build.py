"""The class of `syntax` that each rule of the grammar makes, from what stands between its keywords."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from plainterms.policy import syntax
from plainterms.policy.literals import read_duration
from plainterms.policy.scan import Token
from plainterms.policy.syntax import Name, Node, Number, Span


@dataclass(frozen=True)
class Part(Node):
    """A piece of a rule that has no class of its own, such as `among others` or `default 3`."""

    role: str
    value: Any = None


def build(make: Callable[..., Node], values: list[Any]) -> Node:
    """Calls a maker with the nodes among the values and the span from the first value to the last.

    Values are tokens, nodes, or lists of these from rules without a class; keywords and marks carry no node.
    """
    children: list[Any] = []
    for value in values:
        if isinstance(value, list):
            children.extend(value)
        else:
            children.append(value)
    start, end = _edges(children[0])[0], _edges(children[-1])[1]
    nodes = [child.node if isinstance(child, Token) else child for child in children]
    return make(*[node for node in nodes if node is not None], span=Span(start, end))


def _edges(child: Token | Node) -> tuple[int, int]:
    return (child.start, child.end) if isinstance(child, Token) else (child.span.start, child.span.end)


def _part(role: str) -> Callable[..., Node]:
    def make(*values: Node, span: Span) -> Node:
        return Part(role, values[0] if values else None, span=span)

    return make


def _split(parts: tuple[Node, ...]) -> tuple[list[Any], dict[str, Any]]:
    """The nodes, and the `Part`s by their role."""
    nodes = [part for part in parts if not isinstance(part, Part)]
    return nodes, {part.role: part.value for part in parts if isinstance(part, Part)}


# ── The document ──────────────────────────────────────────────────────────────────────────────────────────────────


def _head(title: syntax.Text, *parts: Any, span: Span) -> Node:
    return syntax.Head(title, parts, span=span)


def _prevails_over(*titles: syntax.Text, span: Span) -> Node:
    return syntax.PrevailsOver(titles, span=span)


def _use(file: syntax.Text, *arguments: syntax.Argument, span: Span) -> Node:
    return syntax.Use(file, arguments, span=span)


def _incorporates(file: syntax.Text, *parts: Any, span: Span) -> Node:
    rest = list(parts)
    name = rest.pop(0) if rest and isinstance(rest[0], Name) else None
    renamings = tuple(part for part in rest if isinstance(part, syntax.Renaming))
    conditions = [part for part in rest if not isinstance(part, syntax.Renaming)]
    return syntax.Incorporates(file, name, renamings, conditions[0] if conditions else None, span=span)


def _list_of_values(name: Name, *parts: Any, span: Span) -> Node:
    values, roles = _split(parts)
    return syntax.ListOfValues(name, tuple(values), "others" in roles, span=span)


def _list_from_file(name: Name, file: syntax.Text, column: syntax.Text, *parts: Any, span: Span) -> Node:
    return syntax.ListFromFile(name, file, column, bool(parts), span=span)


def _event(name: Name, *fields: syntax.FieldDeclaration, span: Span) -> Node:
    return syntax.Event(name, fields, span=span)


def _register(name: Name, *parts: Any, span: Span) -> Node:
    key = parts[0] if isinstance(parts[0], Name) else None
    return syntax.Register(name, key, parts[1:] if key is not None else parts, span=span)


def _field_declaration(name: Name, *parts: Any, span: Span) -> Node:
    _, roles = _split(parts)
    kind, least, greatest = roles["type"]
    known_after = "known_after" in roles
    return syntax.FieldDeclaration(name, kind, least, greatest, roles.get("default"), known_after, span=span)


def _type(kind: str) -> Callable[..., Node]:
    def make(*ranges: Part, span: Span) -> Node:
        return Part("type", (kind, *(ranges[0].value if ranges else (None, None))), span=span)

    return make


def _range(least: Any, greatest: Any, span: Span) -> Node:
    return Part("range", (least, greatest), span=span)


def _any_of(*names: Name, span: Span) -> Node:
    return syntax.AnyOf(names, span=span)


# ── Clauses ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _clause(name: Name, title: syntax.Text, *sections: Any, span: Span) -> Node:
    return syntax.Clause(name, title, sections, span=span)


def _for_each_group(entity: Name, *parts: Any, span: Span) -> Node:
    paths, roles = _split(parts)
    return syntax.ForEachGroup(entity, tuple(paths), roles.get("ignoring"), span=span)


def _prohibits(*measures: syntax.Measure, span: Span) -> Node:
    return syntax.Prohibits(measures, span=span)


def _on_breach(*parts: Node, span: Span) -> Node:
    return syntax.OnBreach(tuple(part for part in parts if isinstance(part, syntax.Action)), span=span)


def _comparator(words: syntax.Comparator) -> Callable[..., Node]:
    def make(span: Span) -> Node:
        return Part("comparator", words, span=span)

    return make


def _counted(comparator: Part, amount: Any, quantity: Any, span: Span) -> Node:
    return syntax.Counted(comparator.value, amount, quantity, span=span)


def _counted_part(comparator: Part, amount: Any, of: syntax.Path, quantity: Any, span: Span) -> Node:
    return syntax.Counted(comparator.value, amount, quantity, of, span=span)


def _share_being(comparator: Part, amount: Any, whole: Any, part: Any, span: Span) -> Node:
    return syntax.ShareBeing(comparator.value, amount, whole, part, span=span)


def _share_sharing(comparator: Part, amount: Any, whole: Any, of: syntax.Path, span: Span) -> Node:
    return syntax.ShareSharing(comparator.value, amount, whole, of, span=span)


def _per_calendar(unit: Any, span: Span) -> Node:
    return syntax.PerCalendar(unit.text, span=span)


def _example(verdict: Name, title: syntax.Text, *parts: Any, span: Span) -> Node:
    given, roles = _split(parts)
    return syntax.Example(verdict, title, tuple(given), roles.get("until"), span=span)


def _given(count: Number, kind: Name, *parts: Any, span: Span) -> Node:
    settings, roles = _split(parts)
    return syntax.Given(
        count,
        kind,
        tuple(settings),
        roles.get("start"),
        roles.get("every"),
        roles.get("over"),
        span=span,
    )


def _setting(of: syntax.Path, *parts: Any, span: Span) -> Node:
    values, _ = _split(parts)
    return syntax.Setting(of, tuple(values), span=span)


# ── Events and conditions ─────────────────────────────────────────────────────────────────────────────────────────


def _selection(kind: Any, *parts: Any, span: Span) -> Node:
    links = tuple(part for part in parts if isinstance(part, syntax.Link))
    conditions = parts[len(links) :]
    return syntax.Selection(kind, links, conditions[0] if conditions else None, span=span)


def _breach_of(*parts: Any, span: Span) -> Node:
    return syntax.BreachOf(parts[-1], span=span)


def _with_same(of: syntax.Path, span: Span) -> Node:
    return syntax.Link("same", of, span=span)


def _with_different(of: syntax.Path, span: Span) -> Node:
    return syntax.Link("different", of, span=span)


def _either(*operands: Any, span: Span) -> Node:
    return syntax.Either(operands, span=span)


def _both(*operands: Any, span: Span) -> Node:
    return syntax.Both(operands, span=span)


def _unequal(left: Any, right: Any, span: Span) -> Node:
    return syntax.Equal(left, right, negated=True, span=span)


def _ordered(left: Any, order: Any, right: Any, span: Span) -> Node:
    return syntax.Ordered(left, order.text, right, span=span)


def _is_not_in(left: Any, name: Name, span: Span) -> Node:
    return syntax.IsIn(left, name, negated=True, span=span)


def _is_not_missing(left: Any, span: Span) -> Node:
    return syntax.IsMissing(left, negated=True, span=span)


def _event_within(within: syntax.Length, after: Any, span: Span) -> Node:
    return syntax.Elapsed(None, within, after, span=span)


def _contains(left: Any, *values: Any, span: Span) -> Node:
    return syntax.Contains(left, values, span=span)


def _matches(left: Any, *patterns: syntax.Pattern, span: Span) -> Node:
    return syntax.Matches(left, patterns, span=span)


def _resembles(left: Any, *texts: syntax.Text, span: Span) -> Node:
    return syntax.Resembles(left, texts, span=span)


def _appears(left: Any, samples: syntax.Text, *chance: Part, span: Span) -> Node:
    return syntax.Appears(left, samples, chance[0].value if chance else None, span=span)


def _chance(part: Number, whole: Number, span: Span) -> Node:
    return Part("chance", (part, whole), span=span)


def _duration(count: Number, unit: Name, span: Span) -> Node:
    duration, _ = read_duration(count.value, unit.text)
    return syntax.Duration(duration.count, duration.unit, span=span)


def _path(*parts: Name, span: Span) -> Node:
    return syntax.Path(tuple(part.text for part in parts), span=span)


def _path_as_of(path: syntax.Path, date: syntax.Date, span: Span) -> Node:
    return syntax.PathAsOf(path, date.value, span=span)


MAKERS: dict[str, Callable[..., Node]] = {
    "head": _head,
    "version": syntax.Version,
    "published": syntax.Published,
    "in_force": syntax.InForce,
    "applies_on_acceptance": syntax.AppliesOnAcceptance,
    "prevails_over": _prevails_over,
    "timezone": syntax.Timezone,
    "source": syntax.Source,
    "use": _use,
    "argument": syntax.Argument,
    "incorporates": _incorporates,
    "renaming": syntax.Renaming,
    "let": syntax.Let,
    "list_of_values": _list_of_values,
    "list_from_file": _list_from_file,
    "others": _part("others"),
    "event": _event,
    "register": _register,
    "field_declaration": _field_declaration,
    "default": _part("default"),
    "known_after": _part("known_after"),
    "text_type": _type("text"),
    "number_type": _type("number"),
    "percent_type": _type("percent"),
    "yes_no_type": _type("yes/no"),
    "time_type": _type("time"),
    "duration_type": _type("duration"),
    "list_type": _type("list of text"),
    "range": _range,
    "define_event": syntax.DefineEvent,
    "any_of": _any_of,
    "define_condition": syntax.DefineCondition,
    "clause": _clause,
    "cites": syntax.Cites,
    "for_each": syntax.ForEach,
    "for_each_group": _for_each_group,
    "for_whole_service": syntax.ForWholeService,
    "prohibits": _prohibits,
    "permits": syntax.Permits,
    "requires": syntax.Requires,
    "exception": syntax.Exception_,
    "severity": syntax.Severity,
    "on_breach": _on_breach,
    "note": syntax.Note,
    "ignoring": _part("ignoring"),
    "action": syntax.Action,
    "cure": syntax.Cure,
    "measure": syntax.Measure,
    "any_bound": syntax.Any,
    "counted": _counted,
    "counted_part": _counted_part,
    "share_being": _share_being,
    "share_sharing": _share_sharing,
    "at_least": _comparator("at least"),
    "more_than": _comparator("more than"),
    "at_most": _comparator("at most"),
    "fewer_than": _comparator("fewer than"),
    "different": syntax.Different,
    "total": syntax.Total,
    "sliding": syntax.Sliding,
    "after": syntax.After,
    "before": syntax.Before,
    "per_calendar": _per_calendar,
    "sequence": syntax.Sequence,
    "selection": _selection,
    "breach_of": _breach_of,
    "with_same": _with_same,
    "with_different": _with_different,
    "either": _either,
    "both": _both,
    "negation": syntax.Negation,
    "truth": syntax.Truth,
    "equal": syntax.Equal,
    "unequal": _unequal,
    "ordered": _ordered,
    "is_in": syntax.IsIn,
    "is_not_in": _is_not_in,
    "is_missing": syntax.IsMissing,
    "is_not_missing": _is_not_missing,
    "event_within": _event_within,
    "field_within": syntax.Elapsed,
    "contains": _contains,
    "matches": _matches,
    "resembles": _resembles,
    "appears": _appears,
    "chance": _chance,
    "judged": syntax.Judged,
    "path_as_of": _path_as_of,
    "example": _example,
    "until": _part("until"),
    "given": _given,
    "setting": _setting,
    "setting_different": syntax.SettingDifferent,
    "missing": _part("missing"),
    "start": _part("start"),
    "every": _part("every"),
    "over": _part("over"),
    "duration": _duration,
    "path": _path,
}
