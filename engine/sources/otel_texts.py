"""Finds prompts and answers in a span, where they were recorded at all, under the names of all conventions so far."""

import re
from collections.abc import Mapping

from plainterms.engine.sources.attributes import decoded
from plainterms.engine.sources.messages import BETWEEN, at, parsed, talk, text_of

_NUMBERED = re.compile(r"gen_ai\.(prompt|completion)\.([0-9]{1,6})\.(role|content)")
_ROLES = {f"gen_ai.{role}.message": role for role in ("system", "user", "assistant", "tool")}


def texts(own: Mapping[str, object], events: object) -> dict[str, object]:
    """`prompt`, `conversation`, `system_prompt` and `output`, as far as the span or its events hold them."""
    asked, answered = _from_events(events)
    asked = _messages(own.get("gen_ai.input.messages")) or _numbered(own, "prompt") or asked
    answered = _messages(own.get("gen_ai.output.messages")) or _numbered(own, "completion") or answered
    if not asked and "gen_ai.prompt" in own:
        asked = _older(own["gen_ai.prompt"])
    if not answered and "gen_ai.completion" in own:
        answered = _older(own["gen_ai.completion"])
    found = talk(asked, _messages(own.get("gen_ai.system_instructions")))
    if answered:
        found["output"] = _joined(answered)
    return found


def _messages(value: object) -> list[object]:
    """Messages as a list or as JSON text; JSON that a limit has cut off counts as not recorded."""
    value = parsed(value)
    return value if isinstance(value, list) else []


def _older(value: object) -> list[object]:
    """Up to version 1.36 a text, which may be JSON."""
    value = parsed(value)
    if isinstance(value, dict) and isinstance(inner := value.get("messages"), list):
        return inner
    return value if isinstance(value, list) else [value]


def _numbered(own: Mapping[str, object], part: str) -> list[object]:
    """`gen_ai.prompt.0.content` and so on, as OpenLLMetry writes them."""
    found: dict[int, dict[str, object]] = {}
    for key, value in own.items():
        match = _NUMBERED.fullmatch(key)
        if match and match[1] == part:
            found.setdefault(int(match[2]), {})[match[3]] = parsed(value)
    return [found[number] for number in sorted(found)]


def _from_events(events: object) -> tuple[list[object], list[object]]:
    asked: list[object] = []
    answered: list[object] = []
    for event in events if isinstance(events, list) else []:
        name, body = at(event, "name"), decoded(at(event, "attributes"))
        if isinstance(name, str) and name in _ROLES:
            asked.append({"role": _ROLES[name], "content": parsed(body.get("content"))})
        elif name == "gen_ai.choice":
            answered.append(parsed(body.get("message")) or {"content": parsed(body.get("content"))})
        elif name == "gen_ai.content.prompt":
            asked += _older(body.get("gen_ai.prompt"))
        elif name == "gen_ai.content.completion":
            answered += _older(body.get("gen_ai.completion"))
    return asked, answered


def _joined(answers: list[object]) -> str:
    contents = (item.get("content", item.get("parts")) if isinstance(item, dict) else item for item in answers)
    return BETWEEN.join(text for content in contents if (text := text_of(content)) is not None)
