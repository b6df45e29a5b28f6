"""Reads our own format: one JSON object a line, with our field names."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from plainterms.engine.sources.errors import nearest, shown
from plainterms.engine.sources.intake import Intake
from plainterms.engine.sources.records import Records
from plainterms.policy.schema import Type

REQUEST = "request"
DECIMAL = frozenset({Type.NUMBER, Type.PERCENT, Type.DURATION})
FINE = r"[0-9]\.[0-9]{7}|[0-9]{10}\.[0-9]|[0-9][eE][+-]?[0-9]+\s*[,}]"
"""How a number looks, among other things, that a double may not hold exactly."""

_END_OF_KEY = re.compile(rb'[^\\]"[ \t\r]*:')


def settled(lots: Iterator[Records], intake: Intake) -> Iterator[pa.RecordBatch]:
    """Canonical batches of objects in our own format; ``kind`` is ``request`` where it is left out."""
    for records in lots:
        bad = _unknown(records.objects, intake) | _too_fine(records, intake) | repeated(records)
        for row in sorted(bad):
            intake.reject(records.lines[row], bad[row], records.raws[row])
        good = records.without(bad) if bad else records
        if not good.lines:
            continue
        lot = good.lot(intake)
        kinds = [_kind(entry) for entry in good.objects]
        batch = intake.settle(replace(lot, columns={**lot.columns, "kind": kinds}))
        if batch is not None:
            yield batch


def _unknown(objects: Sequence[dict[str, object]], intake: Intake) -> dict[int, str]:
    """Why each record that has an unknown kind or field is bad; records of one shape are looked at once."""
    shapes: dict[tuple[object, ...], str | None] = {}
    bad: dict[int, str] = {}
    for row, entry in enumerate(objects):
        kind = _kind(entry)
        shape = (kind if type(kind) is str else None, *entry)
        if shape not in shapes:
            shapes[shape] = fault(kind, entry, intake)
        reason = shapes[shape]
        if reason is not None:
            bad[row] = reason
    return bad


def _kind(entry: dict[str, object]) -> object:
    kind = entry.get("kind")
    return REQUEST if kind is None else kind


def fault(kind: object, names: Iterable[str], intake: Intake) -> str | None:
    """Why no event of this kind can have fields of these names, or None if it can."""
    if not isinstance(kind, str):
        return f"wrong type: `kind` must be text, not {shown(kind)}"
    known = intake.known.get(kind)
    if known is None:
        return f"unknown kind: {shown(kind)}{nearest(kind, intake.known)}"
    for name in names:
        if name not in known:
            if name in intake.fields:
                return f"unknown field: `{kind}` events have no `{name}`"
            return f"unknown field: {shown(name)}{nearest(name, known)}"
    return None


def repeated(records: Records) -> dict[int, str]:
    """Why each record that has a field twice is bad. The usual record is cleared without being parsed again."""
    raws = pa.array(records.raws, pa.large_binary())
    ends = pc.count_substring(raws, '":').to_numpy(zero_copy_only=False)
    spaced = pc.match_substring_regex(raws, r'"[ \t\r]').to_numpy(zero_copy_only=False)
    bad: dict[int, str] = {}
    for row, entry in enumerate(records.objects):
        if (ends[row] != len(entry) or spaced[row]) and (reason := _twice(records.raws[row], len(entry))):
            bad[row] = reason
    return bad


def _twice(raw: bytes, fields: int) -> str | None:
    if len(_END_OF_KEY.findall(raw)) == fields:
        return None
    try:
        pairs = json.loads(raw, object_pairs_hook=lambda found: found)
    except RecursionError:
        return "nested too deeply: a field holds lists or objects inside each other"
    names = [name for name, _ in pairs]
    double = [name for name in names if names.count(name) > 1]
    return f"repeated field: {shown(double[0])} stands twice in the object" if double else None


def _too_fine(records: Records, intake: Intake) -> dict[int, str]:
    """Why each record is bad that has a number of more digits than the decoder keeps."""
    names = [name for name in set().union(*records.objects) if intake.wants(name) and _decimal(name, intake)]
    if not any(type(entry.get(name)) is float for name in names for entry in records.objects):
        return {}
    raws = pa.array(records.raws, pa.large_binary())
    bad: dict[int, str] = {}
    for row in pc.indices_nonzero(pc.match_substring_regex(raws, FINE)).to_pylist():
        exact = json.loads(records.raws[row], parse_float=Decimal)
        for name in sorted(names):
            if isinstance(value := exact.get(name), Decimal) and value != Decimal(repr(float(value))):
                bad[row] = f"not exact: `{name}` is {shown(value)}, as text it could have up to six decimals"
    return bad


def _decimal(name: str, intake: Intake) -> bool:
    entry = intake.fields.get(name)
    return entry is not None and entry.type in DECIMAL
