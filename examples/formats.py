"""The example calls in the words of each log format."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import story
from story import Call, date

ORGANISATIONS = {
    **dict.fromkeys(story.FLEET, "org-brightpath"), story.RETURNED: "org-brightpath", story.JUDGE: "org-rankwell",
    story.SUITE: "org-northlight", story.BURST: "org-kiosk", story.SHARED: "org-kiosk",
    story.EMBARGOED: "org-harbour", story.ENDED: "org-harbour", story.SLOW: "org-harbour",
}  # fmt: skip
"""The organisation behind an account; ordinary accounts are spread over five small ones."""

ACCOUNTS = (*story.USERS, *ORGANISATIONS)


def organisation(account: str) -> str:
    """Whose account it is."""
    return ORGANISATIONS.get(account, f"org-small-{int(account[-1]) % 5 + 1}")


def digest(text: str, length: int = 64) -> str:
    """Letters and digits that look random and stay the same."""
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def address(call: Call) -> str:
    """A network address from the ranges set aside for documentation."""
    return f"198.51.100.{sum(map(ord, call.account)) % 250 + 1}"


def moment(time: datetime) -> str:
    """RFC 3339 with milliseconds, in UTC."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def litellm(call: Call) -> dict[str, object]:
    """A row of LiteLLM_SpendLogs, with prompts stored."""
    request = {"model": call.model, "messages": [{"role": "user", "content": call.prompt}], "temperature": 0.7}
    message = {"role": "assistant", "content": call.output}
    response = {"id": f"chatcmpl-{call.number}", "model": f"{call.model}-2026-02", "choices": [{"message": message}]}
    metadata = {
        "user_api_key_user_id": call.account,
        "user_api_key_org_id": organisation(call.account),
        "requester_ip_address": address(call),
        "spend_logs_metadata": {"country": call.country},
        "status": "success",
    }
    return {
        "request_id": f"chatcmpl-{call.number}",
        "call_type": "acompletion",
        "api_key": digest(call.account),
        "spend": round(call.output_tokens * 1.5e-5 + call.input_tokens * 3e-6, 9),
        "total_tokens": call.input_tokens + call.output_tokens,
        "prompt_tokens": call.input_tokens,
        "completion_tokens": call.output_tokens,
        "startTime": moment(call.time)[:-1].replace("T", " "),
        "endTime": moment(call.end)[:-1].replace("T", " "),
        "model": f"acme/{call.model}",
        "model_group": call.model,
        "custom_llm_provider": "acme",
        "user": call.account,
        "metadata": json.dumps(metadata),
        "cache_hit": "False",
        "request_tags": ["User-Agent: acme-python", "User-Agent: acme-python/2.4.1"],
        "team_id": "",
        "organization_id": organisation(call.account),
        "end_user": "",
        "requester_ip_address": address(call),
        "messages": {},
        "response": response,
        "session_id": digest(f"session {call.number}", 32),
        "status": "success",
        "proxy_server_request": request,
    }


def attributes(values: Mapping[str, object]) -> list[dict[str, object]]:
    """Attributes as OTLP writes them."""
    kinds: dict[type, Callable[[object], dict[str, object]]] = {
        str: lambda value: {"stringValue": value},
        int: lambda value: {"intValue": str(value)},
        float: lambda value: {"doubleValue": value},
    }
    return [{"key": name, "value": kinds[type(value)](value)} for name, value in values.items()]


def otel(call: Call) -> dict[str, object]:
    """An export with a span for the web request and one for the call to the model."""
    trace = digest(f"trace {call.number}", 32)
    times = {
        "startTimeUnixNano": f"{round(call.time.timestamp() * 1000)}000000",
        "endTimeUnixNano": f"{round(call.end.timestamp() * 1000)}000000",
    }
    asked = [{"role": "user", "parts": [{"type": "text", "content": call.prompt}]}]
    said = [{"role": "assistant", "parts": [{"type": "text", "content": call.output}], "finish_reason": "stop"}]
    chat = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "acme",
        "gen_ai.request.model": call.model,
        "gen_ai.response.model": f"{call.model}-2026-02",
        "gen_ai.request.temperature": 0.7,
        "gen_ai.usage.input_tokens": call.input_tokens,
        "gen_ai.usage.output_tokens": call.output_tokens,
        "gen_ai.conversation.id": digest(f"session {call.number}", 32),
        "gen_ai.input.messages": json.dumps(asked),
        "gen_ai.output.messages": json.dumps(said),
        "account.id": call.account,
        "organization.id": organisation(call.account),
        "client.address": address(call),
        "plainterms.country": call.country,
    }
    web = {"traceId": trace, "spanId": digest(trace, 16), "name": "POST /chat", **times, "attributes": []}
    span = {
        "traceId": trace,
        "spanId": digest(f"span {call.number}", 16),
        "parentSpanId": web["spanId"],
        "name": f"chat {call.model}",
        **times,
        "attributes": attributes(chat),
    }
    resource = {"attributes": attributes({"service.name": "acme-chat"})}
    scope = {"scope": {"name": "acme.chat", "version": "3.1"}, "spans": [web, span]}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [scope]}]}


