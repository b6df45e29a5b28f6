"""Events at hand as canonical batches, for evaluators that read batches."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from plainterms.engine.events import Event
from plainterms.engine.needs import appearance_columns, event_columns
from plainterms.engine.plan import Plan
from plainterms.engine.sources.columns import ARROW


def columns_of(plan: Plan) -> dict[str, pa.DataType]:
    """The columns that a plan needs beside those that every event has, with their types."""
    known = plan.schema.event_fields()
    wanted = sorted(event_columns(plan) & set(known) - {"id", "time", "kind"})
    asked = sorted(appearance_columns(plan))
    return {**{name: ARROW[known[name].type] for name in wanted}, **dict.fromkeys(asked, pa.bool_())}


def batch_of(events: Sequence[Event], types: Mapping[str, pa.DataType], start: int = 0) -> pa.RecordBatch:
    """One batch of lines ``start + 1`` on; a field that no event has is no column."""
    cells = {name: [one.fields.get(name) for one in events] for name in types}
    known = {name: found for name, found in cells.items() if any(one is not None for one in found)}
    columns = {
        "id": pa.array([one.id for one in events], pa.string()),
        "time": pa.array([one.time for one in events], pa.int64()),
        "kind": pa.array([one.kind for one in events], pa.string()),
        **{name: pa.array(found, types[name]) for name, found in known.items()},
        "source": pa.array([0] * len(events), pa.int32()),
        "line": pa.array(range(start + 1, start + 1 + len(events)), pa.int64()),
    }
    return pa.RecordBatch.from_pydict(columns)
