"""The span processor, with spans as OpenTelemetry's SDK hands them over."""

from types import SimpleNamespace
from typing import Any

from plainterms.engine.adapters.otel import TermsSpanProcessor, event_of
from plainterms.engine.stream.monitor import Monitor
from tests.stream.terms import TOKENS, planned

START = 1_780_315_200_000_000_000


def span(number: int, status: str = "UNSET", **attributes: Any) -> Any:
    """What `on_end` is given."""
    known = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "m", "user.id": "ann", **attributes}
    return SimpleNamespace(
        context=SimpleNamespace(trace_id=7, span_id=number),
        resource=SimpleNamespace(attributes={"organization.id": "org-1"}),
        attributes=known,
        start_time=START + number * 1_000_000_000,
        end_time=START + number * 1_000_000_000 + 1_500_000,
        status=SimpleNamespace(status_code=SimpleNamespace(name=status)),
    )


def test_a_span_is_an_event() -> None:
    event = event_of(span(255, "ERROR", **{"plainterms.country": "DE", "gen_ai.request.temperature": 0.1 + 0.2}))
    assert event.pop("time").timestamp() == START / 1e9 + 255  # type: ignore[attr-defined]
    assert event == {
        "id": "00000000000000000000000000000007:00000000000000ff",
        "session": "00000000000000000000000000000007",
        "account": "ann",
        "organisation": "org-1",
        "user": "ann",
        "model": "m",
        "operation": "chat",
        "temperature": 0.3,
        "duration": 0.0015,
        "status": "failure",
        "country": "DE",
    }


def test_calls_are_recorded_and_other_spans_are_not() -> None:
    processor = TermsSpanProcessor(Monitor(planned(TOKENS)))
    for number in range(4):
        one = span(number, **{"gen_ai.usage.output_tokens": 30})
        processor.on_start(one)
        processor.on_end(one)
    processor.on_end(span(9, **{"gen_ai.operation.name": "invoke_agent"}))
    assert processor.force_flush()
    processor.shutdown()
    assert processor.monitor.received["taken"] == 4
    (finding,) = processor.monitor.close()
    assert finding.opening.values[0].low == 120_000_000


def test_a_span_that_cannot_be_judged_is_told() -> None:
    told: list[str] = []
    processor = TermsSpanProcessor(Monitor(planned(TOKENS)), lambda _span, reason: told.append(reason))
    processor.on_end(span(0, **{"user.id": 7}))
    assert told == ["wrong type: `account` must be text, not a number"]
    assert processor.rejections == 1
