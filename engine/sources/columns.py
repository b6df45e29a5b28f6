"""Turns a whole column into canonical form at once; only a column with an unusual value is gone through by value.

Both ways give the same result, so what else is in a batch never changes what a value means.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import NoneType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from plainterms.engine.sources.values import EARLIEST, EXPECTED, LATEST, YES_NO, BadValueError, convert
from plainterms.policy.schema import MILLION, Field, Type

ARROW: Mapping[Type, pa.DataType] = {
    Type.TEXT: pa.string(),
    Type.NUMBER: pa.int64(),
    Type.PERCENT: pa.int64(),
    Type.YES_NO: pa.bool_(),
    Type.TIME: pa.int64(),
    Type.DATE: pa.int32(),
    Type.DURATION: pa.int64(),
    Type.LIST: pa.list_(pa.string()),
}
"""The Arrow type of each field type in a canonical batch."""

_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
_OFFSET = "(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
PLAIN_TIME = f"^{_DAY}[T ]{_CLOCK}{_OFFSET}$"
PLAIN_DATE = f"^{_DAY}$"
PLAIN_NUMBER = r"^-?[0-9]{1,9}(\.[0-9]{1,6})?$"
UTC_MICROS = pa.timestamp("us", "UTC")


@dataclass(frozen=True)
class Column:
    """A canonical array, and the reason for each row that could not be converted (its value is null)."""

    array: pa.Array
    bad: Mapping[int, str] = field(default_factory=dict)


def column(values: Sequence[object] | pa.Array, entry: Field, foreign: bool = False) -> Column:
    """The values of one field, in canonical form; ``foreign`` as in `convert`."""
    array = _decoded(values, entry) if isinstance(values, pa.Array) else _arrow(values, entry)
    done = None if array is None else _at_once(array, entry, foreign)
    if done is not None:
        return Column(done)
    if array is None or not isinstance(values, pa.Array):
        return _one_by_one(values, entry, foreign)
    if pa.types.is_temporal(array.type):
        return _temporal(array, entry)
    return _one_by_one(_listed(array), entry, foreign)


def _at_once(array: pa.Array, entry: Field, foreign: bool) -> pa.Array | None:
    """The canonical array if all values are plainly good."""
    if pa.types.is_null(array.type):
        return pa.nulls(len(array), ARROW[entry.type])
    try:
        done = _WAYS[entry.type](array, foreign)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    return done if done is not None and _in_range(done, entry) else None


def _arrow(values: Sequence[object], entry: Field) -> pa.Array | None:
    """Values of one type as an array; None for others, which an array would make alike."""
    kinds = set(map(type, values)) - {NoneType}
    if len(kinds) > 1 and kinds != {int, float}:
        return None
    if (kinds == {list}) != (entry.type is Type.LIST) and kinds:
        return None
    try:
        return pa.array(values, pa.string() if kinds == {str} else None)
    except (pa.ArrowException, OverflowError, ValueError, TypeError):
        return None


def _decoded(array: pa.Array, entry: Field) -> pa.Array:
    """Without dictionary, unless that of a text, and with texts in their usual type."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        if entry.type is Type.TEXT and pa.types.is_string(kind.value_type) and not array.dictionary.null_count:
            return array
        return _decoded(array.dictionary_decode(), entry)
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return array.cast(pa.string())
    return array


def _listed(array: pa.Array) -> list[object]:
    try:
        return list(array.to_pylist())
    except UnicodeDecodeError:
        return [_readable(value) for value in array]


def _readable(value: pa.Scalar) -> object:
    try:
        return value.as_py()
    except UnicodeDecodeError:
        return b"not UTF-8"


def _one_by_one(values: Sequence[object], entry: Field, foreign: bool) -> Column:
    done: list[object] = [None] * len(values)
    bad: dict[int, str] = {}
    for row, value in enumerate(values):
        if value is None:
            continue
        try:
            done[row] = convert(value, entry, foreign)
        except BadValueError as error:
            bad[row] = str(error)
    return Column(pa.array(done, ARROW[entry.type]), bad)


def _temporal(array: pa.Array, entry: Field) -> Column:
    """Rows of a column of times or dates that is not plainly good for its field."""
    kind = array.type
    if entry.type is Type.TIME and pa.types.is_timestamp(kind):
        zone = "" if kind.tz is None else "Z"
        texts = array.cast(pa.timestamp(kind.unit)).cast(pa.string()).to_pylist()
        return _one_by_one([None if text is None else text + zone for text in texts], entry, False)
    reason = f"wrong type: `{entry.name}` must be {EXPECTED[entry.type]}, not {kind}"
    rows = np.flatnonzero(array.is_valid().to_numpy(zero_copy_only=False))
    return Column(pa.nulls(len(array), ARROW[entry.type]), dict.fromkeys(rows.tolist(), reason))


