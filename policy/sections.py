"""How the items of a document and the sections of a clause are written."""

from collections.abc import Sequence
from typing import assert_never

from plainterms.policy import syntax
from plainterms.policy.layout import HARD_LINE, LINE, Doc, Fill, Group, Mark, Nest
from plainterms.policy.wording import (
    condition,
    decimal,
    events,
    marked,
    measure,
    reference,
    row,
    value,
    where,
)


def head(node: syntax.Head) -> Doc:
    """`terms` and its parts, each on its line."""
    parts = [[HARD_LINE, marked(part, head_part(part))] for part in node.parts]
    return marked(node, ["terms ", value(node.title), Nest(4, parts)])


def head_part(node: syntax.HeadPart) -> Doc:
    """A part of the head."""
    match node:
        case syntax.Version():
            return ["version ", value(node.text)]
        case syntax.Published():
            return ["published ", value(node.date)]
        case syntax.InForce():
            end: Doc = [" to ", value(node.end)] if node.end is not None else ""
            return ["in force from ", value(node.start), end]
        case syntax.AppliesOnAcceptance():
            return "applies on acceptance"
        case syntax.PrevailsOver():
            return ["prevails over ", Nest(4, Fill(tuple(row(node.titles, map(value, node.titles)))))]
        case syntax.Timezone():
            return ["timezone ", value(node.name)]
        case syntax.Source():
            return ["source ", value(node.text)]
        case syntax.Cure():
            return cure(node)
    assert_never(node)


def cure(node: syntax.Cure) -> Doc:
    """`cure within D after notice`."""
    return ["cure within ", value(node.within), " after notice"]


# ── Items ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def item(node: syntax.Item) -> Doc:
    """An item with its lines."""
    return marked(node, _item(node))


def _item(node: syntax.Item) -> Doc:
    match node:
        case syntax.Use():
            return ["use ", value(node.file), _arguments(node.arguments)]
        case syntax.Incorporates():
            return Group(Nest(4, _incorporates(node)))
        case syntax.Let():
            return [f"let {node.name.text} be ", value(node.value)]
        case syntax.ListOfValues():
            return Group(Nest(4, [f"list {node.name.text} is", LINE, _list_values(node)]))
        case syntax.ListFromFile():
            others = " among others" if node.among_others else ""
            return [f"list {node.name.text} from ", value(node.file), " column ", value(node.column), others]
        case syntax.Event():
            return _declaration(f"event {node.name.text}", node.fields)
        case syntax.Register():
            key = f" keyed by {node.key.text}" if node.key is not None else ""
            return _declaration(f"register {node.name.text}{key}", node.fields)
        case syntax.DefineEvent():
            return _define_event(node)
        case syntax.DefineCondition():
            meaning = marked(node.meaning, condition(node.meaning))
            return [f"define condition {node.name.text} means", Nest(4, [HARD_LINE, meaning])]
        case syntax.Clause():
            sections = [[HARD_LINE, marked(part, section(part))] for part in node.sections]
            return [f"clause {node.name.text} ", value(node.title), Nest(4, _apart(node.sections, sections))]
    assert_never(node)


def _apart(nodes: Sequence[syntax.Section], docs: list[list[Doc]]) -> list[Doc]:
    """Sections, with a blank line before the first of the examples."""
    found: list[Doc] = []
    for index, (node, doc) in enumerate(zip(nodes, docs, strict=True)):
        first_example = isinstance(node, syntax.Example) and (
            index == 0 or not isinstance(nodes[index - 1], syntax.Example)
        )
        found += [HARD_LINE, doc] if first_example else [doc]
    return found


def _arguments(nodes: tuple[syntax.Argument, ...]) -> Doc:
    if not nodes:
        return ""
    return [" with ", Nest(4, Fill(tuple(row(nodes, map(argument, nodes)))))]


def argument(node: syntax.Argument) -> Doc:
    """A parameter that is set."""
    return [f"{node.name.text} ", value(node.value)]


def _incorporates(node: syntax.Incorporates) -> list[Doc]:
    found: list[Doc] = ["incorporates ", value(node.file)]
    if node.name is not None:
        found.append(f" as {node.name.text}")
    if node.renamings:
        docs = [f"{renaming.theirs.text} as {renaming.ours.text}" for renaming in node.renamings]
        found += [LINE, "with ", Fill(tuple(row(node.renamings, docs)))]
    if node.where is not None:
        found += [LINE, where(node.where)]
    return found


def _list_values(node: syntax.ListOfValues) -> Doc:
    docs = row(node.values, map(value, node.values))
    if node.among_others:
        docs.append([Mark(node.span.end - len("others")), "among others"])
    return Fill(tuple(docs))


