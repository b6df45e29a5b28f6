"""How fast the service answers here: decisions at a steady rate, events in batches, beside a bare endpoint.

Run `python -m benchmarks.serve`. The service runs in a process of its own as `plainterms serve` does, with a store in
a file, its worker, and 20 clauses in force; the peer is an endpoint of FastAPI that answers the same bytes and does
nothing, in the same server with the same settings. The load comes from this process, on connections that stay open.
"""

import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from benchmarks.inline import answered, events
from benchmarks.machine import line

RATE = 1_000
SECONDS = 10
CONNECTIONS = 16
BATCH, BATCHES = 1_000, 100
TERMS = Path(__file__).parent / "inline.terms"
PEER = """
import sys, uvicorn
from fastapi import FastAPI, Request, Response
app = FastAPI()
ANSWER = b'{"event":"r1","action":"allow","allowed":true,"judgements":[],"deferred":[],"warming":[]}'
@app.post("/v1/decide")
async def decide(request: Request) -> Response:
    await request.body()
    return Response(ANSWER, media_type="application/json")
uvicorn.run(app, port=int(sys.argv[1]), log_config=None, access_log=False)
"""


class Connection:
    """One connection that stays open, with as little of HTTP as the answers need."""

    def __init__(self, port: int, key: str) -> None:
        self._port, self._key = port, key

    async def open(self) -> None:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    async def post(self, path: str, body: bytes) -> bytes:
        """The body of an answer that must be 200."""
        head = (
            f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self._key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        told = await self._reader.readuntil(b"\r\n\r\n")
        length = int(told.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        answer = await self._reader.readexactly(length)
        assert told.startswith(b"HTTP/1.1 200"), told + answer
        return answer

    async def close(self) -> None:
        """Let go."""
        self._writer.close()
        await self._writer.wait_closed()


def bodies(first: int, count: int, *, done: bool) -> list[dict[str, object]]:
    """Requests as the benchmark of the monitor makes them, of now on, as a platform sends them."""
    dice, made = random.Random(first), []
    begun = datetime.now(UTC)
    for number, one in enumerate(events(count), first):
        known = (answered(one, dice) if done else one).fields
        time_ = begun + timedelta(seconds=(number - first) / RATE)
        sent = {name: value / 1_000_000 if type(value) is int else value for name, value in known.items()}
        made.append({"id": f"r{number}", "time": time_.isoformat(), **sent})
    return made


async def steady(port: int, key: str, first: int) -> list[float]:
    """Seconds from when each request was due until its answer: who cannot keep up waits in the figure."""
    sent = list(map(orjson.dumps, bodies(first, RATE * SECONDS, done=False)))
    connections = [Connection(port, key) for _ in range(CONNECTIONS)]
    for one in connections:
        await one.open()
    begun, waits = time.perf_counter() + 0.1, []

    async def work(lane: int, connection: Connection) -> None:
        for number in range(lane, RATE * SECONDS, CONNECTIONS):
            due = begun + number / RATE
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            await connection.post("/v1/decide", sent[number])
            waits.append(time.perf_counter() - due)

    await asyncio.gather(*(work(lane, one) for lane, one in enumerate(connections)))
    for one in connections:
        await one.close()
    return sorted(waits)


async def batches(port: int, key: str) -> float:
    """Events a second, one batch after another."""
    connection = Connection(port, key)
    await connection.open()
    spent = 0.0
    for number in range(BATCHES):
        first = 10_000_000 + number * BATCH
        body = orjson.dumps({"events": bodies(first, BATCH, done=True)})
        begun = time.perf_counter()
        told = orjson.loads(await connection.post("/v1/events", body))
        spent += time.perf_counter() - begun
        assert told["taken"] == BATCH, told
    await connection.close()
    return BATCH * BATCHES / spent


@contextmanager
def served(command: list[str], port: int) -> Iterator[subprocess.Popen[str]]:
    """A server that answers, gone in the end."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        for _ in range(300):
            try:
                asyncio.run(_knock(port))
                break
            except OSError:
                time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait()


async def _knock(port: int) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()
    await writer.wait_closed()


def prepared(folder: Path) -> str:
    """A store with the terms in force; the key of a platform."""
    from plainterms.engine.server.access import new_key
    from plainterms.engine.store.documents import keep, texts_of
    from plainterms.engine.store.store import Store
    from plainterms.engine.store.tables import Document
    from plainterms.policy.load import load

    policy = load(TERMS)
    with Store.open(str(folder / "cases.db")) as store:
        own = store.found("bench", "bench").id
        secret, row = new_key(own, "bench", "platform")
        with store.writing(own, "bench") as session:
            version = keep(session, own, policy, *texts_of(TERMS, policy.digest))
            session.flush()
            session.get_one(Document, (own, version.document)).active = version.id
            session.add(row)
    return secret


def percentile(waits: list[float], share: float) -> float:
    """Milliseconds that a share of all waits do not exceed."""
    return waits[int(share * len(waits))] * 1000


def spent(process: subprocess.Popen[str]) -> float:
    """Seconds of a processor that a process has taken, its own and not its workers'."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Print the figures of both."""
    print(line(["fastapi", "uvicorn", "sqlmodel"]))
    rows = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        key = prepared(folder)
        commands = {
            "a bare endpoint of FastAPI": ([sys.executable, "-c", PEER, "18701"], 18701),
            "plainterms serve": (
                [sys.executable, "-m", "plainterms", "serve", "--store", str(folder / "cases.db"), "--port", "18702"],
                18702,
            ),
        }
        for what, (command, port) in commands.items():
            with served(command, port) as process:
                asyncio.run(steady(port, key, 0))  # warm
                before = spent(process)
                waits = asyncio.run(steady(port, key, 1_000_000))
                cpu = (spent(process) - before) / len(waits)
                rows[what] = waits
                print(
                    f"{what}: {RATE:,} decisions a second for {SECONDS} s: p50 {percentile(waits, 0.5):.2f} ms,"
                    f" p99 {percentile(waits, 0.99):.2f} ms, longest {waits[-1] * 1000:.1f} ms,"
                    f" {cpu * 1e6:.0f} us of a processor each"
                )
                if what == "plainterms serve":
                    print(f"{what}: {asyncio.run(batches(port, key)):,.0f} events a second in batches of {BATCH:,}")
    bare, ours = rows.values()
    print(
        f"ours / bare: p50 {percentile(ours, 0.5) / percentile(bare, 0.5):.2f},"
        f" p99 {percentile(ours, 0.99) / percentile(bare, 0.99):.2f}"
    )


if __name__ == "__main__":
    main()
