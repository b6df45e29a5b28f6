"""The derived parts of whole columns: what `engine.parts` says of one value."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from plainterms.engine.columnar.templates import template_column
from plainterms.engine.columnar.zones import DAY, HOUR, local_times
from plainterms.engine.parts import WEEKDAYS, domain
from plainterms.policy.meaning import PartField
from plainterms.policy.schema import MILLION

Ints = NDArray[np.int64]

THURSDAY = 3
"""1970-01-01 was one."""


def part_column(field: PartField, values: pa.Array) -> pa.Array:
    """The part of each value; missing where the value is, and where it has no such part."""
    match field.part:
        case "template":
            return template_column(values)
        case "length":
            return pc.multiply(pc.utf8_length(values).cast(pa.int64()), MILLION)
        case "domain":
            return _domains(values)
        case _:
            return _of_times(field, values)


def _of_times(field: PartField, values: pa.Array) -> pa.Array:
    gone = values.is_null().to_numpy(zero_copy_only=False) if values.null_count else None
    found = part_numbers(field, pc.fill_null(values, 0).to_numpy(zero_copy_only=False))
    match field.part:
        case "weekday":
            return pa.DictionaryArray.from_arrays(pa.array(found.astype(np.int32), mask=gone), pa.array(WEEKDAYS))
        case "date":
            return pa.array(found.astype(np.int32), mask=gone)
        case _:
            return pa.array(found, mask=gone)


def part_numbers(field: PartField, times: Ints) -> Ints:
    """The part of each time as a number; a weekday's is its place in `WEEKDAYS`."""
    local = local_times(times, field.timezone)
    match field.part:
        case "hour":
            return local // HOUR % 24 * MILLION
        case "date":
            return local // DAY
        case "weekday":
            return (local // DAY + THURSDAY) % len(WEEKDAYS)
        case _:
            raise ValueError(f"`{field.part}` is no part of a time")


def _domains(texts: pa.Array) -> pa.Array:
    found = pc.ascii_lower(pc.replace_substring_regex(texts, "(?s)^.*@", ""))
    absent = pc.or_(pc.invert(pc.match_substring(texts, "@")), pc.equal(pc.binary_length(found), 0))
    found = pc.if_else(absent, pa.scalar(None, found.type), found)
    foreign = pc.fill_null(pc.invert(pc.string_is_ascii(texts)), False)
    if not pc.any(foreign, min_count=0).as_py():
        return found
    own = pa.array([domain(text) for text in texts.filter(foreign).to_pylist()], found.type)
    return pc.replace_with_mask(found, foreign, own)
