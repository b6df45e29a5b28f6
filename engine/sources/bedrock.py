"""Understands Amazon Bedrock's model invocation log, version 1.0."""

from collections.abc import Iterator, Mapping

from plainterms.engine.sources import messages
from plainterms.engine.sources.errors import shown
from plainterms.engine.sources.foreign import Event, Fault, Outcome, compact, extras, given
from plainterms.engine.sources.messages import at, parsed
from plainterms.policy.schema import BEDROCK, Field

OPERATIONS = {
    "InvokeModel": "chat",
    "InvokeModelWithResponseStream": "chat",
    "Converse": "chat",
    "ConverseStream": "chat",
}
STREAMS = ("InvokeModelWithResponseStream", "ConverseStream")


def meaning(row: Mapping[str, object], fields: Mapping[str, Field]) -> Iterator[Outcome]:
    """The request that a log entry stands for."""
    fault = _fault(row)
    if fault is not None:
        yield Fault(fault)
        return
    yield Event(compact({**extras(row.get("requestMetadata"), fields, BEDROCK), **_facts(row), **_texts(row)}))


def _fault(row: Mapping[str, object]) -> str | None:
    """Why the entry is not of the log that is understood here, or None if it is."""
    if row.get("schemaType") != "ModelInvocationLog":
        return "not a Bedrock invocation: `schemaType` is not `ModelInvocationLog`"
    version = row.get("schemaVersion") or "1.0"
    if str(version).partition(".")[0] != "1":
        return f"unknown version: `schemaVersion` is {shown(version)}, known is 1.x"
    for name in ("identity", "input", "output"):
        if not isinstance(row.get(name), dict | None):
            return f"wrong type: `{name}` must be an object, not {shown(row[name])}"
    return None


def _facts(row: Mapping[str, object]) -> dict[str, object]:
    error = given(row.get("errorCode"))
    operation = given(row.get("operation"))
    model = given(row.get("modelId"))
    return {
        "id": given(row.get("requestId")),
        "time": given(row.get("timestamp")),
        "account": given(row.get("accountId")),
        "user": given(at(row, "identity", "arn")),
        "region": given(row.get("inferenceRegion")) or given(row.get("region")),
        "model": model,
        "provider": "aws.bedrock",
        "operation": "embeddings" if "embed" in str(model) else _operation(operation),
        "streamed": operation in STREAMS if isinstance(operation, str) else None,
        "input_tokens": at(row, "input", "inputTokenCount"),
        "output_tokens": at(row, "output", "outputTokenCount"),
        "cached_tokens": at(row, "input", "cacheReadInputTokenCount"),
        "status": "failure" if error else "success",
        "error": error,
    }


def _operation(name: object) -> object:
    return OPERATIONS.get(name, name) if isinstance(name, str) else name


def _texts(row: Mapping[str, object]) -> dict[str, object]:
    body = parsed(at(row, "input", "inputBodyJson"))
    output = parsed(at(row, "output", "outputBodyJson"))
    return {
        **messages.request(body),
        **{name: value for name, value in messages.settings(body).items() if name != "streamed"},
        "output": messages.answer(output) if output else None,
    }
