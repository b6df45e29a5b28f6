"""Single conditions about columns of values: of which rows they are true, false or unknown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import assert_never

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from plainterms.engine.columnar.search import Search
from plainterms.engine.conditions import appearance
from plainterms.policy.meaning import (
    And,
    AppearsIn,
    BreachIn,
    Compare,
    Condition,
    Constant,
    ContainsAny,
    ElapsedWithin,
    EventField,
    Field,
    Follows,
    InList,
    IsTrue,
    KindIs,
    MatchesAny,
    Missing,
    Not,
    Or,
    ResemblesAny,
    Scalar,
    TimeIn,
)
from plainterms.policy.schema import Type

Bools = NDArray[np.bool_]
Read = Callable[[Field], pa.Array]
"""The column of a field's values, in its type's own form or dictionary-encoded."""

KIND = EventField("kind", Type.TEXT)
TIME = EventField("time", Type.TIME)
LEAST, MOST = -(2**63), 2**63 - 1

COMPARED = {
    "is": pc.equal,
    ">=": pc.greater_equal,
    "<=": pc.less_equal,
    ">": pc.greater,
    "<": pc.less,
}


@dataclass(frozen=True)
class Verdicts:
    """True where ``yes``, false where not ``possible``, else unknown; without ``possible`` all is known."""

    yes: Bools
    possible: Bools | None = None

    def take(self, rows: NDArray[np.integer]) -> "Verdicts":
        """The verdicts on some rows."""
        return Verdicts(self.yes.take(rows), None if self.possible is None else self.possible.take(rows))


def fields_read(leaf: Condition) -> tuple[Field, ...]:
    """The fields whose values decide a single condition."""
    match leaf:
        case KindIs():
            return (KIND,)
        case TimeIn():
            return (TIME,)
        case Compare():
            return (leaf.left,) if isinstance(leaf.right, Constant) else (leaf.left, leaf.right)
        case ElapsedWithin():
            return (leaf.field, leaf.after)
        case IsTrue() | InList() | ContainsAny() | MatchesAny() | Missing():
            return (leaf.field,)
        case AppearsIn():
            return (appearance(leaf),)
        case ResemblesAny():
            return () if leaf.by is None else (leaf.field,)
        case _:
            raise TypeError(f"not a single condition about one event: {leaf}")


def single(condition: Condition) -> tuple[Condition, ...]:
    """The single conditions of which a condition is made."""
    match condition:
        case And() | Or():
            return tuple(leaf for operand in condition.operands for leaf in single(operand))
        case Not():
            return single(condition.operand)
        case _:
            return (condition,)


def verdicts(leaf: Condition, read: Read, count: int) -> Verdicts:
    """What a single condition says of ``count`` rows. A dictionary-encoded column is judged value by value."""
    if not fields_read(leaf):
        return Verdicts(np.zeros(count, np.bool_), np.ones(count, np.bool_))
    columns = [read(field) for field in fields_read(leaf)]
    if len(columns) == 1 and pa.types.is_dictionary(columns[0].type):
        values, rows = with_missing(columns[0])
        return _judged(leaf, [values]).take(rows)
    return _judged(leaf, [plain(column) for column in columns])


def plain(column: pa.Array) -> pa.Array:
    """The column without dictionary."""
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def with_missing(column: pa.DictionaryArray) -> tuple[pa.Array, NDArray[np.integer]]:
    """The values of a dictionary and a missing one as the last, and which of them each row has."""
    values = pa.concat_arrays([column.dictionary, pa.nulls(1, column.dictionary.type)])
    rows = pc.fill_null(column.indices, len(column.dictionary)) if column.indices.null_count else column.indices
    return values, rows.to_numpy(zero_copy_only=False)


def _judged(leaf: Condition, columns: Sequence[pa.Array]) -> Verdicts:
    first = columns[0]
    match leaf:
        case KindIs():
            return decided(pc.is_in(first, pa.array(leaf.kinds, first.type)))
        case TimeIn():
            return Verdicts(_within(first.to_numpy(), leaf.start, leaf.end))
        case Missing():
            return decided(first.is_null())
        case IsTrue() | AppearsIn():
            return decided(first)
        case Compare():
            return _compared(leaf, columns)
        case InList():
            return _listed(leaf, first)
        case ElapsedWithin():
            return _elapsed(leaf.within, first, columns[1])
        case ContainsAny() | MatchesAny():
            if isinstance(leaf, ContainsAny) and pa.types.is_list(first.type):
                return _holding(leaf.values, first)
            return searched(first, Search([leaf]).among(first)[0])
        case ResemblesAny():
            return _resembling(leaf, first)
        case And() | Or() | Not() | Follows() | BreachIn():
            raise TypeError(f"not decided by columns: {leaf}")
        case _:
            assert_never(leaf)


def _resembling(leaf: ResemblesAny, column: pa.Array) -> Verdicts:
    assert leaf.by is not None
    there = column.drop_null().to_pylist()
    told = np.full(len(column), None, object)
    told[~gone(column)] = leaf.by.told(leaf.texts, there)
    return decided(pa.array(told, pa.bool_()))


def decided(truth: pa.Array) -> Verdicts:
    """Unknown where the truth is missing."""
    yes = pc.fill_null(truth, False).to_numpy(zero_copy_only=False)
    return Verdicts(yes, pc.fill_null(truth, True).to_numpy(zero_copy_only=False) if truth.null_count else None)


def searched(texts: pa.Array, found: Bools) -> Verdicts:
    """What was found in texts; unknown where there is no text."""
    return Verdicts(found, found | gone(texts) if texts.null_count else None)


def gone(column: pa.Array) -> Bools:
    """Where a column has no value."""
    found: Bools = column.is_null().to_numpy(zero_copy_only=False)
    return found


def _within(times: NDArray[np.int64], start: int | None, end: int | None) -> Bools:
    inside = np.ones(len(times), np.bool_)
    if start is not None:
        inside &= times >= min(start, MOST)
    if end is not None:
        inside &= times < min(end, MOST)
    return inside


def _compared(leaf: Compare, columns: Sequence[pa.Array]) -> Verdicts:
    left = columns[0]
    if not isinstance(leaf.right, Constant):
        return decided(COMPARED[leaf.relation](left, columns[1].cast(left.type)))
    if not _fits(leaf.right.value):
        return decided(pc.if_else(left.is_null(), None, _beyond(leaf.relation, leaf.right.value)))
    return decided(COMPARED[leaf.relation](left, _scalar(leaf.right.value, left.type)))


def _fits(value: Scalar) -> bool:
    return not isinstance(value, int) or LEAST <= value <= MOST


def _beyond(relation: str, value: Scalar) -> pa.Scalar:
    """How any 64-bit number compares to one that is greater, or less, than all of them."""
    assert isinstance(value, int)
    return pa.scalar(relation in ("<", "<=") if value > MOST else relation in (">", ">="))


def _scalar(value: Scalar, kind: pa.DataType) -> pa.Scalar:
    return pa.scalar(value, pa.int64() if pa.types.is_integer(kind) else kind)


def _listed(leaf: InList, column: pa.Array) -> Verdicts:
    kind = pa.int64() if pa.types.is_integer(column.type) else column.type
    values = pa.array([value for value in leaf.values if _fits(value)], kind)
    yes = pc.is_in(column.cast(kind), values).to_numpy(zero_copy_only=False)
    if leaf.open:
        return Verdicts(yes, np.ones(len(column), np.bool_))
    return Verdicts(yes, yes | gone(column) if column.null_count else None)


def _elapsed(within: int, column: pa.Array, after: pa.Array) -> Verdicts:
    since = pc.subtract(column, after)
    return decided(pc.and_(pc.greater(since, 0), pc.less_equal(since, _scalar(min(within, MOST), pa.int64()))))


def _holding(values: Sequence[str], lists: pa.Array) -> Verdicts:
    """Whether a list has one of the values as an item."""
    wanted = pc.is_in(lists.flatten(), pa.array(values, pa.string())).to_numpy(zero_copy_only=False)
    rows = pc.list_parent_indices(lists).to_numpy(zero_copy_only=False)
    yes = np.zeros(len(lists), np.bool_)
    yes[rows[wanted]] = True
    return Verdicts(yes, yes | gone(lists) if lists.null_count else None)
