"""The log of decisions: one line of JSON each, in which texts are told by their length and digest only."""

import hashlib
from collections.abc import Mapping

import orjson

from plainterms.engine.events import Event, EventValue
from plainterms.engine.findings import rfc3339, value_text
from plainterms.engine.stream.decisions import Decision
from plainterms.policy.schema import Field

TEXTS = frozenset({"prompt", "conversation", "system_prompt", "output"})
"""What persons wrote, or models to them."""


def line(event: Event, decision: Decision, fields: Mapping[str, Field], unmasked: bool) -> bytes:
    """A decision as one line, its end included."""
    known = event.fields.items()
    shown = {name: _shown(name, value, fields[name], unmasked) for name, value in known if name in fields}
    return orjson.dumps(
        {
            "time": rfc3339(event.time),
            "event": event.id,
            "kind": event.kind,
            "fields": dict(sorted(shown.items())),
            "action": decision.action,
            "shadowed": decision.shadowed,
            "judgements": [one.as_dict() for one in decision.judgements],
        },
        option=orjson.OPT_APPEND_NEWLINE,
    )


def _shown(name: str, value: EventValue, field: Field, unmasked: bool) -> object:
    if name in TEXTS and isinstance(value, str) and not unmasked:
        return {"length": len(value), "sha256": hashlib.sha256(value.encode()).hexdigest()}
    return value_text(value, field.type)
