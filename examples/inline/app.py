"""An OpenAI-compatible endpoint that enforces terms: `uvicorn app:app` in this folder (pip install fastapi uvicorn).

The model is a parrot. Keys are looked up in a table; ask with `Authorization: Bearer key-a`.
"""

import asyncio
import json
from collections.abc import AsyncIterator, MutableMapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from plainterms import Monitor, load
from plainterms.engine.adapters.asgi import TermsMiddleware

KEYS = {"key-a": ("acct-a", "DE"), "key-b": ("acct-b", "KP")}
monitor = Monitor(load(Path(__file__).with_name("limits.terms")), failing="closed")


def who(scope: MutableMapping[str, Any]) -> dict[str, object]:
    """The account and country behind the key of a request."""
    given = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1").removeprefix("Bearer ")
    account, country = KEYS.get(given, (None, None))
    return {"account": account, "country": country}


app = FastAPI()
app.add_middleware(TermsMiddleware, monitor=monitor, who=who)


@app.post("/v1/chat/completions")
async def chat(request: Request) -> Response:
    """Say the last message once more, at once or word by word."""
    body = await request.json()
    said = str(body["messages"][-1]["content"])
    usage = {"prompt_tokens": len(said.split()), "completion_tokens": len(said.split())}
    if body.get("stream"):
        return StreamingResponse(words(said, usage), media_type="text/event-stream")
    return JSONResponse({"choices": [{"message": {"role": "assistant", "content": said}}], "usage": usage})


async def words(said: str, usage: dict[str, int]) -> AsyncIterator[str]:
    """Chunks as OpenAI streams them."""
    for word in said.split():
        yield f"data: {json.dumps({'choices': [{'delta': {'content': word + ' '}}]})}\n\n"
        await asyncio.sleep(0)
    yield f"data: {json.dumps({'choices': [], 'usage': usage})}\n\ndata: [DONE]\n\n"


@app.get("/metrics")
def metrics() -> PlainTextResponse:
    """For Prometheus."""
    return PlainTextResponse(monitor.metrics())
