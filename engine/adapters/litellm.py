"""LiteLLM's hooks for a custom guardrail and logger, by their documented names; LiteLLM itself is not imported.

Before a call `async_pre_call_hook` decides; afterwards `async_log_success_event` or `async_log_failure_event` records
what `standard_logging_object` says (https://docs.litellm.ai/docs/proxy/logging_spec). Derive from this class and from
LiteLLM's `CustomGuardrail`, in this order.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeGuard

from plainterms.engine.adapters.exchange import asked, refusal
from plainterms.engine.sources import messages
from plainterms.engine.sources.litellm import OPERATIONS
from plainterms.engine.sources.messages import at
from plainterms.engine.stream.decisions import Decision
from plainterms.engine.stream.monitor import Monitor


class TermsRefusedError(Exception):
    """A call that the terms do not allow; LiteLLM's proxy answers with ``status_code`` and the words."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        self.status_code = 429 if decision.action == "throttle" else 403
        self.message = str(at(refusal(decision), "error", "message"))
        super().__init__(self.message)


class TermsHooks:
    """The hooks. Set ``monitor`` on the class that derives from this one, or on the object."""

    monitor: Monitor

    async def async_pre_call_hook(
        self, user_api_key_dict: Any, cache: Any, data: dict[str, Any], call_type: str
    ) -> dict[str, Any]:
        """Decide about a call; raises TermsRefusedError for one that must not be made."""
        del cache
        key = {name: getattr(user_api_key_dict, name, None) for name in KEY}
        identifier = str(data.setdefault("litellm_call_id", f"call-{id(data)}"))
        event = asked(identifier, data, _known(key, call_type, at(data, "metadata")))
        decision = await self.monitor.adecide(event)
        if not decision.allowed:
            self.monitor.release(identifier)
            raise TermsRefusedError(decision)
        return data

    async def async_log_success_event(
        self, kwargs: Mapping[str, Any], response_obj: Any, start_time: Any, end_time: Any
    ) -> None:
        """Record a call that was answered."""
        del response_obj, start_time, end_time
        await self._record(kwargs)

    async def async_log_failure_event(
        self, kwargs: Mapping[str, Any], response_obj: Any, start_time: Any, end_time: Any
    ) -> None:
        """Record a call that failed."""
        del response_obj, start_time, end_time
        await self._record(kwargs)

    async def _record(self, kwargs: Mapping[str, Any]) -> None:
        payload = kwargs.get("standard_logging_object")
        if isinstance(payload, dict):
            await self.monitor.arecord(recorded(payload, kwargs.get("litellm_call_id")))


KEY = ("api_key", "user_id", "team_id", "org_id", "end_user_id", "user_email")
"""What LiteLLM's proxy knows of the key of a request, as its `UserAPIKeyAuth` names it."""


def recorded(payload: Mapping[str, Any], call: object = None) -> dict[str, object]:
    """The event of a `standard_logging_object`; ``call`` is the id under which it was decided."""
    meta, usage = payload.get("metadata"), at(payload, "metadata", "usage_object")
    key = {name: at(meta, f"user_api_key_{'hash' if name == 'api_key' else name}") for name in KEY}
    key["end_user_id"] = payload.get("end_user") or key["end_user_id"]
    begun, ended = payload.get("startTime"), payload.get("endTime")
    after = {
        "served_model": payload.get("model"),
        "input_tokens": payload.get("prompt_tokens"),
        "output_tokens": payload.get("completion_tokens"),
        "cached_tokens": at(usage, "prompt_tokens_details", "cached_tokens"),
        "reasoning_tokens": at(usage, "completion_tokens_details", "reasoning_tokens"),
        "spend": _rounded(payload.get("response_cost")),
        "duration": _rounded(ended - begun) if _is_number(begun) and _is_number(ended) and ended >= begun else None,
        "status": payload.get("status"),
        "error": at(payload, "error_information", "error_class") or None,
        "provider": payload.get("custom_llm_provider"),
        "output": messages.answer(payload.get("response")) if payload.get("response") else None,
    }
    known = _known(key, str(payload.get("call_type") or ""), meta)
    asked_for = {"messages": payload.get("messages"), "model": payload.get("model_group") or payload.get("model")}
    event = asked(str(call or payload.get("id")), asked_for, known)
    if _is_number(begun):
        event["time"] = datetime.fromtimestamp(begun, UTC)
    return {**event, **{name: value for name, value in after.items() if value not in (None, "")}}


def _known(key: Mapping[str, object], call_type: str, meta: object) -> dict[str, object]:
    found = {
        "account": key.get("user_id") or key.get("org_id"),
        "organisation": key.get("org_id"),
        "project": key.get("team_id"),
        "api_key": key.get("api_key"),
        "user": key.get("user_id"),
        "end_user": key.get("end_user_id"),
        "email": key.get("user_email"),
        "ip": at(meta, "requester_ip_address"),
        "operation": OPERATIONS.get(call_type, call_type),
    }
    return {name: value for name, value in found.items() if isinstance(value, str) and value}


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _rounded(value: Any) -> float | None:
    return round(value, 6) if _is_number(value) else None
