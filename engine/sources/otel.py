"""Understands OpenTelemetry spans in OTLP's JSON encoding that follow the conventions for generative AI."""

from collections.abc import Iterator, Mapping

from plainterms.engine.sources import messages
from plainterms.engine.sources.attributes import decoded, integer
from plainterms.engine.sources.errors import shown
from plainterms.engine.sources.foreign import BadRecordError, Event, Fault, Outcome, Passed, compact, extras, given
from plainterms.engine.sources.messages import at
from plainterms.engine.sources.otel_texts import texts
from plainterms.policy.schema import Field

CALLS = ("chat", "generate_content", "text_completion", "embeddings")
"""Operations that are one call to a model; others, such as `invoke_agent`, have their calls as spans of their own."""

OWN = "plainterms."
"""An attribute `plainterms.country` sets our field `country`, where OpenTelemetry has no name for it."""

NAMES: Mapping[str, tuple[str, ...]] = {
    "account": ("account.id", "user.account_uuid", "user.id"),
    "organisation": ("organization.id", "organisation.id"),
    "project": ("project.id",),
    "api_key": ("api_key.id",),
    "user": ("user.id",),
    "end_user": ("enduser.id", "enduser.pseudo.id"),
    "session": ("gen_ai.conversation.id", "session.id"),
    "model": ("gen_ai.request.model",),
    "provider": ("gen_ai.provider.name", "gen_ai.system"),
    "ip": ("client.address",),
    "user_agent": ("user_agent.original",),
    "email": ("user.email",),
    "country": ("geo.country.iso_code",),
    "operation": ("gen_ai.operation.name",),
    "served_model": ("gen_ai.response.model",),
    "modality": ("gen_ai.output.type",),
    "error": ("error.type",),
}
"""Our field <- attributes, the first that is there, of the span and else of its resource."""

NUMBERS: Mapping[str, tuple[str, ...]] = {
    "input_tokens": ("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"),
    "output_tokens": ("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"),
    "cached_tokens": ("gen_ai.usage.cache_read.input_tokens",),
    "reasoning_tokens": ("gen_ai.usage.reasoning.output_tokens",),
    "temperature": ("gen_ai.request.temperature",),
    "streamed": ("gen_ai.request.stream",),
}

Ranks = Mapping[str, tuple[tuple[str, int], ...]]


def _ranks(table: Mapping[str, tuple[str, ...]]) -> Ranks:
    """The table from the attributes' side: attribute -> our fields, and its rank among those that give one."""
    found: dict[str, tuple[tuple[str, int], ...]] = {}
    for name, keys in table.items():
        for rank, key in enumerate(keys):
            found[key] = (*found.get(key, ()), (name, rank))
    return found


_NAMED, _NUMBERED = _ranks(NAMES), _ranks(NUMBERS)


def meaning(export: Mapping[str, object], fields: Mapping[str, Field]) -> Iterator[Outcome]:
    """One outcome for each span of an export; an export without spans is passed over as a whole."""
    empty = True
    for resource in _list(export, "resourceSpans"):
        shared = _shared(resource)
        for scope in _list(resource, "scopeSpans"):
            for span in _list(scope, "spans"):
                empty = False
                yield _outcome(span, shared, fields)
    if empty:
        known = [key for key in ("resourceSpans", "resourceLogs", "resourceMetrics") if key in export]
        yield Passed(f"no spans in `{known[0]}`") if known else Fault("not OTLP: there is no `resourceSpans`")


def _list(holder: object, key: str) -> list[object]:
    found = at(holder, key)
    return found if isinstance(found, list) else []


def _shared(resource: object) -> dict[str, object] | BadRecordError:
    """The attributes of a resource, or why they cannot be understood, which each of its spans is told."""
    try:
        return decoded(at(resource, "resource", "attributes"))
    except BadRecordError as error:
        return error


def _outcome(span: object, shared: dict[str, object] | BadRecordError, fields: Mapping[str, Field]) -> Outcome:
    if not isinstance(span, dict):
        return Fault("not OTLP: a span is no object", [span])
    try:
        own = decoded(span.get("attributes"))
        if (passed := _no_call(own)) is not None:
            return passed
        if isinstance(shared, BadRecordError):
            raise shared
        return Event(compact(_fields(span, own, {**shared, **own}, fields)), span)
    except BadRecordError as error:
        return Fault(str(error), span)


def _no_call(own: Mapping[str, object]) -> Passed | None:
    operation = own.get("gen_ai.operation.name")
    if operation is None:
        called = "gen_ai.request.model" in own or "gen_ai.system" in own
        return None if called else Passed("no call to a model")
    return None if operation in CALLS else Passed("an agent's or tool's step, not a call to a model")


def _fields(
    span: Mapping[str, object],
    own: Mapping[str, object],
    both: Mapping[str, object],
    fields: Mapping[str, Field],
) -> dict[str, object]:
    start, end = _micros(span, "startTimeUnixNano"), _micros(span, "endTimeUnixNano")
    trace, number = given(span.get("traceId")), given(span.get("spanId"))
    failed = at(span, "status", "code") in (2, "STATUS_CODE_ERROR") or "error.type" in own
    names = {name: given(value) for name, value in _named(both, _NAMED).items()}
    labels = {key.removeprefix(OWN): value for key, value in both.items() if key.startswith(OWN)}
    return {
        **_named(own, _NUMBERED),
        **names,
        **extras(labels, fields, ""),
        **texts(own, span.get("events")),
        "session": names.get("session") or trace,
        "id": f"{trace}:{number}" if trace and number else None,
        "time": start,
        "duration": end - start if start is not None and end is not None and end >= start else None,
        "status": "failure" if failed else "success",
        "tools": messages.tool_names(messages.parsed(own.get("gen_ai.tool.definitions"))) or None,
    }


def _named(attributes: Mapping[str, object], ranks: Ranks) -> dict[str, object]:
    """Our fields from attributes, of several the first in the table."""
    best: dict[str, tuple[int, object]] = {}
    for key, value in attributes.items():
        for name, rank in ranks.get(key, ()):
            if value not in (None, "") and (name not in best or rank < best[name][0]):
                best[name] = (rank, value)
    return {name: value for name, (_, value) in best.items()}


def _micros(span: Mapping[str, object], key: str) -> int | None:
    """Microseconds of a time in nanoseconds, which are cut off; 0 stands for no time. Raises `BadRecordError`."""
    value = integer(span.get(key))
    if value is None or value == 0 or value == "":
        return None
    if type(value) is not int or value < 0:
        raise BadRecordError(f"not a time: `{key}` is {shown(value)}, it must be nanoseconds since 1970")
    return value // 1000
