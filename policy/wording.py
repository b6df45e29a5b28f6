"""How each part of a document is written: its words, and where its lines may be broken."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import assert_never

from plainterms.policy import syntax
from plainterms.policy.layout import LINE, Align, Doc, Fill, Group, Mark, Nest, Quoted

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# ── Values ────────────────────────────────────────────────────────────────────────────────────────────────────────


def quoted(value: str) -> str:
    """A text between quotes, on one line."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def decimal(millionths: int) -> str:
    """A number as it is written: `0.5`, `500`, `10_000`."""
    whole, fraction = divmod(abs(millionths), 1_000_000)
    grouped = f"{whole:_}" if whole >= 10_000 else str(whole)
    places = f".{fraction:06}".rstrip("0") if fraction else ""
    return f"{'-' if millionths < 0 else ''}{grouped}{places}"


def _day(days: int) -> str:
    return date.fromordinal(_EPOCH_DAY + days).isoformat()


def _instant(microseconds: int) -> str:
    written = (_EPOCH + timedelta(microseconds=microseconds)).replace(tzinfo=None).isoformat()
    return (written.rstrip("0") if "." in written else written) + "Z"


def _duration(node: syntax.Duration) -> str:
    return f"{decimal(node.count * 1_000_000)} {node.unit}{'' if node.count == 1 else 's'}"


def _length(node: syntax.Length) -> str:
    return reference(node) if isinstance(node, syntax.Path) else _duration(node)


def value(node: syntax.Value | syntax.Pattern) -> Doc:
    """A value or a pattern."""
    match node:
        case syntax.Text():
            return Quoted(quoted(node.value))
        case syntax.Number():
            return decimal(node.value)
        case syntax.Percent():
            return f"{decimal(node.value)}%"
        case syntax.Date():
            return _day(node.value)
        case syntax.Time():
            return _instant(node.value)
        case syntax.Duration():
            return _duration(node)
        case syntax.YesNo():
            return "yes" if node.value else "no"
        case syntax.Pattern():
            return f"/{node.source}/{node.flags}"
        case syntax.Path():
            return ".".join(node.parts)
    assert_never(node)


def reference(node: syntax.FieldRef) -> str:
    """A field."""
    if isinstance(node, syntax.PathAsOf):
        return f"{reference(node.path)} as of {_day(node.date)}"
    return ".".join(node.parts)


def marked(node: syntax.Node, doc: Doc) -> Doc:
    """A piece at whose beginning comments may stand."""
    return [Mark(node.span.start), doc]


def row(nodes: Sequence[syntax.Node], docs: Iterable[Doc]) -> list[Doc]:
    """Pieces divided by commas."""
    last = len(nodes) - 1
    pairs = zip(nodes, docs, strict=True)
    return [marked(node, doc if index == last else [doc, ","]) for index, (node, doc) in enumerate(pairs)]


# ── Conditions ────────────────────────────────────────────────────────────────────────────────────────────────────


def condition(node: syntax.Condition, hang: int = 0) -> Doc:
    """A condition; where broken, its `and`s and `or`s end ``hang`` characters after the indentation."""
    match node:
        case syntax.Either():
            return _joined("or", node.operands, hang)
        case syntax.Both():
            return _joined("and", node.operands, hang)
        case syntax.Negation():
            return ["not ", _operand(node.operand)]
        case _:
            return _test(node)


def _joined(word: str, operands: Sequence[syntax.Condition], hang: int) -> Doc:
    first, *others = operands
    rest = [[LINE, marked(operand, [f"{word} ", _operand(operand)])] for operand in others]
    return Group([_operand(first), Nest(max(0, hang - len(word) - 1), rest)])


def _operand(node: syntax.Condition) -> Doc:
    if isinstance(node, syntax.Either | syntax.Both):
        return ["(", Align(condition(node)), ")"]
    return condition(node)


_Test = (
    syntax.Truth
    | syntax.Equal
    | syntax.Ordered
    | syntax.IsIn
    | syntax.IsMissing
    | syntax.Elapsed
    | syntax.Contains
    | syntax.Matches
    | syntax.Resembles
    | syntax.Appears
    | syntax.Judged
)