def _declaration(opening: str, fields: tuple[syntax.FieldDeclaration, ...]) -> Doc:
    if not fields:
        return opening
    docs = row(fields, map(field, fields))
    return Group(Nest(4, [f"{opening} has", *([LINE, doc] for doc in docs)]))


def field(node: syntax.FieldDeclaration) -> Doc:
    """A field that is declared, and its type."""
    limits: Doc = ""
    if node.least is not None and node.greatest is not None:
        limits = [" from ", value(node.least), " to ", value(node.greatest)]
    default: Doc = [" default ", value(node.default)] if node.default is not None else ""
    return [f"{node.name.text}: {node.type}", limits, default, " known after" if node.known_after else ""]


def _define_event(node: syntax.DefineEvent) -> Doc:
    opening = f"define event {node.name.text} is "
    match node.meaning:
        case syntax.AnyOf(names):
            return [opening, "any of ", Nest(4, Fill(tuple(row(names, [name.text for name in names]))))]
        case syntax.Selection(kind, links, syntax.Node() as meaning):
            return [opening, *events(syntax.Selection(kind, links)), Nest(4, [HARD_LINE, where(meaning)])]
        case syntax.Selection() | syntax.Sequence():
            return Group(Nest(4, [opening, *events(node.meaning)]))
    assert_never(node.meaning)


# ── Sections ──────────────────────────────────────────────────────────────────────────────────────────────────────


def section(node: syntax.Section) -> Doc:
    """A section of a clause with its lines."""
    match node:
        case syntax.Cites():
            words: Doc = [" ", value(node.words)] if node.words is not None else ""
            return ["cites ", value(node.section), words]
        case syntax.ForEach():
            return f"for each {reference(node.of)}"
        case syntax.ForEachGroup():
            return _for_each_group(node)
        case syntax.ForWholeService():
            return "for the whole service"
        case syntax.Prohibits():
            first, *others = node.measures
            rest = [[HARD_LINE, marked(other, measure("together with", other))] for other in others]
            return [measure("prohibits", first), Nest(4, rest)]
        case syntax.Permits():
            return measure("permits", node.measure)
        case syntax.Requires():
            return measure("requires", node.measure)
        case syntax.Exception_():
            return exception(node)
        case syntax.Severity():
            return f"severity {node.level.text}"
        case syntax.OnBreach():
            return ["on breach ", Nest(4, Fill(tuple(row(node.actions, map(action, node.actions)))))]
        case syntax.Cure():
            return cure(node)
        case syntax.Note():
            return ["note ", value(node.text)]
        case syntax.Example():
            return _example(node)
    assert_never(node)


def _for_each_group(node: syntax.ForEachGroup) -> Doc:
    first, *others = node.sharing
    rest: list[Doc] = [[LINE, marked(path, f"or {reference(path)}")] for path in others]
    if node.ignoring is not None:
        rest.append([LINE, marked(node.ignoring, f"ignoring {node.ignoring.text}")])
    return Group(Nest(4, [f"for each group of {node.entity.text} sharing {reference(first)}", *rest]))


def exception(node: syntax.Exception_) -> Doc:
    """An exception with its conditions."""
    lines: list[Doc] = [[HARD_LINE, where(node.when, "when")]]
    if node.unless is not None:
        lines.append([HARD_LINE, where(node.unless, "unless")])
    return [f"except {node.name.text} ", value(node.words), Nest(4, lines)]


def action(node: syntax.Action) -> Doc:
    """An action and to whom."""
    return [node.name.text, [" ", value(node.argument)] if node.argument is not None else ""]


def _example(node: syntax.Example) -> Doc:
    lines: list[Doc] = [[HARD_LINE, marked(each, given(each))] for each in node.given]
    if node.until is not None:
        lines.append([HARD_LINE, marked(node.until, ["until ", value(node.until)])])
    return [f"example {node.verdict.text} ", value(node.title), Nest(4, lines)]


def given(node: syntax.Given) -> Doc:
    """The events of an example."""
    lines: list[Doc] = [f"given {decimal(node.count.value)} {node.kind.text}"]
    if node.settings:
        lines.append([LINE, "with ", Nest(4, Fill(tuple(row(node.settings, map(setting, node.settings)))))])
    times = {"at": node.at, "every": node.every, "over": node.over}
    written = [marked(time, [f"{word} ", value(time)]) for word, time in times.items() if time is not None]
    if written:
        lines.append([LINE, Fill(tuple(written))])
    return Group(Nest(4, lines))


def setting(node: syntax.Setting | syntax.SettingDifferent) -> Doc:
    """A field of an example's events and its value."""
    if isinstance(node, syntax.SettingDifferent):
        return f"different {reference(node.of)}"
    if not node.values:
        return f"{reference(node.of)} missing"
    first, *others = node.values
    return [f"{reference(node.of)} ", value(first), *([" and ", value(other)] for other in others)]
