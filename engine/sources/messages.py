"""Finds the texts in the requests and answers of the known model APIs, whatever shape their messages have."""

from collections.abc import Iterable

import orjson

TEXT_PARTS = ("text", "input_text", "output_text")
SYSTEM = ("system", "developer")
BETWEEN = "\n\n"
"""Stands between the messages of a conversation."""


def parsed(value: object) -> object:
    """The value, decoded if it is a text that holds a JSON object or list (also when encoded twice)."""
    for _ in range(2):
        if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "[", '"'):
            return value
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    return value


def at(value: object, *path: str) -> object:
    """What lies under nested keys, None where there is nothing."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def text_of(content: object) -> str | None:
    """The text of a message's content, which is a text, a part, or a list of parts; None if no part is text."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else [content]
    texts = [text for part in parts if (text := _part(part)) is not None]
    return "\n".join(texts) if texts else None


def _part(part: object) -> str | None:
    if isinstance(part, str):
        return part
    if not isinstance(part, dict) or part.get("type", "text") not in TEXT_PARTS:
        return None
    text = part.get("text", part.get("content"))
    return text if isinstance(text, str) else None


def talk(messages: object, system: object = None) -> dict[str, object]:
    """`prompt`, `conversation` and `system_prompt` of a request, as far as its messages hold text.

    ``prompt`` is the last message with text that the user wrote, ``conversation`` every message but the system's.
    A bare text counts as a user's message.
    """
    said: list[str] = []
    ruled = [] if (text := text_of(system)) is None else [text]
    prompt = None
    for message in messages if isinstance(messages, list) else [messages]:
        role, text = _message(message)
        if text is None:
            continue
        if role in SYSTEM:
            ruled.append(text)
            continue
        said.append(text)
        if role == "user":
            prompt = text
    found: dict[str, object] = {}
    if prompt is not None:
        found["prompt"] = prompt
    if said:
        found["conversation"] = BETWEEN.join(said)
    if ruled:
        found["system_prompt"] = BETWEEN.join(ruled)
    return found


def _message(message: object) -> tuple[object, str | None]:
    if isinstance(message, dict):
        return message.get("role", "user"), text_of(message.get("content", message.get("parts")))
    return "user", message if isinstance(message, str) else None


def request(body: object) -> dict[str, object]:
    """The texts of a request body: chat messages, responses input, or a plain prompt."""
    if not isinstance(body, dict):
        return talk(body) if isinstance(body, list) else {}
    for key in ("messages", "input", "contents", "prompt", "inputText", "message"):
        if body.get(key):
            return talk(body[key], body.get("system", body.get("instructions")))
    return {}


def settings(body: object) -> dict[str, object]:
    """`temperature`, `streamed` and `tools` of a request body; what is not of the right type was no such setting."""
    found: dict[str, object] = {}
    for path in (("temperature",), ("inferenceConfig", "temperature"), ("textGenerationConfig", "temperature")):
        value = at(body, *path)
        if type(value) in (int, float) and 0 <= value <= 100:  # type: ignore[operator]
            found["temperature"] = value
    if isinstance(streamed := at(body, "stream"), bool):
        found["streamed"] = streamed
    if names := tool_names(at(body, "tools") or at(body, "toolConfig", "tools")):
        found["tools"] = names
    return found


def tool_names(tools: object) -> list[str]:
    """The names of the tools that were offered."""
    names: Iterable[object] = (
        at(tool, "name") or at(tool, "function", "name") or at(tool, "toolSpec", "name") or at(tool, "type")
        for tool in (tools if isinstance(tools, list) else [])
    )
    return [name for name in names if isinstance(name, str)]


def answer(body: object) -> str | None:
    """The text of an answer body, ``""`` for an answer that holds no text; None if it is not known."""
    if isinstance(body, str):
        return body
    if isinstance(body, list):
        texts = [text for chunk in body if (text := _chunk(chunk)) is not None]
        return "".join(texts) if body else None
    if not isinstance(body, dict):
        return None
    if isinstance(message := at(body, "output", "message"), dict):
        return text_of(message.get("content")) or ""
    for key in ("choices", "output", "content", "results", "outputs", "generations"):
        if isinstance(items := body.get(key), list):
            return BETWEEN.join(text for item in items if (text := _choice(item)) is not None)
    for key in ("completion", "generation", "outputText", "text"):
        if isinstance(text := body.get(key), str):
            return text
    return None


def _choice(item: object) -> str | None:
    """The text of one choice of an answer, or of one part of it."""
    if not isinstance(item, dict):
        return item if isinstance(item, str) else None
    for content in (at(item, "message", "content"), at(item, "delta", "content"), item.get("content")):
        if content is not None:
            return text_of(content)
    text = item.get("outputText")
    return text if isinstance(text, str) else _part(item)


def _chunk(chunk: object) -> str | None:
    """The text of one event of a streamed answer."""
    for path in (("delta", "text"), ("contentBlockDelta", "delta", "text"), ("outputText",), ("generation",)):
        if isinstance(text := at(chunk, *path), str):
            return text
    choices = at(chunk, "choices")
    if isinstance(choices, list):
        return "".join(text for item in choices if (text := _choice(item)) is not None)
    text = at(chunk, "text") or at(chunk, "completion")
    return text if isinstance(text, str) else None