def bedrock(call: Call) -> dict[str, object]:
    """An entry of Bedrock's model invocation log, of the Converse API."""
    said = {
        "output": {"message": {"role": "assistant", "content": [{"text": call.output}]}},
        "stopReason": "end_turn",
    }
    return {
        "schemaType": "ModelInvocationLog",
        "schemaVersion": "1.0",
        "timestamp": moment(call.time),
        "accountId": call.account,
        "identity": {"arn": f"arn:aws:sts::000000000000:assumed-role/app/{call.account}"},
        "region": "eu-central-1",
        "requestId": digest(f"request {call.number}", 32),
        "operation": "Converse",
        "modelId": call.model,
        "input": {
            "inputContentType": "application/json",
            "inputBodyJson": {"messages": [{"role": "user", "content": [{"text": call.prompt}]}]},
            "inputTokenCount": call.input_tokens,
        },
        "output": {
            "outputContentType": "application/json",
            "outputBodyJson": said,
            "outputTokenCount": call.output_tokens,
        },
        "requestMetadata": {"organisation": organisation(call.account), "country": call.country},
    }


def own(call: Call) -> dict[str, object]:
    """A request in our own format."""
    return {
        "id": f"req-{call.number}",
        "time": moment(call.time),
        "account": call.account,
        "organisation": organisation(call.account),
        "api_key": digest(call.account),
        "model": call.model,
        "country": call.country,
        "ip": address(call),
        "payment_fingerprint": payment(call.account),
        "input_tokens": call.input_tokens,
        "output_tokens": call.output_tokens,
        "duration": call.seconds,
        "status": "success",
        "prompt": call.prompt,
        "output": call.output,
    }


def payment(account: str) -> str:
    """The fingerprint of an account's card; the fleet, and the account that came back after it, share one."""
    shared = account in story.FLEET or account == story.RETURNED
    return "card-" + digest("brightpath" if shared else f"card {account}", 12)


def reseller(call: Call) -> dict[str, object]:
    """A row of a reseller's table, in its own words and in its own time."""
    local = call.time.astimezone(ZoneInfo("Europe/Berlin"))
    return {
        "Vorgang": f"V{call.number}",
        "Zeit": local.strftime("%d.%m.%Y %H:%M:%S"),
        "Kunde": call.account,
        "Land": call.country.lower(),
        "Modell": call.model,
        "Token ein": call.input_tokens,
        "Token aus": call.output_tokens,
        "Sekunden": f"{call.seconds:.3f}".replace(".", ","),
        "Frage": call.prompt,
        "Antwort": call.output,
    }


def account_events() -> list[dict[str, object]]:
    """What happened to accounts beside their requests."""
    card = payment(story.FLEET[0])
    terms = {"document": "Acme Model API Terms of Use", "version": "2026-03"}
    found = [
        {"kind": "acceptance", "time": moment(date(3, 1, 8)), "account": account, **terms} for account in ACCOUNTS
    ]
    found += [
        {"kind": "sign_in", "time": moment(date(3, 2, hour)), "account": account, "method": "password",
         "result": "success", "country": "DE"}
        for hour, account in enumerate(story.USERS[:12], 6)
    ]  # fmt: skip
    found += [
        {"kind": "suspension", "time": moment(date(4, 20, 9)), "account": account, "payment_fingerprint": card,
         "reason": "harvesting of outputs"}
        for account in story.FLEET
    ]  # fmt: skip
    found += [
        {"kind": "notice", "time": moment(date(3, 19, 9)), "account": story.BURST, "about": "rate",
         "reference": "N-2026-014"},
        {"kind": "termination", "time": moment(date(4, 1)), "account": story.ENDED, "reason": "end of the contract"},
        {"kind": "authorisation", "time": moment(date(4, 30, 12)), "account": story.SUITE, "scope": "evaluation",
         "reference": "L-2026-003"},
        {"kind": "incident", "time": moment(date(4, 1, 9)), "account": story.SLOW, "reference": "I-7"},
        {"kind": "disclosure", "time": moment(date(4, 8, 9)), "account": story.SLOW, "reference": "I-7",
         "recipient": "Acme"},
        {"kind": "incident", "time": moment(date(5, 4, 9)), "account": story.USERS[0], "reference": "I-8"},
        {"kind": "disclosure", "time": moment(date(5, 5, 16)), "account": story.USERS[0], "reference": "I-8",
         "recipient": "Acme"},
    ]  # fmt: skip
    found += [
        {"kind": "sign_in", "time": moment(date(4, 27, 7)), "account": story.RETURNED, "payment_fingerprint": card,
         "method": "password", "result": "success", "country": "DE"}
    ]  # fmt: skip
    return [{"id": f"ev-{number}", **event} for number, event in enumerate(found, 1)]
