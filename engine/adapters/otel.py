"""An OpenTelemetry span processor that records calls to models; it decides nothing, for a span ends after the answer.

It has the methods that OpenTelemetry's SDK asks of a `SpanProcessor`, and imports nothing of it. Attributes are read
as the audit reads exported spans.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from plainterms.engine.sources.otel import CALLS, NAMES, NUMBERS, OWN
from plainterms.engine.sources.otel_texts import texts
from plainterms.engine.stream.intake import EventError
from plainterms.engine.stream.monitor import Monitor

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Rejected = Callable[[Any, str], object]


class TermsSpanProcessor:
    """Records each span of a call to a model when it ends.

    Monitors wait for late events (`Limits.lateness`), so that must be longer than the longest call. ``rejected`` is
    told of spans that cannot be judged, with the reason; they are counted in any case.
    """

    def __init__(self, monitor: Monitor, rejected: Rejected = lambda _span, _reason: None) -> None:
        self.monitor = monitor
        self.rejected = rejected
        self.rejections = 0

    def on_start(self, span: Any, parent_context: Any = None) -> None:
        """Nothing is known yet."""

    def on_end(self, span: Any) -> None:
        """Record a call."""
        if (span.attributes or {}).get("gen_ai.operation.name") not in CALLS:
            return
        try:
            self.monitor.record(event_of(span))
        except EventError as error:
            self.rejections += 1
            self.rejected(span, str(error))

    def shutdown(self) -> None:
        """The monitor stays open, as findings are still to be collected."""

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Nothing waits here."""
        del timeout_millis
        return True


def event_of(span: Any) -> dict[str, object]:
    """The event of a finished span."""
    attributes: Mapping[str, object] = {**span.resource.attributes, **(span.attributes or {})}
    found = {name: _first(attributes, keys) for name, keys in {**NAMES, **NUMBERS}.items()}
    own = {name.removeprefix(OWN): value for name, value in attributes.items() if name.startswith(OWN)}
    trace = f"{span.context.trace_id:032x}"
    failed = span.status.status_code.name == "ERROR"
    return {
        "id": f"{trace}:{span.context.span_id:016x}",
        "session": trace,
        "time": EPOCH + timedelta(microseconds=span.start_time // 1_000),
        **{name: _rounded(value) for name, value in found.items() if value is not None},
        "duration": (span.end_time - span.start_time) // 1_000 / 1e6,
        "status": "failure" if failed or "error.type" in attributes else "success",
        **texts(dict(attributes), None),
        **own,
    }


def _first(attributes: Mapping[str, object], keys: tuple[str, ...]) -> object:
    return next((attributes[key] for key in keys if attributes.get(key) is not None), None)


def _rounded(value: object) -> object:
    return round(value, 6) if isinstance(value, float) else value
