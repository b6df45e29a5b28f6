"""Fields of events that are numbers, and the time's parts: their numbers, and their different values."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from plainterms.engine.columnar.codes import FREE, numbered
from plainterms.engine.columnar.kept import Kept
from plainterms.engine.columnar.leaves import TIME
from plainterms.engine.columnar.parts import part_numbers
from plainterms.engine.columnar.pieces import Figures
from plainterms.engine.columnar.values import Held
from plainterms.engine.columnar.wanted import bare
from plainterms.engine.columnar.zones import HOUR, hours
from plainterms.engine.parts import WEEKDAYS
from plainterms.engine.sources.columns import ARROW
from plainterms.policy.meaning import EventField, Field, PartField
from plainterms.policy.schema import Type

PORTION = 2**22
"""Rows at a time."""

DENSE = 4
"""From so many events an hour on, the parts of their times are told an hour at a time."""


@dataclass(frozen=True)
class Counted:
    """The number of each event's value, -1 where it is missing, and the values."""

    of: NDArray[np.int32]
    values: Held


def is_numeric(field: Field) -> bool:
    """Whether a field of events is kept as numbers."""
    if isinstance(field, PartField):
        return field.part == "length" or field.of.type is Type.TIME
    return field.type not in (Type.TEXT, Type.LIST, Type.YES_NO)


def numbers(kept: Kept, field: Field, rows: slice) -> Figures:
    """The numbers of some events."""
    stretches = _stretches(field, kept.moments()[rows])
    if stretches is not None:
        return Figures(np.repeat(*stretches), None)
    if isinstance(field, PartField) and field.of.type is Type.TIME:
        times = numbers(kept, field.of, rows)
        return Figures(part_numbers(field, times.of), times.present)
    base = bare(field) if isinstance(field, EventField) else field
    return Figures(kept.moments()[rows], None) if base == TIME else kept.numbers(base, rows)


def column(kept: Kept, field: Field, rows: slice) -> pa.Array:
    """The values of some events."""
    found = numbers(kept, field, rows)
    mask = None if found.present is None else ~found.present
    if field.type is Type.TEXT:
        return pa.array(WEEKDAYS).take(pa.array(found.of, mask=mask))
    return pa.array(found.of, pa.int64(), mask=mask).cast(ARROW[field.type])


def counted(kept: Kept, field: Field) -> Counted:
    """The different values of a field, in order."""
    stretches = _stretches(field, kept.moments())
    if stretches is not None:
        values, places = np.unique(stretches[0], return_inverse=True)
        return Counted(np.repeat(places.astype(np.int32, copy=False), stretches[1]), _held(field, values))
    portions = [_portion(found) for found in _portions(kept, field)]
    values = np.unique(np.concatenate([own for own, _ in portions])) if portions else np.empty(0, np.int64)
    renumbered = [np.append(np.searchsorted(values, own), FREE).astype(np.int32)[of] for own, of in portions]
    of = np.concatenate(renumbered) if portions else np.empty(0, np.int32)
    return Counted(of, _held(field, values))


def _held(field: Field, values: NDArray[np.int64]) -> Held:
    named = pa.array(WEEKDAYS).take(pa.array(values)) if field.type is Type.TEXT else pa.array(values)
    return Held(named.cast(ARROW[field.type]))


def _stretches(field: Field, times: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """Of a part of the events' time its numbers, one for each of the events' hours, and for how many events each.

    None: it is no such part, or the events are few.
    """
    if not isinstance(field, PartField) or field.of != TIME or len(times) == 0:
        return None
    if (int(times[-1]) - int(times[0])) * DENSE > len(times) * HOUR:
        return None
    begin = hours(times, field.timezone)
    return part_numbers(field, times.take(begin)), np.diff(np.append(begin, len(times)))


def _portions(kept: Kept, field: Field) -> Iterator[Figures]:
    for start in range(0, kept.rows, PORTION):
        yield numbers(kept, field, slice(start, min(start + PORTION, kept.rows)))


def _portion(found: Figures) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The different values, and which of them each event has; -1 where it is missing."""
    of, values = numbered(pa.array(found.of, mask=None if found.present is None else ~found.present))
    return values.to_numpy(), of