def _test(node: _Test) -> Doc:
    match node:
        case syntax.Truth():
            return reference(node.of)
        case syntax.Equal():
            return [f"{reference(node.left)} is {_not(node.negated)}", value(node.right)]
        case syntax.Ordered():
            return [f"{reference(node.left)} {node.order} ", value(node.right)]
        case syntax.IsIn():
            return f"{reference(node.left)} is {_not(node.negated)}in {node.list.text}"
        case syntax.IsMissing():
            return f"{reference(node.left)} is {_not(node.negated)}missing"
        case syntax.Elapsed():
            left = f"{reference(node.left)} is " if node.left is not None else ""
            return f"{left}within {_length(node.within)} after {reference(node.after)}"
        case syntax.Contains():
            return [f"{reference(node.left)} contains ", _any_of(node.values)]
        case syntax.Matches():
            return [f"{reference(node.left)} matches ", _any_of(node.patterns)]
        case syntax.Resembles():
            return [f"{reference(node.left)} resembles ", _any_of(node.texts)]
        case syntax.Appears():
            return [f"{reference(node.left)} appears in samples ", value(node.samples), _chance(node)]
        case syntax.Judged():
            return ["judged ", value(node.question)]
    assert_never(node)


def _not(negated: bool) -> str:
    return "not " if negated else ""


def _any_of(values: Sequence[syntax.Value | syntax.Pattern]) -> Doc:
    if len(values) == 1:
        return value(values[0])
    return ["any of ", Nest(8, Fill(tuple(row(values, map(value, values)))))]


def _chance(node: syntax.Appears) -> Doc:
    if node.chance is None:
        return ""
    part, whole = node.chance
    return f" allowing chance of {decimal(part.value)} in {decimal(whole.value)}"


# ── Events and measures ───────────────────────────────────────────────────────────────────────────────────────────


def where(node: syntax.Condition, keyword: str = "where") -> Doc:
    """A condition after its keyword."""
    return marked(node, [f"{keyword} ", condition(node, len(keyword) + 1)])


def events(node: syntax.Events) -> list[Doc]:
    """Events; may be broken before `followed` and `where`."""
    match node:
        case syntax.Selection():
            condition_lines = [LINE, where(node.where)] if node.where is not None else []
            return [_kind(node), *condition_lines]
        case syntax.Sequence():
            then = [f"followed within {_length(node.within)} by ", *events(node.then)]
            return [*events(node.first), LINE, marked(node.within, then)]
    assert_never(node)


def _kind(node: syntax.Selection) -> str:
    kind = f"breach of {reference(node.kind.clause)}" if isinstance(node.kind, syntax.BreachOf) else node.kind.text
    return " ".join([kind, *(f"with {link.relation} {reference(link.of)}" for link in node.links)])


def quantity(node: syntax.Quantity) -> list[Doc]:
    """What is counted."""
    match node:
        case syntax.Different():
            return [f"different {reference(node.of)} in ", *events(node.events)]
        case syntax.Total():
            return [f"total {reference(node.of)} in ", *events(node.events)]
        case syntax.Selection() | syntax.Sequence():
            return events(node)
    assert_never(node)


def bounded(node: syntax.Any | syntax.Counted | syntax.ShareBeing | syntax.ShareSharing) -> list[Doc]:
    """A bound and what it bounds."""
    match node:
        case syntax.Any():
            return ["any ", *events(node.events)]
        case syntax.Counted():
            part = f" of {reference(node.part_of)}" if node.part_of is not None else ""
            return [f"{node.comparator} ", value(node.amount), f"{part} ", *quantity(node.quantity)]
        case syntax.ShareBeing():
            whole = [f"{node.comparator} ", value(node.amount), " of ", *events(node.whole)]
            return [*whole, LINE, marked(node.part, ["being ", *events(node.part)])]
        case syntax.ShareSharing():
            whole = [f"{node.comparator} ", value(node.amount), " of ", *events(node.whole)]
            return [*whole, LINE, marked(node.of, f"sharing one {reference(node.of)}")]
    assert_never(node)


def window(node: syntax.Window) -> Doc:
    """A window, with the blank or new line before it."""
    match node:
        case syntax.Sliding():
            return [LINE, marked(node, f"within {_length(node.within)}")]
        case syntax.After():
            return [LINE, marked(node, [f"within {_length(node.within)} after ", *events(node.events)])]
        case syntax.Before():
            return [LINE, marked(node, [f"within {_length(node.within)} before ", *events(node.events)])]
        case syntax.PerCalendar():
            return [LINE, marked(node, f"per calendar {node.unit}")]
    assert_never(node)


def measure(keyword: str, node: syntax.Measure) -> Doc:
    """A measure after its keyword, in lines deeper than the keyword."""
    lines = [f"{keyword} ", *bounded(node.bounded), *([window(node.window)] if node.window is not None else [])]
    return Group(Nest(4, lines))
