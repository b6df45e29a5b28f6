"""Understands rows of LiteLLM's table `LiteLLM_SpendLogs`."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from plainterms.engine.sources import messages
from plainterms.engine.sources.errors import shown
from plainterms.engine.sources.foreign import BadRecordError, Event, Fault, Outcome, compact, extras, given
from plainterms.engine.sources.messages import at, parsed
from plainterms.engine.sources.values import BadValueError, moment
from plainterms.policy.schema import LITELLM, Field, Type

COLUMNS = (
    "request_id", "call_type", "api_key", "spend", "prompt_tokens", "completion_tokens", "startTime", "endTime",
    "request_duration_ms", "model", "model_group", "custom_llm_provider", "user", "metadata", "request_tags",
    "team_id", "organization_id", "end_user", "requester_ip_address", "messages", "response", "session_id", "status",
    "proxy_server_request",
)  # fmt: skip
"""The columns that are used; others are left unread."""

OPERATIONS = {
    "completion": "chat", "acompletion": "chat", "responses": "chat", "aresponses": "chat",
    "anthropic_messages": "chat", "text_completion": "text_completion", "atext_completion": "text_completion",
    "embedding": "embeddings", "aembedding": "embeddings",
}  # fmt: skip
"""What LiteLLM's call types are called here; others keep their name."""

_TIME = re.compile(r"\s*[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:]{8}")
REDACTED = "redacted-by-litellm"
AGENT = "User-Agent: "
MICROSECOND = timedelta(microseconds=1)
_START = Field("startTime", Type.TIME, "start of the call")
_END = Field("endTime", Type.TIME, "end of the call")


def meaning(row: Mapping[str, object], fields: Mapping[str, Field]) -> Iterator[Outcome]:
    """The request that a row stands for."""
    try:
        yield Event(compact({**_identity(row, fields), **_use(row), **_content(row)}))
    except (BadRecordError, BadValueError) as error:
        yield Fault(str(error))


def _identity(row: Mapping[str, object], fields: Mapping[str, Field]) -> dict[str, object]:
    meta = _json(row, "metadata")
    labels = _json(row, "request_tags")
    tags = [tag for tag in labels if isinstance(tag, str)] if isinstance(labels, list) else []
    organisation = given(row.get("organization_id")) or given(at(meta, "user_api_key_org_id"))
    return {
        **extras(at(meta, "spend_logs_metadata"), fields, LITELLM),
        "id": given(row.get("request_id")),
        "time": _time(row.get("startTime")),
        "account": given(at(meta, "user_api_key_user_id")) or given(row.get("user")) or organisation,
        "organisation": organisation,
        "project": given(row.get("team_id")) or given(at(meta, "user_api_key_team_id")),
        "api_key": given(row.get("api_key")) or given(at(meta, "user_api_key")),
        "user": given(row.get("user")),
        "end_user": given(row.get("end_user")),
        "session": given(row.get("session_id")),
        "model": given(row.get("model_group")) or given(row.get("model")),
        "provider": given(row.get("custom_llm_provider")),
        "ip": given(row.get("requester_ip_address")) or given(at(meta, "requester_ip_address")),
        "email": given(at(meta, "user_api_key_user_email")),
        "tags": tags or None,
        "user_agent": _agent(tags),
        "error": given(at(meta, "error_information", "error_class"))
        or given(at(meta, "error_information", "error_code")),
        "cached_tokens": at(meta, "usage_object", "prompt_tokens_details", "cached_tokens"),
        "reasoning_tokens": at(meta, "usage_object", "completion_tokens_details", "reasoning_tokens"),
    }


def _use(row: Mapping[str, object]) -> dict[str, object]:
    call = given(row.get("call_type"))
    return {
        "operation": OPERATIONS.get(call, call) if isinstance(call, str) else call,
        "input_tokens": row.get("prompt_tokens"),
        "output_tokens": row.get("completion_tokens"),
        "spend": row.get("spend"),
        "duration": _duration(row),
        "status": given(row.get("status")),
    }


def _content(row: Mapping[str, object]) -> dict[str, object]:
    """Texts, which LiteLLM keeps only if told to: `{}` stands for a text that was not kept."""
    body = parsed(row.get("proxy_server_request"))
    response = parsed(row.get("response"))
    asked = parsed(row.get("messages"))
    found = {
        **messages.request(body),
        **(messages.talk(asked) if isinstance(asked, list | str) and asked else {}),
        "output": messages.answer(response) if response else None,
    }
    texts = {name: None if text == REDACTED else text for name, text in found.items()}
    served = at(response, "model")
    return {**texts, **messages.settings(body), "served_model": given(served) or given(row.get("model"))}


def _json(row: Mapping[str, object], column: str) -> object:
    """A JSON column, which an export may hold as text. Raises `BadRecordError`."""
    value = parsed(row.get(column))
    if isinstance(value, str) and value.strip():
        raise BadRecordError(f"not JSON: the column `{column}` holds {shown(value)}")
    return value or None


def _agent(tags: list[str]) -> str | None:
    """The user agent, which LiteLLM adds to the tags, with and without its version."""
    found = [tag for tag in tags if tag.startswith(AGENT)]
    return max(found, key=len).removeprefix(AGENT) if found else None


def _time(value: object) -> object:
    """A time as text with offset; Prisma writes UTC without one."""
    if not isinstance(value, str) or not _TIME.match(value):
        return given(value)
    text = value.strip().replace(" ", "T", 1)
    tail = text[19:]
    if tail.endswith("+00"):
        return text + ":00"
    return text if tail.endswith(("Z", "z")) or "+" in tail or "-" in tail else text + "Z"


def _duration(row: Mapping[str, object]) -> int | None:
    """Microseconds the request took; missing where its end lies before its start."""
    took = row.get("request_duration_ms")
    if isinstance(took, str) and took.isdecimal() and len(took) < 16:
        took = int(took)
    if type(took) in (int, float) and 0 <= took < 10**12:  # type: ignore[operator]
        return round(took * 1000)  # type: ignore[operator]
    start, end = _time(row.get("startTime")), _time(row.get("endTime"))
    if not isinstance(start, str) or not isinstance(end, str):
        return None
    try:
        took = (datetime.fromisoformat(end) - datetime.fromisoformat(start)) // MICROSECOND
    except (ValueError, TypeError):
        took = moment(end, _END) - moment(start, _START)
    return took if took >= 0 else None
