"""Makes the log of the benchmark: Parquet files of a million events each, in the layout of our own fields."""

import argparse
import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.arrivals import source
from benchmarks.campaigns import EVENT_KINDS
from benchmarks.draft import AGENTS, FILE_EVENTS, SEED, Draft, draft
from benchmarks.population import COUNTRIES, MODELS, RELEASES, UNSUPPORTED, Bools, Ints, population
from benchmarks.prompts import texts
from benchmarks.registers import REGISTERS, write_registers

HERE = Path(__file__).parent
FOLDER = HERE / "data"
ROW_GROUP = 122_880
COLUMNS = frozenset(
    {
        *(
            "id",
            "time",
            "kind",
            "account",
            "organisation",
            "api_key",
            "end_user",
            "model",
            "ip",
            "country",
            "user_agent",
        ),
        *("device", "payment_fingerprint", "surface", "input_tokens", "output_tokens", "status", "error", "streamed"),
        *("temperature", "tools", "prompt", "result", "reason", "about", "reference"),
    }
)
"""What the log holds."""

KEPT = ("id", "time", "kind")
"""What an event always has."""


def logs(events: int, missing: float = 0.0, workers: int = 2) -> Path:
    """The folder of a log of so many events, made where it is not there yet; ``missing`` of each field is null."""
    folder = FOLDER / (f"{events}-missing-{missing:g}" if missing else str(events))
    if _is_made(folder):
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    sizes = [min(FILE_EVENTS, events - start) for start in range(0, events, FILE_EVENTS)]
    with ProcessPoolExecutor(workers) as pool:
        jobs = [
            pool.submit(write, folder / f"events-{number:03}.parquet", number, size, missing)
            for number, size in enumerate(sizes)
        ]
        for job in jobs:
            job.result()
    _mark(folder)
    return folder


def registers() -> dict[str, Path]:
    """The registers by name, as CSV files."""
    folder = FOLDER / "registers"
    if not _is_made(folder):
        write_registers(folder)
        _mark(folder)
    return {name: folder / f"{name}.csv" for name in REGISTERS}


def _is_made(folder: Path) -> bool:
    mark = folder / "made.json"
    return mark.exists() and json.loads(mark.read_text()) == _maker()


def _mark(folder: Path) -> None:
    (folder / "made.json").write_text(json.dumps(_maker()))


def _maker() -> dict[str, str]:
    """What the data was made by."""
    paths = [HERE / "words.txt", *(HERE / f"{name}.py" for name in _SOURCES)]
    return {"sources": hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest(), "trace": source()}


_SOURCES = ("arrivals", "campaigns", "data", "draft", "duties", "population", "prompts", "registers")


def write(path: Path, number: int, events: int, missing: float) -> None:
    """One file of the log."""
    table = table_of(draft(number, events))
    if missing:
        table = _with_gaps(table, missing, np.random.default_rng([SEED, number, 3]))
    dictionaries = [name for name in table.schema.names if name not in ("id", "time", "prompt", "ip")]
    pq.write_table(table, path, ROW_GROUP, compression="zstd", compression_level=3, use_dictionary=dictionaries)


def _with_gaps(table: pa.Table, share: float, rng: np.random.Generator) -> pa.Table:
    for place, name in enumerate(table.schema.names):
        if name not in KEPT:
            kept = pa.array(rng.random(len(table)) >= share)
            nothing = pa.scalar(None, table.schema.field(name).type)
            table = table.set_column(place, name, pc.if_else(kept, table.column(name), nothing))
    return table


# ── Columns


def table_of(made: Draft) -> pa.Table:
    """The events of a draft, in the order of time."""
    columns, count = made.columns, len(made.times)
    request = columns["kind"] == 0
    rng = np.random.default_rng([SEED, made.number, 4])
    shown = {
        "id": identifiers(made.number, count),
        "time": pa.array(made.times, pa.timestamp("us", "UTC")),
        "kind": _words(EVENT_KINDS, columns["kind"]),
        **_entities(columns, request),
        **_circumstances(columns, request),
        "prompt": _only(texts(rng, columns["prompt"], columns["template"]), request),
        **_account_events(columns),
    }
    return pa.table(shown)


def identifiers(number: int, count: int) -> pa.Array:
    """Ids that look random: 16 hexadecimal digits, each a different one (a bijection of the row's number)."""
    mixed = np.arange(count, dtype=np.uint64) + np.uint64(number * FILE_EVENTS)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    digits = np.array([f"{byte:02x}".encode() for byte in range(256)], "S2")[mixed.view(np.uint8)]
    offsets = pa.py_buffer(np.arange(0, 16 * (count + 1), 16, dtype=np.int32))
    return pa.StringArray.from_buffers(count, offsets, pa.py_buffer(digits))


