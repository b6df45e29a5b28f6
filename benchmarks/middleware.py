"""The ASGI middleware: what it adds to a request, on a local server at a given rate.

`python -m benchmarks.middleware [--rate N] [--seconds N] [--out FILE]` prints Markdown. The same requests are sent
over loopback to one server whose application has the middleware and one whose application has not, in turns.
"""

import argparse
import asyncio
import json
import sys
import time
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.inline import events
from plainterms.engine.adapters.asgi import App, Message, Receive, Scope, Send, TermsMiddleware
from plainterms.engine.stream.monitor import Monitor
from plainterms.policy.load import load

CONNECTIONS = 8
PATH = "/v1/chat/completions"
KNOWN = {
    "country": "DE",
    "user_agent": "sdk",
    "surface": "api",
    "operation": "chat",
    "purpose": "support",
    "temperature": 1,
    "tools": [],
}
ANSWER = json.dumps({"choices": [{"message": {"content": "done"}}], "usage": {"completion_tokens": 40}}).encode()


async def model(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers at once, and always the same."""
    del scope
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": ANSWER})


def guarded() -> App:
    """The model behind the twenty clauses of the benchmark of the monitor."""
    monitor = Monitor(load(Path(__file__).with_name("inline.terms")), failing="open", shadow=True)

    def who(scope: Scope) -> dict[str, object]:
        return {**KNOWN, "account": scope["account"], "api_key": scope["account"]}

    return TermsMiddleware(model, monitor, who)


class Server:
    """One application behind a socket, with as much of HTTP as is needed to ask it."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        while head := await reader.readline():
            account, size = head.decode().split()
            body = await reader.readexactly(int(size))
            writer.write(await self._answer(account, body))
        writer.close()
        await writer.wait_closed()

    async def _answer(self, account: str, body: bytes) -> bytes:
        found: list[bytes] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.body":
                found.append(message["body"])

        scope: dict[str, Any] = {"type": "http", "method": "POST", "path": PATH, "headers": [], "account": account}
        await self.app(scope, receive, send)
        return b"%d\n%s" % (sum(map(len, found)), b"".join(found))


async def ask(port: int, requests: Sequence[tuple[str, bytes]], rate: float) -> "array[float]":
    """How long each request took (seconds), sent at a rate over some connections."""
    pairs = [await asyncio.open_connection("127.0.0.1", port) for _ in range(CONNECTIONS)]
    free: asyncio.Queue[Any] = asyncio.Queue()
    for pair in pairs:
        free.put_nowait(pair)
    took = array("d")

    async def one(account: str, body: bytes) -> None:
        pair = await free.get()
        reader, writer = pair
        begun = time.perf_counter()
        writer.write(f"{account} {len(body)}\n".encode() + body)
        await reader.readexactly(int(await reader.readline()))
        took.append(time.perf_counter() - begun)
        free.put_nowait(pair)

    started, under_way = time.perf_counter(), []
    for number, (account, body) in enumerate(requests):
        wait = started + number / rate - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        under_way.append(asyncio.create_task(one(account, body)))
    await asyncio.gather(*under_way)
    for _, writer in pairs:
        writer.close()
        await writer.wait_closed()
    return took


def requests(count: int) -> list[tuple[str, bytes]]:
    """Accounts and bodies, with the prompts of the benchmark of the monitor."""
    return [
        (
            str(one.fields["account"]),
            json.dumps({"model": "m", "messages": [{"role": "user", "content": one.fields["prompt"]}]}).encode(),
        )
        for one in events(count)
    ]


async def run(rate: int, seconds: int) -> list[str]:
    """Lines of Markdown."""
    asked = requests(rate * seconds)
    times: dict[str, array[float]] = {}
    apps = {"without": model, "with": guarded()}
    for name in ("without", "with") * 2:  # the first round warms up
        server = await asyncio.start_server(Server(apps[name]).serve, "127.0.0.1", 0)
        times[name] = await ask(server.sockets[0].getsockname()[1], asked, rate)
        server.close()
        await asyncio.sleep(0.1)
    return list(lines(rate, times))


def lines(rate: int, times: dict[str, "array[float]"]) -> Iterator[str]:
    """Both servers beside each other, and what the middleware adds."""
    shown = {name: [1e6 * sorted(found)[int(at * len(found))] for at in (0.5, 0.99)] for name, found in times.items()}
    yield f"{rate:,} requests a second over loopback, client and server in one process, one core."
    yield ""
    yield "| microseconds | p50 | p99 |"
    yield "|---|---|---|"
    for name, found in shown.items():
        yield f"| {name} the middleware | {found[0]:.0f} | {found[1]:.0f} |"
    yield f"| added | {shown['with'][0] - shown['without'][0]:.0f} | {shown['with'][1] - shown['without'][1]:.0f} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what was measured, and write it to a file if one is named."""
    parser = argparse.ArgumentParser(prog="middleware", description=__doc__)
    parser.add_argument("--rate", type=int, default=1_000)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    text = "\n".join([*asyncio.run(run(options.rate, options.seconds)), ""])
    print(text, end="")
    if options.out is not None:
        options.out.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
