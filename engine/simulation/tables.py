"""Columns of numbers as the log shows them: names, addresses, times and texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from plainterms.engine.simulation.cohorts import Cohort
from plainterms.engine.simulation.population import COUNTRIES, Bools, Floats, Ints, Population
from plainterms.engine.simulation.prompts import mixed, prompts_of
from plainterms.engine.simulation.refusals import BLOCKED, Columns

MODELS = ("atlas-2", "atlas-3", "atlas-4")
"""The old, the current and the new model."""

AGENTS = tuple(
    f"{name}/{major}.{minor}"
    for name in ("sdk-python", "sdk-node", "curl", "app")
    for major in (1, 2, 4)
    for minor in range(9)
)
KEYS, ORGANISATIONS, CARDS, DEVICES, USERS, ACCOUNTS, EVENTS, ADDRESSES = range(8)
"""Salts: numbers of one kind are mixed apart from those of another."""

MICROSECONDS = 1_000_000


@dataclass(frozen=True)
class Names:
    """How numbers become names that tell nothing of the truth. ``start`` is the log's start (microseconds)."""

    seed: int
    start: int

    def of(self, prefix: str, salt: int, numbers: Ints) -> pa.Array:
        """`prefix-` and 12 hexadecimal digits for each number; null for NONE."""
        distinct, places = np.unique(numbers, return_inverse=True)
        codes = mixed(distinct, self.seed * 8 + salt) & 0xFFFFFFFFFFFF
        texts = pa.array([f"{prefix}-{code:012x}" for code in codes.tolist()], pa.string())
        return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32), mask=numbers < 0), texts)

    def accounts(self, numbers: Ints) -> pa.Array:
        """The names of accounts."""
        return self.of("acct", ACCOUNTS, numbers)

    def organisations(self, numbers: Ints) -> pa.Array:
        """The names of organisations."""
        return self.of("org", ORGANISATIONS, numbers)

    def keys(self, numbers: Ints) -> pa.Array:
        """The names of accounts' keys, one each."""
        return self.of("key", KEYS, numbers)

    def cards(self, numbers: Ints) -> pa.Array:
        """The fingerprints of means of payment."""
        return self.of("card", CARDS, numbers)

    def devices(self, numbers: Ints) -> pa.Array:
        """The fingerprints of devices."""
        return self.of("device", DEVICES, numbers)

    def times(self, seconds: Floats) -> pa.Array:
        """Instants, in whole milliseconds."""
        return pa.array(self.start + np.floor(seconds * 1_000).astype(np.int64) * 1_000, pa.timestamp("us", "UTC"))

    def ids(self, first: int, count: int) -> pa.Array:
        """Ids of so many events, 16 hexadecimal digits each."""
        codes = mixed(np.arange(first, first + count), self.seed * 8 + EVENTS).view(np.uint64)
        digits = np.array([f"{byte:02x}".encode() for byte in range(256)], "S2")[codes.byteswap().view(np.uint8)]
        offsets = pa.py_buffer(np.arange(0, 16 * (count + 1), 16, dtype=np.int32))
        return pa.StringArray.from_buffers(count, offsets, pa.py_buffer(digits))


def request_table(
    columns: Columns,
    names: Names,
    people: Population,
    cohorts: Sequence[Cohort],
    wordings: Mapping[str, Sequence[str]],
    first: int,
    rng: np.random.Generator,
) -> pa.Table:
    """The requests in the order of time; the number of the first one's id is ``first``."""
    account, refused = columns["account"], columns["refused"]
    own = [one.family.surface for one in cohorts]
    made = {
        "id": names.ids(first, len(account)),
        "time": names.times(columns["time"]),
        "kind": _words(("request",), np.zeros(len(account), np.int64)),
        "account": names.accounts(account),
        "organisation": names.organisations(people.organisation[account]),
        "api_key": names.keys(account),
        "end_user": names.of("customer", USERS, columns["end_user"]),
        "model": _words(MODELS, columns["model"]),
        "ip": _addresses(mixed(columns["address"], names.seed * 8 + ADDRESSES)),
        "country": _words(tuple(COUNTRIES), columns["country"]),
        "user_agent": _words(AGENTS, columns["agent"] % len(AGENTS)),
        "device": names.devices(columns["device"]),
        "payment_fingerprint": names.cards(people.payment[account]),
        "surface": _words(own, columns["cohort"]),
        "input_tokens": pa.array(columns["input_tokens"], pa.int32()),
        "output_tokens": pa.array(np.where(refused > 0, 0, columns["output_tokens"]), pa.int32()),
        "cached_tokens": pa.array(columns["cached_tokens"], pa.int32()),
        "status": _words(("success", "failure"), (refused > 0).astype(np.int64)),
        "error": _only(_words(("", "403", "429"), np.where(refused == BLOCKED, 1, 2)), refused > 0),
        "prompt": prompts_of(columns, wordings, rng),
    }
    return pa.table(made).take(pa.array(np.argsort(columns["time"], kind="stable")))


def suspension_table(names: Names, people: Population, first: int) -> pa.Table:
    """The suspensions, each when its account ends."""
    rows = np.flatnonzero(people.suspended)
    rows = rows[np.argsort(people.ends[rows], kind="stable")]
    return pa.table(
        {
            "id": names.ids(first, len(rows)),
            "time": names.times(people.ends[rows] * 86_400.0),
            "kind": _words(("suspension",), np.zeros(len(rows), np.int64)),
            "account": names.accounts(rows),
            "organisation": names.organisations(people.organisation[rows]),
            "device": names.devices(people.device[rows]),
            "payment_fingerprint": names.cards(people.payment[rows]),
            "reason": _words(("abuse",), np.zeros(len(rows), np.int64)),
        }
    )


def _words(words: Sequence[str], numbers: Ints) -> pa.Array:
    distinct = list(dict.fromkeys(words))
    places = np.array([distinct.index(word) for word in words])[numbers]
    return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32)), pa.array(distinct, pa.string()))


def _only(values: pa.Array, known: Bools) -> pa.Array:
    return pc.if_else(pa.array(known), values, pa.scalar(None, values.type))


def _addresses(codes: Ints) -> pa.Array:
    """Dotted addresses from mixed numbers; the first byte is never that of a private or reserved net."""
    firsts = pa.array([str(part) for part in range(11, 127)])
    parts = pa.array([str(part) for part in range(256)])
    bytes_ = [firsts.take(pa.array((codes >> 24) % len(firsts)))]
    bytes_ += [parts.take(pa.array((codes >> shift) & 255)) for shift in (16, 8, 0)]
    return pc.binary_join_element_wise(*bytes_, ".")