def _entities(columns: dict[str, Ints], request: Bools) -> dict[str, pa.Array]:
    accounts = columns["account"]
    anyone = np.ones(len(accounts), bool)
    models = (*MODELS, *RELEASES)
    return {
        "account": _named("acct-{:06}", accounts, anyone),
        "organisation": _named("org-{:05}", population().organisation[accounts], anyone),
        "api_key": _named("key-{:06x}", columns["key"], request),
        "end_user": _named("customer-{:09}", columns["end_user"], request),
        "model": _only(_words(models, columns["model"]), request),
        "ip": _addresses(columns["ip"]),
        "country": _words((*COUNTRIES, *UNSUPPORTED), columns["country"]),
        "user_agent": _words(tuple(_agents()), columns["agent"]),
        "device": _named("device-{:08}", columns["device"], anyone),
        "payment_fingerprint": _named("card-{:08}", columns["fingerprint"], anyone),
    }


def _circumstances(columns: dict[str, Ints], request: Bools) -> dict[str, pa.Array]:
    failed = request & (columns["status"] == 1)
    tools = pa.array([[], ["search"], ["code_execution", "search"], ["browser"]], pa.list_(pa.string()))
    return {
        "surface": _only(_words(("api", "consumer"), population().consumer[columns["account"]]), request),
        "input_tokens": _only(pa.array(columns["input_tokens"], pa.int32()), request),
        "output_tokens": _only(pa.array(columns["output_tokens"], pa.int32()), request),
        "status": _only(_words(("success", "failure"), columns["status"]), request),
        "error": _only(_words(("", "429", "403", "500", "503"), columns["error"]), failed),
        "streamed": _only(pa.array(columns["streamed"] == 1), request),
        "temperature": _only(pa.array(np.array([0, 0.2, 0.7, 1.0])[columns["temperature"]]), request),
        "tools": _only(tools.take(pa.array(columns["tools"])), request),
    }


def _account_events(columns: dict[str, Ints]) -> dict[str, pa.Array]:
    kinds, reference = columns["kind"], columns["reference"]

    def of(*names: str) -> Bools:
        return np.isin(kinds, [EVENT_KINDS.index(name) for name in names])

    about = ("rate", "allowance", "regions", "reward_model")
    return {
        "result": _only(_words(("success", "failure"), columns["status"]), of("sign_in")),
        "reason": _only(_words(("abuse", "payment", "request"), kinds % 3), of("suspension", "termination")),
        "about": _only(_words(about, reference % len(about)), of("notice")),
        "reference": _named("R-{:06}", reference, reference >= 0),
    }


def _named(pattern: str, numbers: Ints, known: Bools) -> pa.Array:
    """The names of numbered things; negative numbers and those not known are null."""
    distinct, places = np.unique(numbers, return_inverse=True)
    names = pa.array([pattern.format(number) if number >= 0 else None for number in distinct.tolist()], pa.string())
    return _only(names.take(pa.array(places)), known)


def _words(words: Sequence[str], numbers: Ints | Bools) -> pa.Array:
    return pa.array(words, pa.string()).take(pa.array(numbers.astype(np.int64)))


def _only(values: pa.Array, known: Bools) -> pa.Array:
    return pc.if_else(pa.array(known), values, pa.scalar(None, values.type))


def _addresses(numbers: Ints) -> pa.Array:
    parts = pa.array([str(part) for part in range(256)])
    bytes_ = [parts.take(pa.array((numbers >> shift) & 255)) for shift in (24, 16, 8, 0)]
    return pc.binary_join_element_wise(*bytes_, ".")


def _agents() -> Iterator[str]:
    makers: tuple[Callable[[int], str], ...] = (
        lambda version: f"sdk-python/1.{version}",
        lambda version: f"sdk-node/4.{version}",
        lambda version: f"curl/8.{version}",
        lambda version: f"Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/{100 + version}.0",
    )
    for version in range(AGENTS):
        yield makers[version % len(makers)](version)


def main() -> None:
    """Make a log from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--missing", type=float, default=0.0)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    begun = time.perf_counter()
    folder = logs(options.events, options.missing, options.workers)
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(f"{folder}: {size / 1e6:.0f} MB in {time.perf_counter() - begun:.1f} s")
    print(*registers().values(), sep="\n")


if __name__ == "__main__":
    main()
