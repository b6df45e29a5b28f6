"""One finding of an audit, looked at again: the audit is run once more, and the finding's own events are read."""

from collections.abc import Iterator
from contextlib import ExitStack

import pyarrow as pa
import pyarrow.compute as pc

from plainterms.engine.audit import Evaluated, Inputs, evaluated, opened
from plainterms.engine.events import Event
from plainterms.engine.explain import Explanation, concerns, explain
from plainterms.engine.findings import Finding
from plainterms.engine.log import gather
from plainterms.engine.needs import event_columns
from plainterms.engine.registers import RegisterTable
from plainterms.engine.unchanged import Kept, require_files, require_unchanged
from plainterms.policy.errors import PlainTermsError
from plainterms.policy.meaning import EachSubject, EventField, GroupSubject
from plainterms.policy.schema import Schema, Type


class UnknownFindingError(PlainTermsError):
    """No finding, or more than one, has an id that begins so."""


def reexamine(kept: Kept, start_of_id: str, shown: int) -> tuple[Explanation, Schema]:
    """The explanation of the finding whose id begins so, with up to ``shown`` events of each measure.

    Raises UnknownFindingError, ChangedError where an input is not what the audit read, and what `audit` raises.
    """
    require_files(kept.request)
    with ExitStack() as stack:
        inputs, registers = opened(kept.request, stack)
        require_unchanged(kept, inputs)
        found = evaluated(inputs, registers)
        finding = _named(found, start_of_id)
        sources = _sources(finding, found)
        events = list(_events(inputs, finding, sources, registers))
        explanation = explain(finding, events, registers, kept.request.period, sources=sources, shown=shown)
        return explanation, inputs.plan.schema


def _named(found: Evaluated, start_of_id: str) -> Finding:
    fitting = [finding for finding in found.result.findings if finding.id.startswith(start_of_id)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise UnknownFindingError(
            f"{len(fitting)} findings have an id that begins with `{start_of_id}`; give more of it"
        )
    raise UnknownFindingError(
        f"no finding of this audit has an id that begins with `{start_of_id}`; the ids stand in findings.jsonl"
    )


def _sources(finding: Finding, found: Evaluated) -> list[Finding]:
    """The findings whose openings the clause counts as events."""
    asked = finding.clause.sources
    return [one for one in found.result.findings if one.clause.key in asked and one.verdict != "pending"]


def _events(
    inputs: Inputs, finding: Finding, sources: list[Finding], registers: dict[str, RegisterTable]
) -> Iterator[Event]:
    anchors = {one.opening.event for one in sources}
    batches = (_likely(batch, finding, anchors) for batch in inputs.batches_again(event_columns(inputs.plan)))
    for event in gather(batches, lambda _identifier, _places: None).events:
        if event.id in anchors or concerns(finding, event, registers):
            yield event


def _likely(batch: pa.RecordBatch, finding: Finding, anchors: set[str]) -> pa.RecordBatch:
    """The rows that may concern the finding: all, unless its subject is a text field of the event."""
    match finding.clause.subject:
        case EachSubject(field=EventField(name=name, type=Type.TEXT)):
            names = [finding.subject.name]
        case GroupSubject(entity=EventField(name=name)):
            names = list(finding.subject.members)
        case _:
            return batch
    if name not in batch.schema.names:
        return batch.slice(0, 0)
    theirs = pc.is_in(batch[name], pa.array(names, pa.string()))
    opening = pc.is_in(batch["id"], pa.array(sorted(anchors), pa.string()))
    return batch.filter(pc.or_(theirs, opening))
