"""LiteLLM's hooks, called as its proxy calls them, with payloads as its documentation shows them."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from plainterms.engine.adapters.litellm import TermsHooks, TermsRefusedError, recorded
from plainterms.engine.stream.monitor import Monitor
from tests.stream.terms import RATE, TOKENS, planned

RECORDED = orjson.loads(Path(__file__).with_name("litellm-1.110.2.json").read_bytes())
"""What LiteLLM 1.110.2 called a logger with, for `mock_response`: whole, streamed, failed, embedding. Empty parts and
those about its own costs and models are left out."""

KEY = SimpleNamespace(
    api_key="88dc28d0f030", user_id="ann", team_id="team-1", org_id="org-1", end_user_id=None, user_email=None
)
START = 1_780_315_200.25


def payload(number: int, **changes: Any) -> dict[str, Any]:
    """A `standard_logging_object`."""
    return {
        "id": f"chatcmpl-{number}",
        "trace_id": "t",
        "call_type": "acompletion",
        "response_cost": 0.00001234567,
        "status": "success",
        "total_tokens": 40,
        "prompt_tokens": 10,
        "completion_tokens": 30,
        "startTime": START + number,
        "endTime": START + number + 1.5,
        "model": "gpt-4o-2024-08-06",
        "model_group": "gpt-4o",
        "custom_llm_provider": "openai",
        "end_user": "",
        "messages": [{"role": "user", "content": "hello"}],
        "response": {"choices": [{"message": {"role": "assistant", "content": "hi"}}]},
        "metadata": {
            "user_api_key_hash": "88dc28d0f030",
            "user_api_key_user_id": "ann",
            "user_api_key_team_id": "team-1",
            "user_api_key_org_id": "org-1",
            "requester_ip_address": "10.0.0.1",
            "usage_object": {"prompt_tokens_details": {"cached_tokens": 4}},
        },
        **changes,
    }


def hooks(*clauses: str) -> TermsHooks:
    found = TermsHooks()
    found.monitor = Monitor(planned(*clauses), failing="open")
    return found


async def call(own: TermsHooks, number: int) -> None:
    """One call through the proxy."""
    data = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hello"}], "litellm_call_id": f"c{number}"}
    assert await own.async_pre_call_hook(KEY, None, data, "completion") is data
    kwargs = {"litellm_call_id": f"c{number}", "standard_logging_object": payload(number)}
    await own.async_log_success_event(kwargs, None, None, None)


def test_a_payload_is_the_event_that_the_spend_log_would_give() -> None:
    event = recorded(payload(0), "c0")
    assert event.pop("time").timestamp() == START  # type: ignore[attr-defined]
    assert event == {
        "id": "c0",
        "model": "gpt-4o",
        "prompt": "hello",
        "conversation": "hello",
        "account": "ann",
        "organisation": "org-1",
        "project": "team-1",
        "api_key": "88dc28d0f030",
        "user": "ann",
        "ip": "10.0.0.1",
        "operation": "chat",
        "served_model": "gpt-4o-2024-08-06",
        "input_tokens": 10,
        "output_tokens": 30,
        "cached_tokens": 4,
        "spend": 0.000012,
        "duration": 1.5,
        "status": "success",
        "provider": "openai",
        "output": "hi",
    }


def test_calls_are_recorded_and_found() -> None:
    own = hooks(TOKENS)
    for number in range(4):
        asyncio.run(call(own, number))
    (finding,) = own.monitor.close()
    assert (finding.subject.name, finding.opening.values[0].low) == ("ann", 120_000_000)


def test_a_call_that_the_terms_do_not_allow_is_refused_with_the_reason() -> None:
    own = hooks(RATE)

    async def calls() -> None:
        for number in range(9):
            data = {"model": "m", "messages": [], "litellm_call_id": f"c{number}"}
            await own.async_pre_call_hook(KEY, None, data, "completion")

    with pytest.raises(TermsRefusedError) as raised:
        asyncio.run(calls())
    assert (raised.value.status_code, raised.value.message) == (429, "Rate limit (T)")


def test_a_call_that_failed_is_recorded_as_such() -> None:
    own = hooks(TOKENS)
    failed = payload(0, status="failure", response=None, error_information={"error_class": "Timeout"})
    asyncio.run(own.async_log_failure_event({"standard_logging_object": failed}, None, None, None))
    assert recorded(failed)["error"] == "Timeout"
    assert own.monitor.received["taken"] == 1


def test_without_a_payload_nothing_is_recorded() -> None:
    own = hooks(TOKENS)
    asyncio.run(own.async_log_success_event({}, None, None, None))
    assert own.monitor.received["taken"] == 0


def test_what_litellm_calls_is_recorded() -> None:
    own = hooks(RATE)
    for call in RECORDED:
        own_hook = getattr(own, call["hook"])
        asyncio.run(own_hook(kwargs=call["kwargs"], response_obj=None, start_time=None, end_time=None))
    assert own.monitor.received["taken"] == len(RECORDED)


def test_what_litellm_tells() -> None:
    found = [recorded(one["kwargs"]["standard_logging_object"], one["kwargs"]["litellm_call_id"]) for one in RECORDED]
    told = ("account", "operation", "prompt", "output", "status", "error", "input_tokens", "output_tokens", "model")
    assert [tuple(one.get(name) for name in told) for one in found] == TOLD


TOLD = [
    ("user-1", "chat", "Name a colour.", "Blue.", "success", None, 10, 20, "gpt-4o-mini"),
    ("user-1", "chat", "Count to three.", "One, two, three.", "success", None, 11, 6, "gpt-4o-mini"),
    ("user-1", "chat", "Fail.", None, "failure", "InternalServerError", 0, 0, "gpt-4o-mini"),
    ("user-2", "embeddings", "a colour", None, "success", None, 10, 0, "text-embedding-3-small"),
]
