"""One request to a model, and its answer, as events: before it is answered, and afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import orjson

from plainterms.engine.sources import messages
from plainterms.engine.stream.decisions import Decision

DATA = b"data:"
DONE = b"[DONE]"
USAGE = {"prompt_tokens": "input_tokens", "completion_tokens": "output_tokens"}


def asked(identifier: str, body: object, known: Mapping[str, object]) -> dict[str, object]:
    """The event of a request, from its body as model APIs take it and what the platform knows of who asks."""
    settings = messages.settings(body)
    if isinstance(temperature := settings.get("temperature"), float):
        settings["temperature"] = round(temperature, 6)
    model = messages.at(body, "model")
    return {
        "id": identifier,
        "time": datetime.now(UTC),
        **({"model": model} if isinstance(model, str) else {}),
        **messages.request(body),
        **settings,
        **known,
    }


def refusal(decision: Decision) -> dict[str, object]:
    """The body of an answer that says why there is none, as OpenAI's clients expect it."""
    reasons = [one for one in decision.judgements if one.actions]
    words = "; ".join(f"{one.title} ({one.terms} {one.citation.section})".replace(" )", ")") for one in reasons)
    return {"error": {"message": words, "type": "terms_violation", "code": decision.action, "param": None}}


def refused(decision: Decision) -> dict[str, object]:
    """What to record of a request that was not answered: no model has read or written anything."""
    nothing = {"input_tokens": 0, "output_tokens": 0, "cached_tokens": 0, "reasoning_tokens": 0, "spend": 0}
    return {"status": "failure", "error": f"terms: {decision.action}", "output": "", **nothing}


@dataclass
class Answer:
    """What is known of an answer while it passes by, streamed or whole; ``most`` characters of it are kept."""

    most: int
    status: int = 0
    streamed: bool = False
    text: str = ""
    usage: dict[str, object] = field(default_factory=dict)
    _rest: bytes = b""

    def add(self, chunk: bytes) -> None:
        """See a part of the body."""
        self._rest += chunk
        if self.streamed:
            *lines, self._rest = self._rest.split(b"\n")
            for line in lines:
                self._line(line.strip())
        elif len(self._rest) > 4 * self.most:
            self._rest = self._rest[: 4 * self.most]

    def _line(self, line: bytes) -> None:
        data = line.removeprefix(DATA).strip()
        if line.startswith(DATA) and data != DONE:
            self._see(data)

    def _see(self, data: bytes) -> None:
        try:
            body = orjson.loads(data)
        except orjson.JSONDecodeError:
            return
        text = messages.answer([body] if self.streamed else body)
        if text and len(self.text) < self.most:
            self.text = (self.text + text)[: self.most]
        usage = messages.at(body, "usage")
        if isinstance(usage, dict):
            self.usage |= {USAGE[name]: count for name, count in usage.items() if name in USAGE and count is not None}

    def known(self, failed: bool) -> dict[str, object]:
        """What to record, once it has ended."""
        if self._rest:
            (self._line if self.streamed else self._see)(self._rest.strip())
            self._rest = b""
        success = not failed and 200 <= self.status < 400
        told = {"output": self.text} if self.text else {}
        return {"status": "success" if success else "failure", **told, **self.usage}