def _in_range(array: pa.Array, entry: Field) -> bool:
    if entry.type is Type.TIME:
        least, greatest = EARLIEST, LATEST - 1
    elif entry.type is Type.DURATION:
        least, greatest = 0, 2**63 - 1
    elif entry.type in (Type.NUMBER, Type.PERCENT) and (entry.least, entry.greatest) != (None, None):
        least = -(2**63) if entry.least is None else entry.least
        greatest = 2**63 - 1 if entry.greatest is None else entry.greatest
    else:
        return True
    ends = pc.min_max(array)
    low, high = ends["min"].as_py(), ends["max"].as_py()
    return low is None or (low >= least and high <= greatest)


def _texts(array: pa.Array, foreign: bool) -> pa.Array | None:  # noqa: ARG001
    coded = pa.types.is_dictionary(array.type)
    if not pa.types.is_string(array.type.value_type if coded else array.type):
        return None
    array.validate(full=True)
    return array


def _numbers(array: pa.Array, foreign: bool) -> pa.Array | None:
    kind = array.type
    if pa.types.is_integer(kind):
        return pc.multiply_checked(array.cast(pa.int64()), pa.scalar(MILLION, pa.int64()))
    if pa.types.is_floating(kind) and kind != pa.float16():
        return _scaled(array.cast(pa.float64()), exact=not foreign)
    if pa.types.is_string(kind) and _all_match(array, PLAIN_NUMBER):
        return _scaled(array.cast(pa.float64()), exact=False)
    return None


def _scaled(array: pa.Array, exact: bool) -> pa.Array | None:
    """Millionths of doubles; below 1e9 a double is that of a six-place decimal iff division gives it back."""
    values = array.fill_null(0.0).to_numpy(zero_copy_only=False)
    if not np.all(np.abs(values) < 1e9):
        return None
    scaled = np.rint(values * 1e6)
    if exact and not np.array_equal(scaled / 1e6, values):
        return None
    mask = array.is_null().to_numpy(zero_copy_only=False) if array.null_count else None
    return pa.array(scaled.astype(np.int64), mask=mask)


def _yes_no(array: pa.Array, foreign: bool) -> pa.Array | None:  # noqa: ARG001
    if pa.types.is_string(array.type):
        words = array.dictionary_encode()
        known = [None if word is None else YES_NO.get(word.lower()) for word in words.dictionary.to_pylist()]
        return None if None in known else pa.array(known, pa.bool_()).take(words.indices)
    return array if pa.types.is_boolean(array.type) else None


def _times(array: pa.Array, foreign: bool) -> pa.Array | None:
    kind = array.type
    if pa.types.is_string(kind) and _all_match(array, PLAIN_TIME):
        return array.cast(UTC_MICROS).cast(pa.int64())
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        return _floored(array, kind.unit).cast(pa.int64())
    return array.cast(pa.int64()) if foreign and pa.types.is_integer(kind) else None


def _floored(array: pa.Array, unit: str) -> pa.Array:
    """Microseconds; nanoseconds are cut off."""
    if unit == "ns":
        array = pc.floor_temporal(array, unit="microsecond")
    return array.cast(pa.timestamp("us", array.type.tz))


def _dates(array: pa.Array, foreign: bool) -> pa.Array | None:  # noqa: ARG001
    if pa.types.is_date32(array.type):
        return array.cast(pa.int32())
    if pa.types.is_string(array.type) and _all_match(array, PLAIN_DATE):
        return array.cast(pa.date32()).cast(pa.int32())
    return None


def _durations(array: pa.Array, foreign: bool) -> pa.Array | None:
    if pa.types.is_duration(array.type):
        return array.cast(pa.duration("us")).cast(pa.int64())
    if foreign:
        return array.cast(pa.int64()) if pa.types.is_integer(array.type) else None
    return _numbers(array, foreign)


def _lists(array: pa.Array, foreign: bool) -> pa.Array | None:  # noqa: ARG001
    kind = array.type
    if not (pa.types.is_list(kind) or pa.types.is_large_list(kind)):
        return None
    if not (pa.types.is_string(kind.value_type) or pa.types.is_large_string(kind.value_type)):
        return None
    done = array.cast(ARROW[Type.LIST])
    done.validate(full=True)
    return None if done.flatten().null_count else done


def _all_match(array: pa.Array, pattern: str) -> bool:
    return pc.all(pc.match_substring_regex(array, pattern), min_count=0).as_py() is not False


_WAYS: Mapping[Type, Callable[[pa.Array, bool], pa.Array | None]] = {
    Type.TEXT: _texts,
    Type.NUMBER: _numbers,
    Type.PERCENT: _numbers,
    Type.YES_NO: _yes_no,
    Type.TIME: _times,
    Type.DATE: _dates,
    Type.DURATION: _durations,
    Type.LIST: _lists,
}
